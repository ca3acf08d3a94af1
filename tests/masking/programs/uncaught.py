"""An exception that nobody caught."""

from planted import VALUE


def connect(token):
    raise ConnectionError(f"refused: {token}")


try:
    connect(VALUE)
except ConnectionError as error:
    raise RuntimeError("start failed", VALUE) from error
