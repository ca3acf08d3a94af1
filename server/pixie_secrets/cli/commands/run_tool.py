"""`run-tool`: what it streams goes to stderr meanwhile, how it ended to stdout."""

from __future__ import annotations

import gc
import json
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixie_secrets import masking
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, TOOL, Option, command
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.errors import DONE, REFUSED
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.run_tool import RunToolRequest, run_tool

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.context import Progress
    from pixie_secrets.operations.run_tool import ToolRun

INPUTS_BYTES_MAX = 64 << 20


def run(invocation: Invocation, *, tool_id: str, inputs: str, as_json: bool) -> int:
    masking.install()
    project = invocation.project()
    request = RunToolRequest(tool_id=tool_id, inputs=_inputs(inputs))
    gc.enable()  # a run may take long
    cancelled = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: cancelled.set())
    ended = run_tool(Context(project, _show, cancelled), request)
    surface.result(_text(ended), ended, as_json=as_json)
    for warning in ended.warnings:
        surface.warn(warning)
    return DONE if ended.outcome == "done" else REFUSED


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


def _show(step: Progress) -> None:
    sys.stderr.write(step.text)
    sys.stderr.flush()


def _text(ended: ToolRun) -> str:
    lines = []
    for key, output in ended.outputs.items():
        shown = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False, indent=2)
        lines.append(f"{key}:\n{shown}" if "\n" in shown else f"{key}: {shown}")
    if ended.artefacts:
        lines.append(f"files: {ended.artefacts}")
    if ended.outcome != "done":
        lines.append(f"{ended.outcome}: {ended.error}")
        if ended.log:
            lines.append(f"the last of its log:\n{ended.log.rstrip()}")
    return "\n".join(lines) or "done"


COMMAND = command(
    TOOL,
    options=(
        Option("--inputs", "the inputs by key; @FILE or - reads them from there", metavar="JSON", default="{}"),
        JSON,
    ),
    more="""\
The tool must have been installed (a .venv in its folder, or uv's). Everything it answers or prints is masked. Exit
status 1 when the run did not end well.""",
    examples=(
        'pixie-secrets run-tool whisper-transcription --inputs \'{"audio_input": "talk.mp3"}\'',
        "pixie-secrets run-tool calendar-digest --inputs @inputs.json --json",
    ),
)(run)
