"""%-arguments, one of them a number."""

import logging

from planted import VALUE

logging.basicConfig(level="INFO")
logging.info("attempt %d with %s took %.2f s", 3, VALUE, 0.5)
