"""A handler that is added after masking was installed."""

import logging

from planted import VALUE

logging.getLogger().addHandler(logging.FileHandler("app.log"))
logging.error("value %s", VALUE)
