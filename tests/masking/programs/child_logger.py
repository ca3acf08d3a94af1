"""A child logger that has a handler of its own and does not propagate."""

import logging

from planted import VALUE

logging.getLogger().addHandler(logging.NullHandler())
log = logging.getLogger("app.db.pool")
log.propagate = False
log.addHandler(logging.StreamHandler())
log.error("login failed for %s", VALUE)
