"""The one way a test waits: for something to become true, never for time to pass."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Found = TypeVar("Found")


def until(condition: Callable[[], Found], timeout: float = 30, every: float = 0.02) -> Found:
    """What `condition` says once it is true; looks every `every` seconds, gives up after `timeout`."""
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < deadline, f"still not so after {timeout:g} seconds: {condition}"
        time.sleep(every)
    return found
