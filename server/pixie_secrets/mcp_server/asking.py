"""Puts a question of a call to a person, by the way that `channels.chooser` chooses, and answers how it ended.

Neither a value nor a code or token comes by here: it goes from the person to the page or the terminal and from there to
the file. What comes back is how it ended, with each secret as the file has it now. A call that is cancelled leaves its
page open: a client that gave up after a minute has a user who is still typing. A later call for the same keys joins
that page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import anyio
import anyio.to_thread
import mcp_types as types

from pixie_secrets.channels.channel import AskResult, LinkToShow, Medium, Outcome
from pixie_secrets.channels.chooser import Chooser, Patience
from pixie_secrets.channels.questions import ForValues
from pixie_secrets.mcp_server import results, wording
from pixie_secrets.mcp_server.set_secret import SecretAsked
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets
from pixie_secrets.operations.status import SecretStatus, Status
from pixie_secrets.where import Where

if TYPE_CHECKING:
    from types import TracebackType

    from pixie_secrets.channels.channel import Question
    from pixie_secrets.mcp_server.question import Call
    from pixie_secrets.mcp_server.set_secret import SetSecretArguments

CANCEL = "cancel"

Answer = types.CallToolResult | types.InputRequiredResult


class Asking:
    """Every question of this process that is open. patience: the chooser's."""

    def __init__(self, patience: Patience) -> None:
        self._chooser = Chooser(Where.here(), patience)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with anyio.CancelScope(shield=True):
            await self.close()

    async def close(self) -> None:
        """Withdraw everything; nothing can be written afterwards."""
        await self._chooser.close()

    async def ask(self, call: Call, arguments: SetSecretArguments) -> Answer:
        """Ask for what `arguments` name, by the best way there is, and say how it ended."""
        question = self.asked(call)
        if not isinstance(question, ForValues):
            request = SetSecretRequest(
                tool_id=arguments.tool_id,
                keys=(arguments.key,) if arguments.key is not None else (),
                allow_undeclared=arguments.allow_undeclared,
                file=arguments.file,
            )
            asked = await anyio.to_thread.run_sync(asked_secrets, call.project, request, abandon_on_cancel=True)
            question = ForValues(call.project, request._replace(tool_id=asked.tool_id), asked, call.client.name)
            if not asked.secrets:
                return _nothing_asked(question)
        answer = await self.put(question, call)
        return link_in(answer) if isinstance(answer, LinkToShow) else await _saved(answer, question)

    def asked(self, call: Call) -> Question | None:
        """The question of an earlier call, whose link this one brings an answer to."""
        return self._chooser.asked(call.params.request_state or "")

    async def put(self, question: Question, call: Call) -> AskResult | LinkToShow:
        """Put it by the best way there is; or go on, where `call` brings the user's answer to its link."""
        if self.asked(call) is question:
            return await self._chooser.resume(call.params.request_state or "", _action(call), question, call)
        if call.params.input_responses is not None:  # to a question that is not ours, or no more
            return AskResult(Outcome.EXPIRED, Medium.BROWSER)
        return await self._chooser.ask(question, call)


def _action(call: Call) -> str:
    """What the user answered to the link; no answer at all is a cancel."""
    response: Any = (call.params.input_responses or {}).get(wording.PAGE)
    return response.action if isinstance(response, types.ElicitResult) else CANCEL


def link_in(answer: LinkToShow) -> types.InputRequiredResult:
    """The answer that has the client show its user a link."""
    link = types.ElicitRequestURLParams(message=answer.message, url=answer.url)
    return types.InputRequiredResult(
        request_state=answer.state, input_requests={wording.PAGE: types.ElicitRequest(params=link)}
    )


async def _saved(answer: AskResult, question: ForValues) -> Answer:
    keys = [secret.key for secret in question.asked.secrets] or question.request.keys
    statuses = await anyio.to_thread.run_sync(_statuses, question, abandon_on_cancel=True)
    return results.done(
        SecretAsked(
            tool_id=question.asked.tool_id,
            secrets=tuple(SecretStatus(key=key, status=statuses.get(key, Status.NOT_SET)) for key in keys),
            outcome=answer.outcome,
            channel=answer.medium,
            warnings=answer.warnings,
            next_step=wording.next_step(answer, question.command, _partly(question, statuses)),
        )
    )


def _partly(question: ForValues, statuses: dict[str, Status]) -> str:
    """How far it got: something was saved, and a required secret is still missing. Empty: neither, or not both."""
    asked = question.asked.secrets
    done = [secret.key for secret in asked if statuses.get(secret.key, Status.NOT_SET).is_there]
    new = [secret.key for secret in asked if not secret.status.is_there and secret.key in done]
    missing = [secret.key for secret in asked if secret.required and secret.key not in done]
    return wording.partly_saved(len(done), len(asked), missing) if new and missing else ""


def _nothing_asked(question: ForValues) -> types.CallToolResult:
    secrets = question.project.owner(question.asked.tool_id).secrets
    return results.done(
        SecretAsked(
            tool_id=question.asked.tool_id,
            secrets=tuple(SecretStatus(key=secret.key, status=Status.SET) for secret in secrets),
            outcome=None,
            channel=None,
            next_step=wording.nothing_to_ask(question.asked, declares_any=bool(secrets)),
        )
    )


def _statuses(question: ForValues) -> dict[str, Status]:
    [tool] = list_secrets(Context(question.project), ListSecretsRequest(tool_id=question.asked.tool_id)).owners
    return {secret.key: secret.status for secret in tool.secrets}
