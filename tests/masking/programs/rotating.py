"""Rotating files."""

import logging
import logging.handlers

from planted import VALUE

handler = logging.handlers.RotatingFileHandler("app.log", maxBytes=100, backupCount=3)
logging.getLogger().addHandler(handler)
logging.getLogger().addHandler(logging.handlers.TimedRotatingFileHandler("timed.log"))
logging.getLogger().addHandler(logging.handlers.WatchedFileHandler("watched.log"))
for number in range(5):
    logging.warning("value %d %s", number, VALUE)
