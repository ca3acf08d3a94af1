"""basicConfig(force=True), which throws handlers away."""

import logging

from planted import VALUE

logging.basicConfig()
logging.basicConfig(force=True, format="%(message)s")
logging.warning("value %s", VALUE)
