"""Sends the user of a call to a provider, and answers how that ended. Imported with the first such call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread

from pixie_secrets.channels.channel import LinkToShow, Outcome
from pixie_secrets.channels.questions import ForConsent
from pixie_secrets.mcp_server import results, wording
from pixie_secrets.mcp_server.asking import link_in
from pixie_secrets.mcp_server.authorize_secret import AuthorizationAsked, AuthorizationOutcome
from pixie_secrets.oauth.errors import ConsentRefused
from pixie_secrets.operations.authorize import AuthorizeRequest, asked_consent, authorized

if TYPE_CHECKING:
    from pixie_secrets.channels.channel import AskResult
    from pixie_secrets.mcp_server.asking import Answer, Asking
    from pixie_secrets.mcp_server.authorize_secret import AuthorizeArguments
    from pixie_secrets.mcp_server.question import Call


async def authorize(asking: Asking, call: Call, arguments: AuthorizeArguments) -> Answer:
    """Send the user to the provider of what `arguments` name, by the best way there is, and say how it ended."""
    question = asking.asked(call)
    if not isinstance(question, ForConsent):
        request = AuthorizeRequest(tool_id=arguments.tool_id, key=arguments.key)
        asked = await anyio.to_thread.run_sync(asked_consent, call.project, request, abandon_on_cancel=True)
        exact = request._replace(tool_id=asked.tool_id, key=asked.registration.key)
        question = ForConsent(call.project, exact, asked, call.client.name)
    answer = await asking.put(question, call)
    return link_in(answer) if isinstance(answer, LinkToShow) else await _ended(answer, question)


async def _ended(answer: AskResult, question: ForConsent) -> Answer:
    asked = question.asked
    now = await anyio.to_thread.run_sync(authorized, question.project, asked, abandon_on_cancel=True)
    is_done = answer.outcome is Outcome.SAVED and now is not None
    outcome = AuthorizationOutcome.AUTHORIZED if is_done else _outcome(answer)
    return results.done(
        AuthorizationAsked(
            tool_id=asked.tool_id,
            key=asked.registration.key,
            provider=asked.registration.title,
            outcome=outcome,
            scopes=now.scopes if now and is_done else (),
            expires_at=now.expires_at if now and is_done else None,
            channel=answer.medium,
            warnings=answer.warnings,
            next_step=None if is_done else wording.next_step_to_consent(answer, question.command),
        )
    )


def _outcome(answer: AskResult) -> AuthorizationOutcome:
    """Of what ended without a token; one that was kept and is gone again has failed."""
    if answer.problem:
        refused = isinstance(answer.problem, ConsentRefused)
        return AuthorizationOutcome.REFUSED if refused else AuthorizationOutcome.FAILED
    saved = answer.outcome is Outcome.SAVED
    return AuthorizationOutcome.FAILED if saved else AuthorizationOutcome(answer.outcome.value)
