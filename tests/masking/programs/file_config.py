"""logging.config.fileConfig."""

import logging
import logging.config
from pathlib import Path

from planted import VALUE

Path("input.ini").write_text("""
[loggers]
keys=root
[handlers]
keys=all
[formatters]
keys=long
[logger_root]
level=DEBUG
handlers=all
[handler_all]
class=StreamHandler
formatter=long
args=(sys.stdout,)
[formatter_long]
format=%(levelname)s %(message)s
""")
logging.config.fileConfig("input.ini")
logging.debug("value %s", VALUE)
