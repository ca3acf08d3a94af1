"""The value as the name of a logger and of a thread."""

import logging
import threading

from planted import VALUE

logging.basicConfig(format="%(name)s %(threadName)s %(message)s")
thread = threading.Thread(target=logging.getLogger(VALUE).warning, args=("hello",), name=VALUE)
thread.start()
thread.join()
