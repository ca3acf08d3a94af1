"""Signals as something a loop can wait for: what arrived is noted, and a descriptor becomes readable."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Wakeup:
    """fd: readable once a signal has come."""

    def __init__(self) -> None:
        self.fd, self._write = os.pipe()
        for end in (self.fd, self._write):
            os.set_blocking(end, False)

    def taken(self) -> list[int]:
        """The signals that came since the last call, in order."""
        with suppress(BlockingIOError):
            return list(os.read(self.fd, 512))
        return []

    def close(self) -> None:
        os.close(self.fd)
        os.close(self._write)

    @contextmanager
    def listening(self, numbers: Iterable[int]) -> Iterator[None]:
        """Notice `numbers` within the block. One that is ignored stays so: `nohup` and `&` mean it."""
        before: dict[int, Any] = {}
        other = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        try:
            for number in numbers:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    before[number] = signal.signal(number, lambda *_: None)
            yield
        finally:
            for number, action in before.items():
                signal.signal(number, action)
            signal.set_wakeup_fd(other)
            self.close()
