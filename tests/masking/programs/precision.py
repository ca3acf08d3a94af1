"""An argument cut short by %.20s."""

import logging

from planted import VALUE

logging.basicConfig()
logging.warning("value %.20s...", VALUE)
