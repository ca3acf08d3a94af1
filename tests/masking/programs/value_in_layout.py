"""The value stands in the layout itself."""

import logging

from planted import VALUE

logging.basicConfig(format=VALUE.replace("%", "%%") + " %(message)s")
logging.warning("hello")
