"""Run a tool with its secrets, and tell what it answered, printed and died of, without any of them.

Everything that comes back is masked with every value this process knows, not only the tool's own.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from pixie_secrets import store
from pixie_secrets.errors import KeyRefused
from pixie_secrets.frozen import Frozen
from pixie_secrets.known_env import learn_project
from pixie_secrets.known_values import KNOWN
from pixie_secrets.operations.status import Status, status_of
from pixie_secrets.running import environment, interpreter
from pixie_secrets.running.conversation import LIMIT_GRACE_SECONDS, READY_SECONDS, Outcome, converse
from pixie_secrets.running.inputs import checked
from pixie_secrets.running.masked_tree import masked
from pixie_secrets.running.turns import turn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import SecretStr

    from pixie_secrets.project import Project, Tool
    from pixie_secrets.running.conversation import Ended

ARTEFACT_BYTES_MAX = 64 << 20  # of one file that is searched for values


class RunToolRequest(Frozen):
    """inputs: by key, as the tool's tool.json declares them."""

    tool_id: str
    inputs: dict[str, Any] = Field(
        default={}, description="the tool's inputs by key, as its tool.json declares them; left out ones get defaults"
    )


class ToolRun(Frozen):
    """How a run ended. There is no known value in it anywhere.

    exit: the tool's exit status when it ended by itself, negative for a signal. seconds: from start to end.
    log: the last of what it printed. artefacts: the folder of the files it made, when it made any.
    """

    tool_id: str
    outcome: Outcome
    outputs: dict[str, Any]
    error: str | None
    exit: int | None
    seconds: float
    log: str
    warnings: tuple[str, ...] = ()
    artefacts: str | None = None


class SecretsMissing(KeyRefused):
    """Required secrets that are not set."""


def run_tool(
    project: Project,
    request: RunToolRequest,
    report: Callable[[str], None] = lambda _: None,
    cancelled: threading.Event | None = None,
) -> ToolRun:
    """Start the tool, run it once, end it and everything it started.

    report: called, from this thread, with what the tool streams meanwhile, masked.
    cancelled: set by another thread to stop; the run then ends as `cancelled`.

    Raises:
        UnknownTool: no such tool in the project.
        InputsRefused: inputs the tool does not take, or lacks.
        SecretsMissing: required secrets are not set; names them.
        NotInstalled, NotStarted, Busy, PortTaken, ContractBroken: it did not come to a run.
        FileRefused, ValueRefused: its `.env` cannot be read, or handed to a program.
    """
    started = time.monotonic()
    cancelled = cancelled or threading.Event()
    tool = project.tool(request.tool_id)
    learn_project(project)
    inputs = checked(project, tool, request.inputs)
    values = store.values(tool)
    _check_secrets(tool, values)
    given = environment.for_tool(values)
    command = interpreter.command(tool, given)
    artefacts = Path(tempfile.mkdtemp(prefix="pixie-run-"))
    patience = tool.manifest.max_runtime_seconds + LIMIT_GRACE_SECONDS + READY_SECONDS
    try:
        with turn(tool, patience, cancelled):
            ended = converse(
                tool,
                command,
                given,
                run_id=uuid.uuid4().hex,
                inputs=inputs,
                artefacts_dir=str(artefacts),
                report=report,
                cancelled=cancelled,
            )
        leaky = _leaky(artefacts)
    finally:
        kept = _kept(artefacts)
    return ToolRun(
        tool_id=tool.id,
        outcome=ended.outcome,
        outputs=_outputs(tool, ended),
        error=None if ended.error is None else KNOWN.mask(ended.error),
        exit=ended.exit,
        seconds=round(time.monotonic() - started, 3),
        log=ended.log,
        warnings=(*map(KNOWN.mask, ended.warnings), *leaky),
        artefacts=kept,
    )


def _check_secrets(tool: Tool, values: Mapping[str, SecretStr]) -> None:
    missing = [
        secret.key
        for secret in tool.manifest.secrets
        if secret.required and status_of(secret.key, values) is Status.NOT_SET
    ]
    if missing:
        raise SecretsMissing(
            f"{tool.id} cannot run without {', '.join(missing)}, not set yet",
            f"call set-secret for {tool.id}, or run pixie-secrets set-secret {tool.id}; then run it again",
        )


def _outputs(tool: Tool, ended: Ended) -> dict[str, Any]:
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


def _leaky(artefacts: Path) -> tuple[str, ...]:
    """A warning for each file of the run that holds a known value: files are the one thing we hand on unmasked."""
    names = []
    for path in sorted(artefacts.rglob("*")):
        try:
            readable = path.is_file() and not path.is_symlink() and path.stat().st_size <= ARTEFACT_BYTES_MAX
            if readable and KNOWN.find(path.read_bytes()):
                names.append(KNOWN.mask(path.relative_to(artefacts).as_posix()))
        except OSError:  # made unreadable by the tool: nobody reads it by accident
            continue
    return tuple(f"the file {name} of this run holds a secret value: do not read it" for name in names)


def _kept(artefacts: Path) -> str | None:
    """The folder of the run's files; None, and no folder, when there are none."""
    if any(artefacts.iterdir()):
        return str(artefacts)
    shutil.rmtree(artefacts, ignore_errors=True)
    return None
