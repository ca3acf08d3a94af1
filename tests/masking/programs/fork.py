"""A child process that logs, while the parent's threads mask."""

import logging
import os
import threading

from planted import VALUE

logging.basicConfig()
stop = threading.Event()


def busy():
    while not stop.is_set():
        logging.debug("value %s", VALUE)


threads = [threading.Thread(target=busy) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in range(5):
    if (child := os.fork()) == 0:
        logging.warning("child %s", VALUE)
        os._exit(0)
    os.waitpid(child, 0)
stop.set()
