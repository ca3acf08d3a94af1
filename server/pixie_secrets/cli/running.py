"""What `run-tool`, `exec` and `mask` do with the terminal, the pipes and the exit status that they were given."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixie_secrets import masking
from pixie_secrets.cli import surface
from pixie_secrets.cli.usage import UsageRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.run_tool import ToolRun

DONE, REFUSED = 0, 1
INPUTS_BYTES_MAX = 64 << 20


def exec_command(project: Project, tool_id: str, command: Sequence[str], render: Sequence[str]) -> int:
    """Run it; its own exit status, 126 or 127 when it could not be started."""
    from pixie_secrets.operations import exec_command as operation  # noqa: PLC0415  what `mask` does without
    from pixie_secrets.running.not_started import CommandNotStarted  # noqa: PLC0415  as above

    masking.install()
    for warning in operation.warnings(project, tool_id):
        surface.warn(warning)
    request = operation.ExecRequest(tool_id=tool_id, command=tuple(command), render=tuple(render))
    gc.freeze()
    gc.enable()  # this command may stay
    try:
        status = operation.exec_command(project, request).status
    except CommandNotStarted as problem:
        surface.error(problem, as_json=False)
        return problem.status
    if status == 128 + signal.SIGINT and surface.before_a_person():
        _end_by(signal.SIGINT)  # a loop in a shell only ends with Ctrl-C if what it runs did
    return status


def run_tool(project: Project, tool_id: str, inputs: str, *, as_json: bool) -> int:
    """Run it and show how it ended; what it streams meanwhile is shown on stderr."""
    import threading  # noqa: PLC0415  what `mask` does without

    from pixie_secrets.operations import run_tool as operation  # noqa: PLC0415  as above

    masking.install()
    request = operation.RunToolRequest(tool_id=tool_id, inputs=_inputs(inputs))
    gc.enable()  # a run may take long
    cancelled = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: cancelled.set())
    run = operation.run_tool(project, request, report=_show, cancelled=cancelled)
    surface.result(_text(run), run, as_json=as_json)
    for warning in run.warnings:
        surface.warn(warning)
    return DONE if run.outcome == "done" else REFUSED


def mask(project: Project, tool_ids: Sequence[str]) -> int:
    """Copy stdin to stdout, masked, until its end; Ctrl-C is for whoever writes to us, whose last words we mask.

    tool_ids: whose values must be known, or it is refused; those of other tools are masked as far as they can be read.
    """
    from pixie_secrets.known_values import KNOWN  # noqa: PLC0415  as above
    from pixie_secrets.known_values.stream import run_filter  # noqa: PLC0415  as above
    from pixie_secrets.stores.store import store_of  # noqa: PLC0415  what the others do in their operations

    for tool_id in tool_ids:
        store_of(project.tool(tool_id)).values()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run_filter(KNOWN, 0, 1)
    return DONE


def _inputs(words: str) -> dict[str, Any]:
    """The JSON object in `words`, in the file after an @, or on stdin for a dash.

    Raises:
        UsageRefused: it cannot be read or is no JSON object; nothing of it is repeated.
    """
    try:
        if words == "-":
            words = sys.stdin.read(INPUTS_BYTES_MAX)
        elif words.startswith("@"):
            with Path(words[1:]).open(encoding="utf-8") as file:
                words = file.read(INPUTS_BYTES_MAX)
        inputs = json.loads(words)
    except OSError as error:
        raise UsageRefused(
            f"the file of inputs cannot be read: {(error.strerror or 'no reason given').lower()}"
        ) from None
    except (ValueError, RecursionError):
        inputs = None
    if isinstance(inputs, dict):
        return inputs
    raise UsageRefused("--inputs takes a JSON object", """such as '{"language": "en"}', @inputs.json or -""")


def _show(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _text(run: ToolRun) -> str:
    lines = []
    for key, output in run.outputs.items():
        shown = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False, indent=2)
        lines.append(f"{key}:\n{shown}" if "\n" in shown else f"{key}: {shown}")
    if run.artefacts:
        lines.append(f"files: {run.artefacts}")
    if run.outcome != "done":
        lines.append(f"{run.outcome}: {run.error}")
        if run.log:
            lines.append(f"the last of its log:\n{run.log.rstrip()}")
    return "\n".join(lines) or "done"


def _end_by(number: int) -> None:
    sys.stdout.flush()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
