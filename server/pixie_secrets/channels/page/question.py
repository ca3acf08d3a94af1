"""A question that a page puts to one person: open until it is answered, expires after ten minutes, or is withdrawn.

What is asked, and what becomes of the answer, is the business of its kinds: `elicitation` asks for values, `consent`
sends the person to a provider.
"""

from __future__ import annotations

import asyncio
import secrets
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.channels.channel import Outcome
from pixie_secrets.errors import ChannelClosed

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.errors import PixieError
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.authorize import Authorized
    from pixie_secrets.operations.set_secret import SecretSaved

OPEN_SECONDS = 600.0
LAST_PAGE_SECONDS = 3.0  # how long `finish` waits for the browser to fetch the page that says how it ended


@dataclass(frozen=True)
class Ending:
    """How a question ended. saved, authorized: what was stored, when it ended so. problem: why a provider said no."""

    outcome: Outcome
    saved: SecretSaved | None = None
    authorized: Authorized | None = None
    problem: PixieError | None = None


class Surroundings(NamedTuple):
    """What a question needs of its host.

    project: a fresh look at it. clock: seconds. issue_link: a new link to its page. revoke_link: makes one worthless.
    ended: called once when the question has ended.
    """

    project: Callable[[], Project]
    clock: Callable[[], float]
    issue_link: Callable[[PageQuestion], str]
    revoke_link: Callable[[str], None]
    ended: Callable[[], None]


class PageQuestion(ABC):
    """One question to one person, open until it has ended. Made by `PageHost`. is_consent: it is a `Consent`."""

    is_consent = False

    def __init__(self, host: Surroundings) -> None:
        self.id = secrets.token_hex(8)
        self.result: Ending | None = None
        self.ending_shown = asyncio.Event()  # set once the browser has been shown how it ended
        self.revoke = host.revoke_link  # a link of this page that was shown to nobody
        self._host = host
        self._writing = asyncio.Lock()
        self._ended = asyncio.Event()
        self._ending: Outcome | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.renew()

    @property
    @abstractmethod
    def subject(self) -> str:
        """Whose secrets it is about, as a person knows it."""

    @property
    def is_open(self) -> bool:
        if self.result is None and self.seconds_left <= 0:
            self._end(Outcome.EXPIRED)
        return self.result is None and self._ending is None

    @property
    def seconds_left(self) -> float:
        return self._deadline - self._host.clock()

    def link(self) -> str:
        """A new one-time URL for this question, good for ten minutes; earlier ones stay good.

        Raises:
            ChannelClosed: the question has ended.
        """
        self._check_open()
        return self._host.issue_link(self)

    async def wait(self, timeout: float) -> Ending | None:  # noqa: ASYNC109  "still open" is an answer, not an error
        """How it ended; None when it is still open after `timeout` seconds. What is being written now counts."""
        async with self._writing:
            pass
        if self.is_open:
            try:
                await asyncio.wait_for(self._ended.wait(), timeout)
            except TimeoutError:
                return None
        elif self.result is None:
            await self._ended.wait()  # a write is under way and will say
        return self.result

    def decline(self) -> None:
        """The person says no, or no more: what was saved before stays saved."""
        self._end(Outcome.DECLINED)

    def withdraw(self) -> None:
        """Close the question: from now on nothing can be written. A write already under way still decides."""
        self._end(Outcome.CANCELLED)

    def renew(self) -> None:
        """Give it its ten minutes again."""
        self._deadline = self._host.clock() + OPEN_SECONDS
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(OPEN_SECONDS, self._end, Outcome.EXPIRED)

    async def finish(self) -> None:
        """Withdraw, let a write under way end, and let the browser see that it did."""
        self.withdraw()
        await self._ended.wait()
        if self.result and self.result.outcome is Outcome.SAVED:
            try:
                await asyncio.wait_for(self.ending_shown.wait(), LAST_PAGE_SECONDS)
            except TimeoutError:
                return

    def _check_open(self) -> None:
        if not self.is_open:
            raise ChannelClosed("this request is no longer open", "ask again")

    def _end(self, outcome: Outcome) -> None:
        self._ending = self._ending or outcome
        if not self._writing.locked():
            self._conclude(self._ended_as(self._ending))

    def _ended_as(self, outcome: Outcome) -> Ending:
        return Ending(outcome)

    def _conclude(self, result: Ending) -> None:
        if self.result is not None:
            return
        self.result = result
        if self._timer:
            self._timer.cancel()
        self._ended.set()
        self._host.ended()
