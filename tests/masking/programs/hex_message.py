"""Hexadecimal."""

import logging

from planted import VALUE

logging.basicConfig()
logging.warning("body %s %s", VALUE.encode().hex(), VALUE.encode().hex().upper())
