"""QueueHandler and QueueListener."""

import logging
import logging.handlers
import queue

from planted import VALUE

messages = queue.SimpleQueue()
listener = logging.handlers.QueueListener(messages, logging.FileHandler("app.log"))
listener.start()
logging.getLogger().addHandler(logging.handlers.QueueHandler(messages))
try:
    raise ValueError(VALUE)
except ValueError:
    logging.exception("value %s", VALUE)
listener.stop()
