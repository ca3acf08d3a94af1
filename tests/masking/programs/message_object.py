"""A dict as the message."""

import logging

from planted import VALUE

logging.basicConfig(level="INFO")
logging.info({"headers": [("authorization", f"Bearer {VALUE}")]})
