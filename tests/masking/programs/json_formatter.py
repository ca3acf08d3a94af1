"""A JSON formatter that dumps every attribute of the record."""

import json
import logging

from planted import VALUE


class JsonFormatter(logging.Formatter):
    def format(self, record):
        return json.dumps(record.__dict__, default=str)


handler = logging.StreamHandler()
handler.setFormatter(JsonFormatter())
logging.getLogger().addHandler(handler)
logging.warning("login %s", VALUE, extra={"request": {"headers": {"authorization": VALUE}}})
