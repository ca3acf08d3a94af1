"""A record that was made by hand and given to a handler."""

import logging

from planted import VALUE

handler = logging.FileHandler("app.log")
handler.handle(logging.makeLogRecord({"msg": "value %s", "args": (VALUE,), "levelno": 40}))
logging.getLogger().handle(logging.makeLogRecord({"msg": VALUE, "levelno": 40}))
