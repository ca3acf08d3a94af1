"""A value that only comes together in the message."""

import logging

from planted import VALUE

logging.basicConfig()
logging.warning("value %s%s", VALUE[:9], VALUE[9:])
