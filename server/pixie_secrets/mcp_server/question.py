"""A question as a call puts it, and the report of how it ended: statuses from the file, never what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from pixie_secrets.channels.command import set_secret_command
from pixie_secrets.mcp_server import results, wording
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.operations.status import SecretStatus, Status

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.context import ServerRequestContext

    from pixie_secrets.channels.outcome import Channel, Outcome
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.set_secret import Asked, SetSecretRequest


@dataclass(frozen=True)
class Call:
    """One `tools/call`: who asks, what was passed, and on which project."""

    context: ServerRequestContext[Any]
    params: types.CallToolRequestParams
    project: Project

    @property
    def shows_pages(self) -> bool:
        """Whether the client can show its user a link. An empty `elicitation: {}` means forms only, in both eras."""
        capabilities = self.context.session.client_capabilities
        return bool(capabilities and capabilities.elicitation and capabilities.elicitation.url is not None)


@dataclass(frozen=True)
class Question:
    """What is asked for, of which project."""

    project: Project
    request: SetSecretRequest
    asked: Asked

    @property
    def command(self) -> str:
        return set_secret_command(self.project, self.request)


def nothing_asked(question: Question) -> types.CallToolResult:
    secrets = question.project.tool(question.asked.tool_id).manifest.secrets
    return results.done(
        results.SecretAsked(
            tool_id=question.asked.tool_id,
            secrets=tuple(SecretStatus(key=secret.key, status=Status.SET) for secret in secrets),
            outcome=None,
            channel=None,
            next_step=wording.nothing_to_ask(question.asked, declares_any=bool(secrets)),
        )
    )


async def report(
    question: Question, outcome: Outcome, channel: Channel | None = None, warnings: tuple[str, ...] = ()
) -> types.CallToolResult:
    """How it ended, with each secret as the file has it now."""
    keys = [secret.key for secret in question.asked.secrets] or question.request.keys
    statuses = await anyio.to_thread.run_sync(_statuses, question, abandon_on_cancel=True)
    return results.done(
        results.SecretAsked(
            tool_id=question.asked.tool_id,
            secrets=tuple(SecretStatus(key=key, status=statuses.get(key, Status.NOT_SET)) for key in keys),
            outcome=outcome,
            channel=channel,
            warnings=warnings,
            next_step=wording.next_step(outcome, question.command, asked_somewhere=channel is not None),
        )
    )


def _statuses(question: Question) -> dict[str, Status]:
    [tool] = list_secrets(question.project, ListSecretsRequest(tool_id=question.asked.tool_id)).tools
    return {secret.key: secret.status for secret in tool.secrets}
