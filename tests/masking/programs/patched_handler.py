"""A handler whose emit was replaced on the object."""

import logging

from planted import VALUE

handler = logging.StreamHandler()
handler.emit = lambda record: print(record.args)
logging.getLogger().addHandler(handler)
logging.warning("value %s", VALUE)
