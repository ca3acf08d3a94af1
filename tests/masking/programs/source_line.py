"""A traceback and a stack that show a source line with the value in it."""

import logging
from pathlib import Path

from planted import VALUE

logging.basicConfig()
Path("input_module.py").write_text(
    f"""
import logging

def call():
    logging.warning("stack", stack_info=True); {VALUE!r}

def fail():
    raise ValueError; {VALUE!r}
""",
    encoding="utf-8",
)

import input_module

input_module.call()
try:
    input_module.fail()
except ValueError:
    logging.exception("failed")
input_module.fail()
