"""An object whose text shows the value."""

import logging

from planted import VALUE


class Session:
    def __init__(self, token):
        self.token = token

    def __str__(self):
        return f"session of {self.token}"

    def __repr__(self):
        return f"Session({self.token!r})"


class Collector(logging.Handler):
    def emit(self, record):
        print(str(record.args[0]), repr(record.args[0]), f"{record.args[0]}")


logging.basicConfig()
logging.getLogger().addHandler(Collector())
logging.warning("%s and %r", Session(VALUE), Session(VALUE))
