"""Run a tool with its secrets, and tell what it answered, printed and died of, without any of them.

Everything that comes back is masked with every value this process knows, not only the tool's own.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pixie_secrets.errors import SecretsMissing
from pixie_secrets.frozen import Frozen
from pixie_secrets.known_values import KNOWN
from pixie_secrets.known_values.json_documents import masked
from pixie_secrets.operations.context import Progress
from pixie_secrets.operations.status import Status, status_of
from pixie_secrets.running import environment, interpreter
from pixie_secrets.running.artefacts import Artefacts
from pixie_secrets.running.conversation import RunOutcome, converse
from pixie_secrets.running.inputs import checked
from pixie_secrets.stores.learn import learn
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.layouts.project import Tool
    from pixie_secrets.operations.context import Context
    from pixie_secrets.running.conversation import ConversationEnded
    from pixie_secrets.secret.text import SecretStr


class RunToolRequest(NamedTuple):
    """Which tool to run, and with what."""

    tool_id: str
    inputs: Annotated[
        dict[str, Any], "the tool's inputs by key, as its tool.json declares them; left out ones get defaults"
    ] = {}  # noqa: RUF012  a default nobody changes: a request is only read


class ToolRun(Frozen):
    """How a run ended. There is no known value in it anywhere.

    exit: the tool's exit status when it ended by itself, negative for a signal. seconds: from start to end.
    log: the last of what it printed. artefacts: the folder of the files it made, when it made any.
    """

    tool_id: str
    outcome: RunOutcome
    outputs: dict[str, Any]
    error: str | None
    exit: int | None
    seconds: float
    log: str
    warnings: tuple[str, ...] = ()
    artefacts: str | None = None


def run_tool(context: Context, request: RunToolRequest) -> ToolRun:
    """Start the tool, run it once, end it and everything it started. What it streams meanwhile becomes progress.

    Raises:
        UnknownTool: no such tool in the project.
        InputsRefused: inputs the tool does not take, or lacks.
        SecretsMissing: required secrets are not set; names them.
        NotInstalled, NotStarted, Busy, PortTaken, ContractBroken: it did not come to a run.
        FileRefused, ValueRefused: its `.env` cannot be read, or handed to a program.
        AuthorizeAgain, ProviderUnavailable: a required token has ended, and there is no new one.
    """
    started = monotonic()
    project = context.project
    tool = project.tool(request.tool_id)
    learn(project)
    inputs = checked(project, tool, request.inputs)
    values = store_of(tool).values()
    _check_secrets(tool, values)
    left_out: tuple[str, ...] = ()
    if any(secret.oauth2 and secret.key in values for secret in tool.secrets):
        from pixie_secrets.oauth.access_tokens import with_access_tokens

        values, left_out = with_access_tokens(tool, values)
    given = environment.for_tool(values)
    command = interpreter.command(tool, given)
    with Artefacts() as artefacts:
        ended = converse(
            tool,
            command,
            given,
            inputs=inputs,
            artefacts_dir=str(artefacts.folder),
            report=lambda text: context.progress(Progress(text=text)),
            cancelled=context.cancelled,
        )
    return ToolRun(
        tool_id=tool.id,
        outcome=ended.outcome,
        outputs=_outputs(tool, ended),
        error=None if ended.error is None else KNOWN.mask(ended.error),
        exit=ended.exit,
        seconds=round(monotonic() - started, 3),
        log=ended.log,
        warnings=(*left_out, *map(KNOWN.mask, ended.warnings), *artefacts.warnings()),
        artefacts=artefacts.kept(),
    )


def _check_secrets(tool: Tool, values: Mapping[str, SecretStr]) -> None:
    missing = [
        secret.key for secret in tool.secrets if secret.required and status_of(secret.key, values) is Status.NOT_SET
    ]
    if missing:
        issued = [secret.key for secret in tool.secrets if secret.oauth2 and secret.key in missing]
        raise SecretsMissing(
            f"{tool.id} cannot run without {', '.join(missing)}, not set yet",
            f"call authorize-secret for {issued[0]}, or run pixie-secrets authorize {tool.id} {issued[0]}; then run it "
            "again"
            if issued == missing
            else f"call set-secret for {tool.id}, or run pixie-secrets set-secret {tool.id}; then run it again",
        )


def _outputs(tool: Tool, ended: ConversationEnded) -> dict[str, Any]:
    """One value an output; what was only streamed stands for what the answer lacks."""
    outputs: dict[str, Any] = {}
    if ended.answer and ended.answer.ok and isinstance(ended.answer.body, dict):
        for key, raw in ended.answer.body.items():
            outputs[key] = raw["value"] if isinstance(raw, dict) and set(raw) == {"value"} else raw
    declared = {output.key for output in tool.manifest.outputs}
    result: dict[str, Any] = masked(outputs)
    for key, text in ended.streamed.items():
        if key in declared:
            result.setdefault(key, text)
    return result
