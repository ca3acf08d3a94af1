"""No handler at all."""

import logging

from planted import VALUE

logging.getLogger("app").warning("value %s", VALUE)
