"""Ends what hangs: an input may take so many seconds of processor time, however busy the machine is."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SECONDS_MAX = 2.0


class Hung(BaseException):
    """Past everything that catches exceptions."""


@contextmanager
def watched(seconds: float) -> Iterator[None]:
    """Raises Hung when the block takes longer."""
    before = signal.signal(signal.SIGPROF, _bark)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _bark(_number: int, _frame: FrameType | None) -> None:
    raise Hung
