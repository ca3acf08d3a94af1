"""An exception hook that prints local variables, set before masking was installed."""

from rich.traceback import install

install(show_locals=True, width=300)

from planted import VALUE


def connect(token):
    raise ConnectionError(f"refused: {token}")


connect(VALUE)
