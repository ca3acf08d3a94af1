"""Basic authentication: base64 at every alignment."""

import logging
from base64 import b64encode, urlsafe_b64encode

from planted import VALUE

logging.basicConfig()
for user in ("a", "ab", "abc"):
    logging.warning("Authorization: Basic %s", b64encode(f"{user}:{VALUE}".encode()).decode())
    logging.warning("cookie=%s;", urlsafe_b64encode(f"{user}:{VALUE}:end".encode()).decode())
