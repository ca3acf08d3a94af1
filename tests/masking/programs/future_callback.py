"""A callback of a future that fails in a pool of threads."""

from concurrent.futures import ThreadPoolExecutor

from planted import VALUE


def fail(future):
    raise ValueError(VALUE)


with ThreadPoolExecutor(1) as pool:
    pool.submit(int).add_done_callback(fail)
