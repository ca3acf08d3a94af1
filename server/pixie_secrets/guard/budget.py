"""How much one call may be thought about: the client waits ten seconds for a hook, and goes ahead without an answer.

Two bounds, both well inside that: a number of steps, which is the same on every machine, and an alarm for whatever does
not count its steps. What is not decided within them is denied: whoever makes a call too large to be looked at must not
get past the guard by it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

STEPS_MAX = 30_000  # words expanded, paths looked up, patterns compared; each is some ten microseconds
SECONDS_MAX = 5.0


class TooLarge(Exception):
    """The call cannot be decided within the bounds."""


class Budget:
    """The steps of one call. Raises TooLarge when they are used up."""

    __slots__ = ("_left",)

    def __init__(self, steps: int = STEPS_MAX) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        self._left -= steps
        if self._left < 0:
            raise TooLarge


class Alarm:
    """Raises TooLarge within the block once `seconds` have passed; nothing where the platform has no such timer."""

    def __init__(self, seconds: float = SECONDS_MAX) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._set(self._seconds)

    def __exit__(self, *_: object) -> None:
        self._set(0)

    @staticmethod
    def _set(seconds: float) -> None:
        import signal

        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, _ring)
            signal.setitimer(signal.ITIMER_REAL, seconds)


def _ring(_number: int, _frame: FrameType | None) -> NoReturn:
    raise TooLarge
