"""How long a call is held for a person, and what the client hears meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pixie_secrets.channels.channel import Caller

EndT = TypeVar("EndT")


class Wait:
    """The time one call has, over all ways that are tried for it. seconds: from now; note_every: between two notes."""

    def __init__(self, seconds: float, caller: Caller, note_every: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._caller = caller
        self._note_every = note_every

    @property
    def seconds_left(self) -> float:
        """Never less than nothing."""
        return max(self._deadline - time.monotonic(), 0.0)

    async def until(self, ended: Callable[[float], Awaitable[EndT | None]], note: str) -> EndT | None:
        """What `ended`, given seconds to wait, says; None when the time is over.

        note: for the person, at once and again and again, if the client takes progress. Some begin their own wait
        anew with each.
        """
        while True:
            await self._caller.report_progress(note)
            seconds = self.seconds_left
            if self._caller.wants_progress:
                seconds = min(seconds, self._note_every)
            end = await ended(seconds)
            if end is not None or not self.seconds_left:
                return end
