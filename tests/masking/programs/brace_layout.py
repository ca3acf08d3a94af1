"""A {-style layout that cuts."""

import logging

from planted import VALUE

logging.basicConfig(style="{", format="{levelname:.3} {message:.40}")
logging.warning("value %s", VALUE)
