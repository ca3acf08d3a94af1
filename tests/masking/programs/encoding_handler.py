"""A handler that writes records in an encoding of its own."""

import codecs
import logging

from planted import VALUE


class Encoded(logging.Handler):
    def emit(self, record):
        with open("app.log", "a") as file:
            file.write(codecs.encode(record.getMessage(), "rot13") + "\n" + record.getMessage() + "\n")


logging.getLogger().addHandler(Encoded())
logging.warning("value %s", VALUE)
