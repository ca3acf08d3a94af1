"""The loopback page of one process: opened for a request, gone when nothing is open any more.

An `Offer` is a question put to one person: these secrets of this tool, once. It ends saved, expired after ten minutes,
or withdrawn by whoever asked, and after that nothing can be written through it. `open_settings` opens the same page
without a question: all secrets of a tool, as often as the person likes, until the process ends.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixie_secrets.channels.outcome import Outcome
from pixie_secrets.channels.page.access import Access, Grant
from pixie_secrets.errors import ChannelClosed, PixieError
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets, set_secret
from pixie_secrets.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import SecretStr

    from pixie_secrets.channels.page.server import LoopbackServer
    from pixie_secrets.operations.set_secret import Asked, SecretSaved

OFFER_SECONDS = 600.0
LINGER_SECONDS = 30.0  # how long a page that has ended is still there to say so
_FAREWELL_SECONDS = 3.0  # how long `close` waits for the browser to fetch the page that says "saved"


@dataclass(frozen=True)
class Settled:
    """How an offer ended. saved: what was stored, when it ended so."""

    outcome: Outcome
    saved: SecretSaved | None = None


class Offer:
    """One question to one person, open until it is settled. Made by `Desk.open`."""

    def __init__(self, desk: Desk, request: SetSecretRequest, asked: Asked) -> None:
        self.request = request
        self.asked = asked
        self.result: Settled | None = None
        self.farewell = asyncio.Event()  # set once the browser has been shown how it ended
        self._desk = desk
        self._grant = Grant(offer=self, tool_id=asked.tool_id)
        self._writing = asyncio.Lock()
        self._ended = asyncio.Event()
        self._ending: Outcome | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.renew()

    @property
    def id(self) -> str:
        return self._grant.id

    @property
    def is_open(self) -> bool:
        if self.result is None and self.seconds_left <= 0:
            self._end(Outcome.EXPIRED)
        return self.result is None and self._ending is None

    @property
    def seconds_left(self) -> float:
        return self._deadline - self._desk.clock()

    def link(self) -> str:
        """A new one-time URL for this offer, good for ten minutes; earlier ones stay good.

        Raises:
            ChannelClosed: the offer has ended.
        """
        if not self.is_open:
            raise ChannelClosed("this request is no longer open", "ask again")
        return self._desk.link_to(self._grant)

    async def settled(self, timeout: float) -> Settled | None:  # noqa: ASYNC109  "still open" is an answer, not an error
        """How it ended; None when it is still open after `timeout` seconds."""
        if self.is_open:
            try:
                await asyncio.wait_for(self._ended.wait(), timeout)
            except TimeoutError:
                return None
        elif self.result is None:
            await self._ended.wait()  # a write is under way and will say
        return self.result

    def withdraw(self) -> None:
        """Close the question: from now on nothing can be written. A write already under way still decides."""
        self._end(Outcome.CANCELLED)

    def renew(self) -> None:
        """Give it its ten minutes again."""
        self._deadline = self._desk.clock() + OFFER_SECONDS
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(OFFER_SECONDS, self._end, Outcome.EXPIRED)

    async def save(self, values: Mapping[str, SecretStr]) -> SecretSaved:
        """Store what the person typed; the offer is settled then, and this is its one time.

        Raises:
            ChannelClosed: it has ended, perhaps by an earlier save.
            PixieError: refused, nothing written, and the offer stays open.
        """
        async with self._writing:
            if not self.is_open:
                raise ChannelClosed("this request is no longer open", "ask again")
            try:
                saved = await asyncio.to_thread(set_secret, self._desk.project(), self.request, values)
                self._settle(Settled(Outcome.SAVED, saved))
            finally:
                if self._ending:  # withdrawn or expired while a refused write was under way
                    self._settle(Settled(self._ending))
        return saved

    async def finish(self) -> None:
        """Withdraw, let a write under way end, and let the browser see that it did."""
        self.withdraw()
        await self._ended.wait()
        if self.result and self.result.saved:
            try:
                await asyncio.wait_for(self.farewell.wait(), _FAREWELL_SECONDS)
            except TimeoutError:
                return

    def _end(self, outcome: Outcome) -> None:
        self._ending = self._ending or outcome
        if not self._writing.locked():
            self._settle(Settled(self._ending))

    def _settle(self, result: Settled) -> None:
        if self.result is not None:
            return
        self.result = result
        if self._timer:
            self._timer.cancel()
        self._ended.set()
        self._desk.offer_ended()


class Desk:
    """All pages of one process. Listens on 127.0.0.1 only while something is open; runs in the caller's event loop.

    clock: seconds, as `time.monotonic`. linger: how many seconds a page that has ended can still be reached.
    """

    def __init__(
        self, project: Project, *, clock: Callable[[], float] = time.monotonic, linger: float = LINGER_SECONDS
    ) -> None:
        self.clock = clock
        self.access = Access(clock)
        self._root = project.root
        self._linger = linger
        self._offers: list[Offer] = []
        self._settings_open = False
        self._server: LoopbackServer | None = None
        self._door = asyncio.Lock()  # one at a time opens or closes
        self._closing: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, request: SetSecretRequest) -> Offer:
        """Put a question. The same question while one is open is the same offer, with its ten minutes anew.

        Raises:
            UnknownTool, KeyRefused, FileRefused: as `asked_secrets`.
            PixieError: there is nothing to ask, every declared secret is set.
        """
        asked = await asyncio.to_thread(asked_secrets, self.project(), request)
        if not asked.secrets:
            raise PixieError(f"every declared secret of {asked.tool_id} is set", "name a key to replace its value")
        keys = tuple(secret.key for secret in asked.secrets)
        exact = SetSecretRequest(tool_id=asked.tool_id, keys=keys, allow_undeclared=request.allow_undeclared)
        async with self._door:
            self._offers = [offer for offer in self._offers if offer.is_open]
            for earlier in self._offers:
                if earlier.request == exact:
                    earlier.renew()
                    return earlier
            self._listen()
            offer = Offer(self, exact, asked)
            self._offers.append(offer)
            return offer

    async def open_settings(self, tool_id: str | None) -> str:
        """A one-time link to the settings of one tool, or to the index of all; the page stays until `close`.

        Raises:
            UnknownTool, ManifestError: as `Project.tool`.
        """
        if tool_id is not None:
            tool_id = (await asyncio.to_thread(self.project().tool, tool_id)).id
        async with self._door:
            self._listen()
            self._settings_open = True
            return self.link_to(Grant(tool_id=tool_id))

    async def close(self) -> None:
        """Withdraw what is open and stop listening, once a browser that just saved has been shown so."""
        async with self._door:
            await asyncio.gather(*(offer.finish() for offer in self._offers))
            self._offers.clear()
            self._settings_open = False
            await self._stop()

    def project(self) -> Project:
        """A fresh look at the project: manifests change while a page is open."""
        return Project(self._root)

    def link_to(self, grant: Grant) -> str:
        """A new one-time URL for `grant`."""
        assert self._server  # noqa: S101  only called while listening
        return f"http://127.0.0.1:{self._server.port}/open?token={self.access.issue(grant)}"

    def offer_ended(self) -> None:
        """An offer was settled; when it was the last thing open, the page goes after `linger` seconds."""
        if self._closing:
            self._closing.cancel()
        if self._server and not self._busy():
            self._closing = asyncio.get_running_loop().call_later(self._linger, self._leave)

    def _busy(self) -> bool:
        return self._settings_open or any(offer.is_open for offer in self._offers)

    def _leave(self) -> None:
        task = asyncio.create_task(self._stop_when_idle())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stop_when_idle(self) -> None:
        async with self._door:
            if not self._busy():
                self._offers.clear()
                await self._stop()

    def _listen(self) -> None:
        if self._closing:
            self._closing.cancel()
            self._closing = None
        if self._server is None:
            from pixie_secrets.channels.page.app import build_app  # noqa: PLC0415  a web framework, only when asked for
            from pixie_secrets.channels.page.server import LoopbackServer  # noqa: PLC0415  as above

            self._server = LoopbackServer(build_app(self))

    async def _stop(self) -> None:
        if self._closing:
            self._closing.cancel()
            self._closing = None
        server, self._server = self._server, None
        if server:
            await server.stop()
            self.access = Access(self.clock)
