"""A handler whose emit and handle come from a class that is no handler."""

import logging

from planted import VALUE


class Mixin:
    def handle(self, record):
        print(record.args)


class Mixed(Mixin, logging.Handler):
    pass


logging.getLogger().addHandler(Mixed())
logging.warning("value %s", VALUE)
