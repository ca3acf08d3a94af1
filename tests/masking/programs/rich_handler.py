"""rich's handler with local variables."""

import logging

from planted import VALUE
from rich.console import Console
from rich.logging import RichHandler


def connect(token):
    raise ConnectionError("refused")


console = Console(file=open("app.log", "w"), width=300)
logging.getLogger().addHandler(RichHandler(console=console, rich_tracebacks=True, tracebacks_show_locals=True))
try:
    connect(VALUE)
except ConnectionError:
    logging.exception("failed with %s", VALUE)
