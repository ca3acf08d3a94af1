"""A handler that overrides handle instead of emit."""

import logging

from planted import VALUE


class Direct(logging.Handler):
    def handle(self, record):
        print(record.getMessage())


logging.getLogger().addHandler(Direct())
logging.warning("value %s", VALUE)
