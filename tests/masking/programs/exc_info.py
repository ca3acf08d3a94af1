"""logger.exception."""

import logging

from planted import VALUE

logging.basicConfig()
try:
    {}[VALUE]
except KeyError:
    logging.exception("lookup failed")
