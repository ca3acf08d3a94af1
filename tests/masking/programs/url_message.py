"""URLs in the message."""

import logging
from urllib.parse import quote, quote_plus

from planted import VALUE

logging.basicConfig()
for encode in (quote, quote_plus):
    logging.warning("GET https://example.com/?key=%s&page=1", encode(VALUE))
logging.warning("GET https://example.com/?key=%s", quote(VALUE, safe=""))
