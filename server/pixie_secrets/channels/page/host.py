"""The loopback page of one process: opened for a request, gone when nothing is open any more.

`open` puts a question to one person (an `Elicitation`). `open_settings` opens the same page without a question: all
secrets of a tool, as often as the person likes, until the process ends.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from pixie_secrets.channels.page.elicitation import LAST_PAGE_SECONDS, Elicitation
from pixie_secrets.channels.page.link_grants import Access, LinkGrant
from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pixie_secrets.channels.channel import Question
    from pixie_secrets.channels.page.server import LoopbackServer

LINGER_SECONDS = 30.0  # how long a page that has ended is still there to say so


class PageHost:
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
        self._elicitations: dict[Elicitation, LinkGrant] = {}
        self._settings: list[LinkGrant] = []
        self._server: LoopbackServer | None = None
        self._lock = asyncio.Lock()  # one at a time opens or closes
        self._closing: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, request: SetSecretRequest, client: str = "") -> Elicitation:
        """Put a question. What an open page of the tool asks already is asked there, with its ten minutes anew; one
        that asks only a part of it is withdrawn, so that no secret is asked for on two pages.

        client: the coding agent that asks.

        Raises:
            UnknownTool, KeyRefused, FileRefused: as `asked_secrets`.
            PixieError: there is nothing to ask, every declared secret is set.
        """
        asked = await asyncio.to_thread(asked_secrets, self.project(), request)
        if not asked.secrets:
            raise PixieError(f"every declared secret of {asked.tool_id} is set", "name a key to replace its value")
        keys = tuple(secret.key for secret in asked.secrets)
        exact = request._replace(tool_id=asked.tool_id, keys=keys)
        async with self._lock:
            self._elicitations = {
                elicitation: grant for elicitation, grant in self._elicitations.items() if elicitation.is_open
            }
            for earlier in list(self._elicitations):
                if earlier.asks_all_of(exact):
                    earlier.renew()
                    return earlier
                if earlier.asks_any_of(exact):
                    earlier.withdraw()
            self._listen()
            elicitation = Elicitation(
                exact,
                asked,
                client=client,
                project=self.project,
                clock=self._clock,
                issue_link=self._link_to_elicitation,
                revoke_link=self._revoke,
                ended=self._elicitation_ended,
            )
            self._elicitations[elicitation] = LinkGrant(elicitation=elicitation, tool_id=asked.tool_id)
            return elicitation

    async def open_settings(self, tool_id: str | None) -> str:
        """A one-time link to the settings of one tool, or to the index of all; the page stays until `close`.

        Raises:
            UnknownTool, ManifestError: as `Project.owner`.
        """
        if tool_id is not None:
            tool_id = (await asyncio.to_thread(self.project().owner, tool_id)).id
        async with self._lock:
            self._listen()
            grant = LinkGrant(tool_id=tool_id)
            self._settings.append(grant)
            return self._link_to(grant)

    async def close(self) -> None:
        """Withdraw what is open and stop listening, once a browser that just saved has been shown so."""
        async with self._lock:
            await asyncio.gather(*(elicitation.finish() for elicitation in self._elicitations))
            self._elicitations.clear()
            await asyncio.gather(*map(_answered, self._settings))
            self._settings.clear()
            await self._stop()

    def project(self) -> Project:
        """A fresh look at the project: manifests change while a page is open."""
        return Project(self._root)

    def _link_to_elicitation(self, elicitation: Elicitation) -> str:
        return self._link_to(self._elicitations[elicitation])

    def _revoke(self, link: str) -> None:
        self._access.revoke(link.rpartition("token=")[2])

    def _link_to(self, grant: LinkGrant) -> str:
        """A new one-time URL for `grant`."""
        assert self._server  # noqa: S101  only called while listening
        return f"http://127.0.0.1:{self._server.port}/open?token={self._access.issue(grant)}"

    def _elicitation_ended(self) -> None:
        """An elicitation has ended; when it was the last thing open, the page goes after `linger` seconds."""
        if self._closing:
            self._closing.cancel()
        if self._server and not self._busy():
            self._closing = asyncio.get_running_loop().call_later(self._linger, self._leave)

    def _busy(self) -> bool:
        return bool(self._settings) or any(elicitation.is_open for elicitation in self._elicitations)

    def _leave(self) -> None:
        task = asyncio.create_task(self._stop_when_idle())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stop_when_idle(self) -> None:
        async with self._lock:
            if not self._busy():
                self._elicitations.clear()
                await self._stop()

    def _listen(self) -> None:
        if self._closing:
            self._closing.cancel()
            self._closing = None
        if self._server is None:
            from pixie_secrets.channels.page.app import build_app
            from pixie_secrets.channels.page.server import LoopbackServer

            self._server = LoopbackServer(build_app(self.project, self._access))

    async def _stop(self) -> None:
        if self._closing:
            self._closing.cancel()
            self._closing = None
        server, self._server = self._server, None
        if server:
            await server.stop()
            self._access = Access(self._clock)


async def _answered(grant: LinkGrant) -> None:
    """Wait until a browser that sent values was shown what became of them."""
    with suppress(TimeoutError):
        await asyncio.wait_for(grant.answered.wait(), LAST_PAGE_SECONDS)


class Pages:
    """The pages of all projects of one process, each with a host of its own."""

    def __init__(self) -> None:
        self._hosts: dict[Path, PageHost] = {}

    async def open(self, question: Question) -> Elicitation:
        """As `PageHost.open`."""
        host = self._hosts.setdefault(question.project.root, PageHost(question.project))
        return await host.open(question.request, question.client)

    async def close(self) -> None:
        """As `PageHost.close`."""
        for host in self._hosts.values():
            await host.close()
