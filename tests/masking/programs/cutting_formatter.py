"""A formatter that cuts long messages short."""

import logging

from planted import VALUE


class Short(logging.Formatter):
    def format(self, record):
        return record.getMessage()[:30]


handler = logging.StreamHandler()
handler.setFormatter(Short())
logging.getLogger().addHandler(handler)
logging.warning("the token %s", VALUE)
