"""An exception group with notes."""

import logging

from planted import VALUE

logging.basicConfig()
inner = ValueError("inner")
inner.add_note(f"while using {VALUE}")
try:
    raise ExceptionGroup("group", [inner, TypeError(VALUE)])
except ExceptionGroup:
    logging.exception("group")
