"""A question for consent: the person is shown whom they would go to, goes there, agrees, and a token is kept.

With the code flow the provider sends the browser back to this very server, at a fixed path, with a code; with the
device flow the person enters a code of the provider's and we ask until they have. Either is answered once. Codes and
tokens stay in here on their way from the provider to `keep_token`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pixie_secrets.audit.entry import Way
from pixie_secrets.channels.channel import Outcome
from pixie_secrets.channels.page.question import Ending, PageQuestion
from pixie_secrets.errors import PixieError
from pixie_secrets.oauth.code_flow import CodeRequest
from pixie_secrets.oauth.device_flow import Waiting, device_request, poll
from pixie_secrets.oauth.entry import TokenEntry
from pixie_secrets.oauth.registration import REDIRECT_PATH
from pixie_secrets.operations.authorize import asked_consent, keep_token
from pixie_secrets.operations.context import Context

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.channels.page.question import Surroundings
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.oauth.device_flow import DeviceRequest
    from pixie_secrets.oauth.token import Token
    from pixie_secrets.operations.authorize import AuthorizeRequest, ConsentToAsk


class Consent(PageQuestion):
    """Asks for consent. Made by `PageHost.open_consent`. port: of the address that the provider sends the browser to.

    device: the code to enter, once the person has asked for one. client: the coding agent that asks.
    """

    is_consent = True

    def __init__(
        self, request: AuthorizeRequest, asked: ConsentToAsk, host: Surroundings, port: int, client: str = ""
    ) -> None:
        super().__init__(host)
        self.request = request
        self.asked = asked
        self._client = client
        self.device: DeviceRequest | None = None
        self._polling: asyncio.Task[None] | None = None
        self._by_device = request.device or asked.registration.server.authorize_url is None
        self._code = CodeRequest(asked.registration, f"http://127.0.0.1:{port}{REDIRECT_PATH}")
        self._is_answered = False

    @staticmethod
    def asked_of(project: Project, request: AuthorizeRequest) -> ConsentToAsk:
        """As `asked_consent`."""
        return asked_consent(project, request)

    @property
    def subject(self) -> str:
        return self.asked.tool_name

    @property
    def redirect(self) -> str:
        """The address that has to be registered with the provider."""
        return self._code.redirect

    @property
    def url(self) -> str | None:
        """Where the person goes to agree; None where a code is entered instead."""
        return None if self._by_device else self._code.url

    def is_answered_by(self, state: str) -> bool:
        """Whether `state` is that of this request, and no answer has come yet."""
        return not self._is_answered and not self._by_device and self._code.is_answered_by(state)

    async def answer(self, parameters: list[tuple[str, str]]) -> None:
        """Take what the provider sent with the browser, its parameters; `result` says what became of it.

        Raises:
            ChannelClosed: it was answered before, has expired, or was withdrawn.
        """
        self._check_open()
        self._is_answered = True

        def token() -> Token:
            code = self._code.code(parameters)
            return self._code.exchange(code, self._entry().app_secret())

        await self._decide(token)

    async def begin_device(self) -> None:
        """Get a code for the person to enter, and ask from now on whether they have.

        Raises:
            ChannelClosed: it has ended.
            PixieError: the provider gives none; the question stays open.
        """
        async with self._writing:
            self._check_open()
            if self.device is not None:
                return
            secret = await asyncio.to_thread(self._entry().app_secret)
            self.device = await asyncio.to_thread(device_request, self.asked.registration, secret)
        self._polling = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        """Ask until the person has answered, the code has expired, or nobody waits any more."""
        assert self.device  # noqa: S101  only begun with one
        request = self.device
        secret = await asyncio.to_thread(self._entry().app_secret)
        answers: list[Token | PixieError] = []
        while self.is_open and not answers:
            await asyncio.sleep(request.interval)
            try:
                found = await asyncio.to_thread(poll, request, secret)
            except PixieError as problem:
                answers.append(problem)
            else:
                if isinstance(found, Waiting):
                    request = request._replace(interval=found.interval)
                else:
                    answers.append(found)
        if self.is_open and answers:
            await self._decide(lambda: _or_raise(answers[0]))

    async def _decide(self, token: Callable[[], Token]) -> None:
        async with self._writing:
            self._check_open()
            try:
                context = Context(self._host.project(), channel=Way.PAGE, client=self._client)
                kept = await asyncio.to_thread(lambda: keep_token(context, self.asked, token()))
                self._conclude(Ending(Outcome.SAVED, authorized=kept))
            except PixieError as problem:
                self._conclude(Ending(Outcome.CANCELLED, problem=problem))
            finally:
                if self._ending:
                    self._conclude(Ending(self._ending))

    def _entry(self) -> TokenEntry:
        return TokenEntry(
            self._host.project().owner(self.asked.tool_id), self.asked.registration.key, self.asked.registration
        )


def _or_raise(answer: Token | PixieError) -> Token:
    if isinstance(answer, PixieError):
        raise answer
    return answer
