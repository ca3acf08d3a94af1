"""An exception in a finalizer, and in an atexit function."""

import atexit

from planted import VALUE


class Connection:
    def __del__(self):
        raise ValueError(VALUE)

    def __repr__(self):
        return f"<Connection {VALUE}>"


del_me = Connection()
del del_me


@atexit.register
def fail():
    raise RuntimeError(VALUE)
