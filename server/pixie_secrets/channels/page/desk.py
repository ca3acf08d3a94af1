"""The loopback page of one process: opened for a request, gone when nothing is open any more.

`open` puts a question to one person (an `Offer`). `open_settings` opens the same page without a question: all secrets
of a tool, as often as the person likes, until the process ends.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from pixie_secrets.channels.page.access import Access, Grant
from pixie_secrets.channels.page.offer import Offer
from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.channels.page.server import LoopbackServer

LINGER_SECONDS = 30.0  # how long a page that has ended is still there to say so


class Desk:
    """All pages of one process. Listens on 127.0.0.1 only while something is open; runs in the caller's event loop.

    clock: seconds, as `time.monotonic`. linger: how many seconds a page that has ended can still be reached.
    """

    def __init__(
        self, project: Project, *, clock: Callable[[], float] = time.monotonic, linger: float = LINGER_SECONDS
    ) -> None:
        self._clock = clock
        self._access = Access(clock)
        self._root = project.root
        self._linger = linger
        self._offers: dict[Offer, Grant] = {}
        self._settings_open = False
        self._server: LoopbackServer | None = None
        self._door = asyncio.Lock()  # one at a time opens or closes
        self._closing: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, request: SetSecretRequest) -> Offer:
        """Put a question. What an open offer of the tool asks already is that offer, with its ten minutes anew; one
        that asks only a part of it is withdrawn, so that no secret is asked for on two pages.

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
            self._offers = {offer: grant for offer, grant in self._offers.items() if offer.is_open}
            for earlier in list(self._offers):
                if earlier.asks_all_of(exact):
                    earlier.renew()
                    return earlier
                if earlier.asks_any_of(exact):
                    earlier.withdraw()
            self._listen()
            offer = Offer(
                exact, asked, project=self.project, clock=self._clock, mint=self._link_to_offer, ended=self._offer_ended
            )
            self._offers[offer] = Grant(offer=offer, tool_id=asked.tool_id)
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
            return self._link_to(Grant(tool_id=tool_id))

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

    def _link_to_offer(self, offer: Offer) -> str:
        return self._link_to(self._offers[offer])

    def _link_to(self, grant: Grant) -> str:
        """A new one-time URL for `grant`."""
        assert self._server  # noqa: S101  only called while listening
        return f"http://127.0.0.1:{self._server.port}/open?token={self._access.issue(grant)}"

    def _offer_ended(self) -> None:
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

            self._server = LoopbackServer(build_app(self.project, self._access))

    async def _stop(self) -> None:
        if self._closing:
            self._closing.cancel()
            self._closing = None
        server, self._server = self._server, None
        if server:
            await server.stop()
            self._access = Access(self._clock)
