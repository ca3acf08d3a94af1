"""Chained exceptions, both ways, in a file."""

import logging

from planted import VALUE

logging.basicConfig(filename="app.log")
try:
    try:
        try:
            raise ValueError(VALUE)
        except ValueError as error:
            raise RuntimeError("cause") from error
    except RuntimeError:
        raise OSError(2, "context", VALUE)
except OSError:
    logging.exception("all of them")
