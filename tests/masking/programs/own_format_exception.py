"""A formatter that formats exceptions itself."""

import logging

from planted import VALUE


class Own(logging.Formatter):
    def formatException(self, exc_info):
        return f"{exc_info[0].__name__}: {exc_info[1].args} {exc_info[1]}"


handler = logging.StreamHandler()
handler.setFormatter(Own())
logging.getLogger().addHandler(handler)
try:
    raise ValueError(VALUE)
except ValueError:
    logging.exception("failed")
