"""Every system call of `files` as an event: to look at the disk after each, or to be killed before the n-th."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Observed:
    """Stands in for a module (`os`, `fcntl`); its functions call `before(name)`, work, and call `after(name)`."""

    def __init__(self, module: Any, before: Callable[[str], None], after: Callable[[str], None]) -> None:
        self._module, self._before, self._after = module, before, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        if not callable(found) or isinstance(found, type):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self._before(name)
            try:
                return found(*arguments, **named)
            finally:
                self._after(name)

        return call


def die_before_call(number: int) -> Callable[[str], None]:
    """A `before` that ends this process by SIGKILL at the call of that number, counted from 0."""
    left = number

    def count(name: str) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    return count
