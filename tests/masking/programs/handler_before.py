"""A handler that was there before masking was installed."""

import logging

handler = logging.FileHandler("app.log")
logging.getLogger().addHandler(handler)

from planted import VALUE

logging.error("value %s", VALUE)
