"""Arguments that do not fit: --- Logging error ---"""

import logging

from planted import VALUE

logging.basicConfig()
logging.warning("%d items", VALUE)
logging.warning("too many", VALUE)
