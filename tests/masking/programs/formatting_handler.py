"""A handler that overrides format."""

import logging

from planted import VALUE


class Own(logging.StreamHandler):
    def format(self, record):
        return f"{record.levelname}: {record.msg!r} {record.args!r}"


logging.getLogger().addHandler(Own())
logging.warning("value %s", VALUE)
