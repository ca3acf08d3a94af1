"""A value that was replaced: the old one stays known."""

import logging

from planted import VALUE, learn

learn("quite-another-value")
logging.basicConfig()
logging.warning("old %s", VALUE)
