"""The loopback page of one process: opened for a request, gone when nothing is open any more.

`open` asks one person for values, `open_consent` for their consent at a provider. `open_settings` opens the same page
without a question: all secrets of a tool, as often as the person likes, until the process ends.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from pixie_secrets.channels.page.copying import Copying
from pixie_secrets.channels.page.elicitation import Elicitation
from pixie_secrets.channels.page.link_grants import Access, LinkGrant
from pixie_secrets.channels.page.question import LAST_PAGE_SECONDS, PageQuestion, Surroundings
from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp

    from pixie_secrets.channels.channel import Question
    from pixie_secrets.channels.page.consent import Consent
    from pixie_secrets.channels.page.server import LoopbackServer
    from pixie_secrets.operations.authorize import AuthorizeRequest
    from pixie_secrets.operations.copy_secret import CopySecretRequest, SecretCopied

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
        self._questions: dict[PageQuestion, LinkGrant] = {}
        self._settings: list[LinkGrant] = []
        self._app: ASGIApp | None = None
        self._server: LoopbackServer | None = None
        self._at_ports: dict[int, LoopbackServer] = {}  # the same page, where a provider has a port registered
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
            self._forget_ended()
            for earlier in [question for question in self._questions if isinstance(question, Elicitation)]:
                if earlier.asks_all_of(exact):
                    earlier.renew()
                    return earlier
                if earlier.asks_any_of(exact):
                    earlier.withdraw()
            self._listen()
            elicitation = Elicitation(exact, asked, self._surroundings(), client)
            self._questions[elicitation] = LinkGrant(question=elicitation, tool_id=asked.tool_id)
            return elicitation

    async def open_consent(self, request: AuthorizeRequest, client: str = "") -> Consent:
        """Ask for consent at a provider. One that is open for the same token is gone then: it was for another visit.

        client: the coding agent that asks.

        Raises:
            UnknownTool, KeyRefused, AppSecretMissing, FileRefused: as `asked_consent`.
            PixieError: the port that the provider has registered is taken.
        """
        from pixie_secrets.channels.page.consent import Consent

        asked = await asyncio.to_thread(Consent.asked_of, self.project(), request)
        async with self._lock:
            self._forget_ended()
            for earlier in self._consents():
                if earlier.asked[:1] == asked[:1] and earlier.asked.registration.key == asked.registration.key:
                    earlier.withdraw()
            port = self._listen(asked.registration.redirect_port)
            consent = Consent(request, asked, self._surroundings(), port, client)
            self._questions[consent] = LinkGrant(question=consent, tool_id=asked.tool_id)
            return consent

    def answered_consent(self, state: str) -> Consent | None:
        """The consent that a provider's answer with this state is for, if it waits for one."""
        return next((consent for consent in self._consents() if consent.is_answered_by(state)), None)

    def consent(self, consent_id: str) -> Consent | None:
        """The consent of that id, open or not."""
        return next((consent for consent in self._consents() if consent.id == consent_id), None)

    def _consents(self) -> list[Consent]:
        return [cast("Consent", question) for question in self._questions if question.is_consent]

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

    async def open_copying(self, request: CopySecretRequest, copy: Callable[[], SecretCopied], seconds: int) -> Copying:
        """Ask whether a value may be copied. copy: does it, in a thread; seconds: for which it then stays there."""
        async with self._lock:
            self._listen()
            copying = Copying(request, copy, seconds, self._surroundings())
            self._questions[copying] = LinkGrant(question=copying, tool_id=request.tool_id)
            return copying

    async def close(self) -> None:
        """Withdraw what is open and stop listening, once a browser that just saved has been shown so."""
        async with self._lock:
            await asyncio.gather(*(question.finish() for question in self._questions))
            self._questions.clear()
            await asyncio.gather(*map(_answered, self._settings))
            self._settings.clear()
            await self._stop()

    def project(self) -> Project:
        """A fresh look at the project: manifests change while a page is open."""
        return Project(self._root)

    def _surroundings(self) -> Surroundings:
        return Surroundings(self.project, self._clock, self._link_to_question, self._revoke, self._question_ended)

    def _forget_ended(self) -> None:
        self._questions = {question: grant for question, grant in self._questions.items() if question.is_open}

    def _link_to_question(self, question: PageQuestion) -> str:
        return self._link_to(self._questions[question])

    def _revoke(self, link: str) -> None:
        self._access.revoke(link.rpartition("token=")[2])

    def _link_to(self, grant: LinkGrant) -> str:
        """A new one-time URL for `grant`."""
        assert self._server  # noqa: S101  only called while listening
        return f"http://127.0.0.1:{self._server.port}/open?token={self._access.issue(grant)}"

    def _question_ended(self) -> None:
        """A question has ended; when it was the last thing open, the page goes after `linger` seconds."""
        if self._closing:
            self._closing.cancel()
        if self._server and not self._busy():
            self._closing = asyncio.get_running_loop().call_later(self._linger, self._leave)

    def _busy(self) -> bool:
        return bool(self._settings) or any(question.is_open for question in self._questions)

    def _leave(self) -> None:
        task = asyncio.create_task(self._stop_when_idle())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stop_when_idle(self) -> None:
        async with self._lock:
            if not self._busy():
                self._questions.clear()
                await self._stop()

    def _listen(self, port: int = 0) -> int:
        """Listen, besides at `port`, where one is named; the port that a provider is to answer at."""
        if self._closing:
            self._closing.cancel()
            self._closing = None
        from pixie_secrets.channels.page.app import build_app
        from pixie_secrets.channels.page.server import LoopbackServer

        if self._app is None:
            self._app = build_app(self, self._access)
        if port and port not in self._at_ports:
            try:
                self._at_ports[port] = LoopbackServer(self._app, port)
            except OSError:
                raise PixieError(
                    f"port {port} of this machine, which the provider answers at, is taken",
                    "end the program that has it, or register and declare another redirect_port",
                ) from None
        if self._server is None:
            self._server = LoopbackServer(self._app)
        return port or self._server.port

    async def _stop(self) -> None:
        if self._closing:
            self._closing.cancel()
            self._closing = None
        servers = [*([self._server] if self._server else []), *self._at_ports.values()]
        self._server, self._app = None, None
        self._at_ports.clear()
        for server in servers:
            await server.stop()
        if servers:
            self._access = Access(self._clock)


async def _answered(grant: LinkGrant) -> None:
    """Wait until a browser that sent values was shown what became of them."""
    with suppress(TimeoutError):
        await asyncio.wait_for(grant.answered.wait(), LAST_PAGE_SECONDS)


class Pages:
    """The pages of all projects of one process, each with a host of its own."""

    def __init__(self) -> None:
        self._hosts: dict[Path, PageHost] = {}

    async def open(self, question: Question) -> PageQuestion:
        """Put `question` on a page of its project."""
        return await question.open(self._hosts.setdefault(question.project.root, PageHost(question.project)))

    async def close(self) -> None:
        """As `PageHost.close`."""
        for host in self._hosts.values():
            await host.close()
