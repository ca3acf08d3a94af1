"""An exception in a thread."""

import threading

from planted import VALUE


def work(token):
    raise ValueError(token)


thread = threading.Thread(target=work, args=(VALUE,))
thread.start()
thread.join()
