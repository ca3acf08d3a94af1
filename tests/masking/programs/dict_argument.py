"""%(name)s arguments."""

import logging

from planted import VALUE

logging.basicConfig(level="INFO")
logging.info("token is %(token)s", {"token": VALUE})
