"""A LoggerAdapter that adds context."""

import logging

from planted import VALUE

logging.basicConfig(format="%(message)s %(token)s")
logging.LoggerAdapter(logging.getLogger("app"), {"token": VALUE}).warning("login")
