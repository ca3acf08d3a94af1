"""An extra attribute named in the layout."""

import logging

from planted import VALUE

logging.basicConfig(format="%(message)s user=%(user)s")
logging.warning("login", extra={"user": VALUE})
