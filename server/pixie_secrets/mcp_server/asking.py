"""Puts a question to a person, and waits for the answer no longer than a client does.

The value never comes by here: it goes from the person to the page or the terminal and from there to the file. What
comes back is how it ended. A question that nobody waits for any more is withdrawn; one that was answered `pending`
stays open until its page expires, and a later call for the same keys joins it.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from pixie_secrets.channels import chooser
from pixie_secrets.channels.chooser import Way
from pixie_secrets.channels.outcome import Channel, Outcome
from pixie_secrets.git import coverage
from pixie_secrets.mcp_server import wording
from pixie_secrets.mcp_server.popups import Popups
from pixie_secrets.mcp_server.question import Question, nothing_asked, report
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from pixie_secrets.channels.page.elicitation import Elicitation, Ending
    from pixie_secrets.channels.page.host import PageHost
    from pixie_secrets.mcp_server.question import Call
    from pixie_secrets.mcp_server.tools import SetSecretArguments

Answer = types.CallToolResult | types.InputRequiredResult

ELICITATIONS_KEPT = 64

log = logging.getLogger(__name__)


class Asking:
    """Every question of this process that is open."""

    def __init__(self, hold_seconds: float) -> None:
        self._hold_seconds = hold_seconds
        self._hosts: dict[Path, PageHost] = {}
        self._elicitations: dict[str, Elicitation] = {}
        self._holders: Counter[str] = Counter()
        self._popups = Popups()

    async def __aenter__(self) -> Self:
        await self._popups.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        with anyio.CancelScope(shield=True):
            await self.close()
        return await self._popups.__aexit__(kind, error, trace)

    async def close(self) -> None:
        """Withdraw everything; nothing can be written afterwards."""
        await self._popups.close()
        for host in self._hosts.values():
            await host.close()

    async def ask(self, call: Call, arguments: SetSecretArguments) -> Answer:
        """Ask for what `arguments` name, by the best way there is, and say how it ended."""
        request = SetSecretRequest(
            tool_id=arguments.tool_id,
            keys=(arguments.key,) if arguments.key is not None else (),
            allow_undeclared=arguments.allow_undeclared,
        )
        elicitation = self._elicitations.get(call.params.request_state or "")
        if elicitation is not None:
            response = (call.params.input_responses or {}).get("page")
            question = Question(call.project, request, elicitation.asked)
            return await self._after_dialog(response, elicitation, question, self._hold_seconds)
        asked = await anyio.to_thread.run_sync(asked_secrets, call.project, request, abandon_on_cancel=True)
        question = Question(call.project, request, asked)
        if not asked.secrets:
            return nothing_asked(question)
        if call.params.input_responses is not None:  # to a question that is not ours, or no more
            return await report(question, Outcome.EXPIRED, Channel.BROWSER)
        for way in await anyio.to_thread.run_sync(_ways, call.shows_pages, abandon_on_cancel=True):
            answer = await self._by(way, call, question)
            if answer is not None:
                return answer
        return await report(question, Outcome.PENDING)

    def abandoned(self, state: str | None) -> None:
        """A call was cancelled: withdraw the page it was the answer of, unless another call waits for it."""
        elicitation = self._elicitations.get(state or "")
        if elicitation and not self._holders[elicitation.id]:
            elicitation.withdraw()

    async def _by(self, way: Way, call: Call, question: Question) -> Answer | None:
        """How it ended this way, or None when the person cannot be reached by it."""
        match way:
            case Way.ELICITATION if call.context.protocol_version in MODERN_PROTOCOL_VERSIONS:
                return await self._hand_out(question)
            case Way.ELICITATION:
                return await self._in_dialog(call, question)
            case Way.POPUP:
                return await self._in_popup(question)
            case Way.BROWSER:
                return await self._in_browser(call, question)
        return None

    async def _open(self, question: Question) -> Elicitation:
        from pixie_secrets.channels.page.host import PageHost  # noqa: PLC0415  the web framework, only when a page opens

        host = self._hosts.get(question.project.root)
        if host is None:
            host = self._hosts.setdefault(question.project.root, PageHost(question.project))
        return await host.open(question.request)

    async def _hand_out(self, question: Question) -> types.InputRequiredResult:
        """2026 era: answer with the link; the client calls again once its user has dealt with it."""
        elicitation = await self._open(question)
        self._elicitations[elicitation.id] = elicitation
        while len(self._elicitations) > ELICITATIONS_KEPT:
            del self._elicitations[next(iter(self._elicitations))]
        link = types.ElicitRequestURLParams(message=wording.dialog(elicitation.asked), url=elicitation.link())
        return types.InputRequiredResult(
            request_state=elicitation.id, input_requests={"page": types.ElicitRequest(params=link)}
        )

    async def _in_dialog(self, call: Call, question: Question) -> types.CallToolResult | None:
        """2025 era: ask within the call; the client answers as soon as its user agrees to open the page."""
        deadline = anyio.current_time() + self._hold_seconds
        elicitation = await self._open(question)
        dialog_id = os.urandom(16).hex()
        message = wording.dialog(elicitation.asked)
        response: types.ElicitResult | None = None
        with self._held(elicitation):
            async with anyio.create_task_group() as both:

                async def close_dialog_in_time() -> None:
                    await elicitation.wait(self._hold_seconds)
                    both.cancel_scope.cancel()

                both.start_soon(close_dialog_in_time)
                try:
                    response = await call.context.session.elicit_url(message, elicitation.link(), dialog_id)
                except MCPError as error:
                    log.warning("the client could not show the link (error %s)", error.error.code)
                    both.cancel_scope.cancel()
                    return None
                both.cancel_scope.cancel()
        if response is None:
            result = await self._ended(await elicitation.wait(0), elicitation, question)
        else:
            result = await self._after_dialog(response, elicitation, question, deadline - anyio.current_time())
        await call.context.session.send_elicit_complete(dialog_id)
        return result

    async def _in_browser(self, call: Call, question: Question) -> types.CallToolResult | None:
        """No client to show the link: open it on this machine."""
        from pixie_secrets.channels.browser import open_url  # noqa: PLC0415  only when needed

        elicitation = await self._open(question)
        with self._held(elicitation):
            if not await anyio.to_thread.run_sync(open_url, elicitation.link(), abandon_on_cancel=True):
                return None
            await _tell(call, wording.on_page(question.command))
            return await self._ended(await elicitation.wait(self._hold_seconds), elicitation, question)

    async def _in_popup(self, question: Question) -> types.CallToolResult | None:
        """A command in tmux, in front of the person; only its exit status comes back."""
        popup = self._popups.open(question.project, question.request)
        status = await popup.ended(self._hold_seconds)
        if popup.open:
            return await report(question, Outcome.PENDING, Channel.TERMINAL)
        if status is None:
            return None
        if status != 0:
            return await report(question, Outcome.CANCELLED, Channel.TERMINAL)
        tool = question.project.tool(question.asked.tool_id)
        warnings = await anyio.to_thread.run_sync(coverage.warnings, tool.env_path, abandon_on_cancel=True)
        return await report(question, Outcome.SAVED, Channel.TERMINAL, tuple(warnings))

    async def _after_dialog(
        self, response: Any, elicitation: Elicitation, question: Question, seconds: float
    ) -> types.CallToolResult:
        """The person agreed to open the page, which is not yet saving, or said no; no answer at all is a cancel."""
        ending = await elicitation.wait(0)
        action = response.action if isinstance(response, types.ElicitResult) else "cancel"
        if ending is not None or action == "accept":
            with self._held(elicitation):
                return await self._ended(ending or await elicitation.wait(max(seconds, 0)), elicitation, question)
        elicitation.withdraw()
        outcome = Outcome.DECLINED if action == "decline" else Outcome.CANCELLED
        return await report(question, outcome, Channel.BROWSER)

    async def _ended(self, ending: Ending | None, elicitation: Elicitation, question: Question) -> types.CallToolResult:
        if ending is None:
            return await report(question, Outcome.PENDING, Channel.BROWSER)
        self._elicitations.pop(elicitation.id, None)
        warnings = ending.saved.file_warnings if ending.saved else ()  # those about the value are not the agent's
        return await report(question, ending.outcome, Channel.BROWSER, warnings)

    @contextmanager
    def _held(self, elicitation: Elicitation) -> Iterator[None]:
        """While a call waits for `elicitation`; the last one to be cancelled withdraws it."""
        self._holders[elicitation.id] += 1
        try:
            yield
        except anyio.get_cancelled_exc_class():
            if self._holders[elicitation.id] == 1:
                elicitation.withdraw()
            raise
        finally:
            self._holders[elicitation.id] -= 1


def _ways(shows_pages: bool) -> tuple[Way, ...]:
    """The chooser's way, then those left when it fails; an override is an order and has no second best."""
    first = chooser.choose(os.environ, url_elicitation=shows_pages, platform=sys.platform)
    if os.environ.get(chooser.CHANNEL_VARIABLE):
        return (first,)
    dialog = (Way.ELICITATION,) if first is Way.POPUP and shows_pages else ()
    browser = (Way.BROWSER,) if first is not Way.BROWSER and chooser.desktop(os.environ, sys.platform) else ()
    return (first, *dialog, *browser)


async def _tell(call: Call, message: str) -> None:
    """Show the person a line while they are waited for, if the client wants progress; the model never sees it."""
    await call.context.session.report_progress(0, None, message)
