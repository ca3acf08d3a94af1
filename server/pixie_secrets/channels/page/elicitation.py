"""One question to one person: these secrets of this tool, once.

It ends saved, declined, expired after ten minutes, or withdrawn by whoever asked, and after that nothing can be
written through it. Saved means that nothing required is missing: a save that leaves a required secret out keeps it
open, and it ends as saved however it ends then. What the person types passes through `save` on its way to `set_secret`,
and is not kept.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixie_secrets.audit.entry import Way
from pixie_secrets.channels.channel import Outcome
from pixie_secrets.errors import ChannelClosed, PixieError
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.set_secret import asked_secrets, set_secret
from pixie_secrets.operations.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.set_secret import SecretSaved, SecretsToAsk, SetSecretRequest
    from pixie_secrets.secret.text import SecretStr

OPEN_SECONDS = 600.0
LAST_PAGE_SECONDS = 3.0  # how long `finish` waits for the browser to fetch the page that says "saved"


@dataclass(frozen=True)
class ElicitationResult:
    """How an elicitation ended. saved: what was stored, when it ended so."""

    outcome: Outcome
    saved: SecretSaved | None = None


class Elicitation:
    """One question to one person, open until it has ended. Made by `PageHost.open`.

    client: the coding agent that asks. What it needs of the host: `project`, a fresh look at it; `clock`, seconds;
    `issue_link`, a new link to its page; `revoke_link`, which makes one worthless; `ended`, called once when it has
    ended.
    """

    def __init__(
        self,
        request: SetSecretRequest,
        asked: SecretsToAsk,
        *,
        client: str = "",
        project: Callable[[], Project],
        clock: Callable[[], float],
        issue_link: Callable[[Elicitation], str],
        revoke_link: Callable[[str], None],
        ended: Callable[[], None],
    ) -> None:
        self.id = secrets.token_hex(8)
        self.request = request
        self.asked = asked
        self._client = client
        self.result: ElicitationResult | None = None
        self.partly: SecretSaved | None = None  # what was stored so far, while something required is missing
        self.ending_shown = asyncio.Event()  # set once the browser has been shown how it ended
        self._project = project
        self._clock = clock
        self._issue_link = issue_link
        self.revoke = revoke_link  # a link of this page that was shown to nobody
        self._on_end = ended
        self._writing = asyncio.Lock()
        self._ended = asyncio.Event()
        self._ending: Outcome | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.renew()

    @property
    def is_open(self) -> bool:
        if self.result is None and self.seconds_left <= 0:
            self._end(Outcome.EXPIRED)
        return self.result is None and self._ending is None

    @property
    def seconds_left(self) -> float:
        return self._deadline - self._clock()

    def asks_all_of(self, request: SetSecretRequest) -> bool:
        """Whether this page asks for every key of `request`, which names them; declared or not counts too."""
        mine = self.request
        return mine._replace(keys=()) == request._replace(keys=()) and set(request.keys) <= set(mine.keys)

    def asks_any_of(self, request: SetSecretRequest) -> bool:
        """Whether this page asks for a key of `request`."""
        mine = self.request
        same = (mine.tool_id, mine.file) == (request.tool_id, request.file)
        return same and not set(request.keys).isdisjoint(mine.keys)

    def link(self) -> str:
        """A new one-time URL for this elicitation, good for ten minutes; earlier ones stay good.

        Raises:
            ChannelClosed: the elicitation has ended.
        """
        if not self.is_open:
            raise ChannelClosed("this request is no longer open", "ask again")
        return self._issue_link(self)

    async def wait(self, timeout: float) -> ElicitationResult | None:  # noqa: ASYNC109  "still open" is an answer, not an error
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
        self._deadline = self._clock() + OPEN_SECONDS
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(OPEN_SECONDS, self._end, Outcome.EXPIRED)

    async def save(
        self,
        values: Mapping[str, SecretStr],
        expires: Mapping[str, date],
        then: Callable[[], None] | None = None,
    ) -> SecretSaved:
        """Store what the person typed; the elicitation has ended then, unless something required is still missing.

        expires: by key, the last day that its new value is good for. then: called in a thread once they are stored and
        before it ends, so that the page stays to show what came of it.

        Raises:
            ChannelClosed: it has ended, perhaps by an earlier save.
            PixieError: refused, nothing written, and the elicitation stays open.
        """
        async with self._writing:
            if not self.is_open:
                raise ChannelClosed("this request is no longer open", "ask again")
            try:
                context = Context(self._project(), channel=Way.PAGE, client=self._client)
                saved = await asyncio.to_thread(set_secret, context, self.request, values, expires)
                self.partly = saved if self.partly is None else self.partly.and_then(saved)
                if then is not None:
                    await asyncio.to_thread(then)
                if not await asyncio.to_thread(self._missing):
                    self._conclude(self._ended_as(Outcome.SAVED))
            finally:
                if self._ending:  # declined, withdrawn or expired while a write was under way
                    self._conclude(self._ended_as(self._ending))
        return saved

    def _missing(self) -> bool:
        """Whether a required secret that is asked for is not set; nobody is kept when that cannot be read any more."""
        try:
            asked = asked_secrets(self._project(), self.request)
        except PixieError:
            return False
        return any(secret.required and secret.status is not Status.SET for secret in asked.secrets)

    async def finish(self) -> None:
        """Withdraw, let a write under way end, and let the browser see that it did."""
        self.withdraw()
        await self._ended.wait()
        if self.result and self.result.saved:
            try:
                await asyncio.wait_for(self.ending_shown.wait(), LAST_PAGE_SECONDS)
            except TimeoutError:
                return

    def _end(self, outcome: Outcome) -> None:
        self._ending = self._ending or outcome
        if not self._writing.locked():
            self._conclude(self._ended_as(self._ending))

    def _ended_as(self, outcome: Outcome) -> ElicitationResult:
        return ElicitationResult(Outcome.SAVED if self.partly else outcome, self.partly)

    def _conclude(self, result: ElicitationResult) -> None:
        if self.result is not None:
            return
        self.result = result
        if self._timer:
            self._timer.cancel()
        self._ended.set()
        self._on_end()
