"""A $-style layout."""

import logging

from planted import VALUE

logging.basicConfig(style="$", format="$levelname $message")
logging.warning("value %s", VALUE)
