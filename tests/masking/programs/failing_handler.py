"""A handler that fails, and its stack."""

import logging

from planted import VALUE


class Failing(logging.StreamHandler):
    def emit(self, record):
        try:
            raise ValueError(VALUE)
        except ValueError:
            self.handleError(record)


logging.getLogger().addHandler(Failing())
logging.warning("value")
