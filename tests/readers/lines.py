r"""Lines of a `.env` on which programs differ; `KEY` stands for a key, and every secret in them is made up.

Each is a file of its own: one program stops at a line that the next one reads.
"""

from __future__ import annotations

LINES = (
    # what python-dotenv skips
    *("KEY='rT5yUi8oP';\n", "KEY='rT5yUi'8oPaS\n", "KEY='rT5yUi8oP\n", 'KEY="rT5yUi8oP\n', "KEY='rT5yUi'\"8oPaSd\"\n"),
    *('export KEY="rT5yUi8" KEY_2="oPaSdF3"\n', "KEY: rT5yUi8oP\n", "KEY:rT5yUi8oP\n", "KEY: 'rT5yUi8oP'\n"),
    *('KEY: "rT5y\\nUi8oP"\n', "KEY='rT5yUi8oP' extra\n", 'KEY="rT5yUi8oP"extra\n', "KEY 'rT5yUi8oP'\n"),
    *("KEY='rT5yUi8oP'; export KEY\n", "KEY=rT5yUi8oP; export KEY\n", "export KEY; KEY='rT5yUi8oP'\n"),
    *("KEY='rT5yUi8oP' && true\n", "KEY='rT5yUi''8oPaSd'\n", "KEY=\"rT5yUi\"'8oPaSd'\n", "KEY='rT5yUi'\\''8oPaSd'\n"),
    *(
        "KEY=\"rT5yUi'8oP'\n",
        "KEY=`rT5yUi\n8oPaSd`\n",
        "'KEY=rT5yUi8oP'\n",
        '"KEY"="rT5yUi8oP"\n',
        "KEY = : rT5yUi8oP\n",
    ),
    # where releases of python-dotenv differ
    *("KEY='rT5yUi8oP\\'\n", "KEY= #rT5yUi8oP\n", "KEY=#rT5yUi8oP\n", "\ufeffKEY=rT5yUi8oP\n", "KEY='rT5y\\'Ui8oP'\n"),
    *("KEY='rT5yUi8oP\\\\'\n", 'KEY="rT5yUi8oP\\\\"\n', "KEY='rT5yUi8oP\\'\nKEY_2='aSdFgH3'\n"),
    # signs that end a value for some
    *("KEY=rT5yUi#8oPaSd\n", "KEY=rT5yUi8 #oPaSd\n", "KEY=rT5yUi8 # oP aSd\n", 'KEY="rT5yUi#8oPaSd"\n'),
    *("KEY='rT5yUi8oP' #aSdFgH\n", "KEY='rT5yUi8oP'#aSdFgH\n", "KEY=rT5yUi8;oPaSdF\n", "KEY=rT5yUi8oP;\n"),
    *("KEY=rT5yUi8 oPaSdF\n", "export KEY=rT5yUi8 oPaSdF\n", "KEY=rT5yUi8\\ oPaSdF\n", "KEY=rT5yUi8oP # it's his\n"),
    *("KEY=rT5yUi8//oPaSdF\n", "KEY=rT5yUi8&oPaSdF\n", "KEY=rT5yUi8|oPaSdF\n", "KEY=rT5y(Ui8)oPaSdF\n"),
    *("KEY=  rT5yUi8oP  \n", "KEY\t=\trT5yUi8oP\t\n", "  KEY=rT5yUi8oP\n", "KEY=rT5yUi8oP\r\n", "KEY='rT5yUi8oP'\r\n"),
    # quotes
    *(
        "KEY=`rT5yUi8oP`\n",
        "KEY=`rT5'yU\"i8oP`\n",
        'KEY="rT5\'yUi8oP"\n',
        "KEY='rT5\"yUi8oP'\n",
        'KEY="rT5\\"yUi8oP"\n',
    ),
    *("KEY=rT5'yUi8'oP\n", 'KEY=rT5"yUi8"oP\n', "KEY=rT5'yUi8oP\n", "KEY=\"'rT5yUi8oP'\"\n", "KEY='\"rT5yUi8oP\"'\n"),
    *("KEY=$'rT5y\\x55i8\\toP'\n", 'KEY=$"rT5yUi8oP"\n', "KEY=''rT5yUi8oP''\n", 'KEY=""rT5yUi8oP\n'),
    # backslashes
    *(
        "KEY='rT5y\\nUi8oP'\n",
        'KEY="rT5y\\nUi8oP"\n',
        "KEY=rT5y\\nUi8oP\n",
        'KEY="rT5y\\\\nUi8oP"\n',
        "KEY='rT5y\\\\Ui8oP'\n",
    ),
    *(
        'KEY="rT5y\\tUi8oP"\n',
        'KEY="rT5y\\rUi8oP"\n',
        'KEY="rT5y\\d+Ui8oP"\n',
        "KEY=rT5y\\d+Ui8oP\n",
        "KEY=rT5yUi8oP\\\n",
    ),
    *(
        'KEY="rT5y\\u0055i8oP"\n',
        'KEY="rT5y\\`Ui8oP"\n',
        "KEY=rT5y\\#Ui8oP\n",
        'KEY="rT5y\\\nUi8oP"\n',
        "KEY=rT5y\\\nUi8oP\n",
    ),
    # variables
    *("KEY='rT5yUi8$oPaSd'\n", 'KEY="rT5yUi8$oPaSd"\n', "KEY=rT5yUi8$oPaSd\n", "KEY='rT5yUi8${oP}aSdFgH'\n"),
    *('KEY="rT5yUi8${oP:-aSdF}"\n', "KEY='rT5yUi8${oP:-aSdF}'\n", 'KEY="rT5yUi8${oP-aSdF}"\n', "KEY=rT5yUi8$9oPaSd\n"),
    *('KEY="rT5y\\$Ui8oP"\n', "KEY=rT5y\\$Ui8oP\n", "KEY='rT5y\\$Ui8oP'\n", "KEY='rT5yU$$i8oP'\n"),
    *("KEY_2=zXcVb\nKEY='rT5y$KEY_2'\n", 'KEY_2=zXcVb\nKEY="rT5y${KEY_2}Ui"\n', 'KEY="rT5y${9999:-$}Ui8oP"\n'),
    *("KEY='rT5yUi8${'\n", "KEY='rT5yUi8$'\n", 'KEY="rT5yUi8${oP:-${aSdF:-gHjK}}"\n', "KEY=rT5yUi8%PATH%oP\n"),
    # several lines
    *("KEY='rT5yUi8oP\naSdFgH3jK'\n", 'KEY="rT5yUi8oP\naSdFgH3jK"\n', "KEY='rT5yUi8oP\nKEY_2=aSdFgH3jK'\n"),
    *("KEY='rT5yUi8oP\r\naSdFgH3jK'\r\n", 'KEY="rT5yUi8oP\n\n# aSdFgH3jK"\n', 'KEY=\'{"a": "rT5yUi8oP"}\'\n'),
)
