"""A key of several lines, printed line by line, indented, with CRLF, and escaped."""

import json
import logging
import textwrap

from planted import LINES

logging.basicConfig()
for number, line in enumerate(LINES.splitlines()):
    logging.warning("%3d | %s", number, line)
logging.warning("%s", textwrap.indent(LINES, "    "))
logging.warning("%s", LINES.replace("\n", "\r\n"))
logging.warning("%s", json.dumps({"key": LINES}))
logging.warning("%r", LINES)
print("***")
