"""`share-tool`: what goes in, what stays out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets import masking
from pixie_secrets.audit.entry import Way
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, TOOL, Option, command
from pixie_secrets.cli.lists import SHOWN_MAX, more, size_of
from pixie_secrets.cli.progress import erase, progress
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.errors import DONE
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.share_tool import ShareToolRequest, share_tool
from pixie_secrets.wording import counted, shown

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.context import Progress
    from pixie_secrets.operations.share_tool import ToolShared


def run(
    invocation: Invocation,
    request: ShareToolRequest,
    *,
    allow: tuple[str, ...],
    sealed_for: tuple[str, ...],
    as_json: bool,
) -> int:
    masking.install()
    context = Context(invocation.project(), progress(_how_far), channel=Way.COMMAND)
    try:
        shared = share_tool(context, request, _allowed(allow), sealed_for)
    finally:
        erase()
    surface.result(_text(shared), shared, as_json=as_json)
    for warning in shared.warnings:
        surface.warn(warning)
    return DONE


def _how_far(step: Progress) -> str:
    return f"packed {size_of(step.done)} of {size_of(step.total or 0)}"


def _allowed(allow: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in allow:
        code, equals, reason = one.partition("=")
        if not equals or not reason.strip():
            raise UsageRefused(
                "--allow needs a code and a reason", "such as --allow HS006='the key of the documentation'"
            )
        found[code.strip().upper()] = reason.strip()
    return found


def _text(shared: ToolShared) -> str:
    rows: list[tuple[str, ...]] = [(file.path, size_of(file.size)) for file in shared.files[:SHOWN_MAX]]
    blocks = [f"{shared.tool_id}: {counted(shared.file_count, 'file')}, {size_of(shared.total)}", surface.table(rows)]
    blocks += more(shared.file_count - len(rows))
    if shared.left_out:
        blocks.append("left out")
        blocks.append(surface.table([(one.path, one.reason) for one in shared.left_out[:SHOWN_MAX]]))
        blocks += more(shared.left_out_count - min(len(shared.left_out), SHOWN_MAX))
    if shared.sealed_for:
        blocks.append(f"values go along, encrypted for {', '.join(shared.sealed_for)}")
    elif shared.secrets:
        blocks.append(f"secrets that the recipient sets: {', '.join(shared.secrets)}")
    if shared.hosts:
        blocks.append(f"hosts that the code names: {', '.join(shared.hosts[:SHOWN_MAX])}")
    if shared.allowed:
        blocks.append(f"allowed, with the reason in the archive: {', '.join(shared.allowed)}")
    path = shown(surface.from_here(shared.path))
    blocks.append(f"would be written to {path}" if shared.dry_run else f"wrote {path} ({size_of(shared.size)})")
    return "\n".join(blocks)


COMMAND = command(
    TOOL,
    request=ShareToolRequest,
    metavars={"output": "FILE"},
    options=(
        Option("--allow", "let a finding of lint pass; the reason goes along", metavar="CODE=REASON", is_many=True),
        Option("--sealed-for", "pack the values too, encrypted for them alone", metavar="RECIPIENT", is_many=True),
        JSON,
    ),
    more="""\
No .env in any form goes in, no virtual environment, no .git, no key files, no data/, nothing the tool's .gitignore
ignores. It is refused when the value of a secret stands in any other file: that cannot be overridden.""",
    examples=(
        "pixie-secrets share-tool whisper-transcription --dry-run",
        "pixie-secrets share-tool whisper-transcription --output ~/whisper.zip",
        "pixie-secrets share-tool whisper-transcription --allow HS006='the example key of the documentation'",
    ),
)(run)
