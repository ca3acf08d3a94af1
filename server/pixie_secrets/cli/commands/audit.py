"""`audit`: a line for each change, the last of them at the end, and then what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import ANY_TOOL, JSON, command
from pixie_secrets.errors import DONE
from pixie_secrets.operations.audit import AuditRequest, audit
from pixie_secrets.operations.context import Context

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.audit import Audited

SHOWN_MAX = 200  # `--json` has all


def run(invocation: Invocation, request: AuditRequest, *, as_json: bool) -> int:
    audited = audit(Context(invocation.project(warn=False)), request)
    surface.result(_text(audited), audited, as_json=as_json)
    if audited.unread_lines and not as_json:
        surface.warn(f"{audited.unread_lines} lines of {audited.file} are no entries and were passed over")
    return DONE


def _text(audited: Audited) -> str:
    rows: list[tuple[str, ...]] = [
        (
            change.at,
            change.change,
            change.tool_id or "",
            change.key or "",
            f"by {change.channel}" if change.channel else "",
            f"for {change.client}" if change.client else "",
            change.detail or "",
        )
        for change in audited.changes[-SHOWN_MAX:]
    ]
    earlier = len(audited.changes) - len(rows)
    lines = [f"… {earlier} earlier, see --json"] if earlier else []
    lines += [surface.table(rows, indent="")] if rows else ["nothing is recorded yet"]
    lines += [f"due: {due.tool_id} {due.key} is {due.why}" for due in audited.due]
    if audited.known_by_path:
        lines.append("This folder is no repository: its record is not found any more once it is moved.")
    return "\n".join(lines)


COMMAND = command(
    ANY_TOOL,
    request=AuditRequest,
    options=(JSON,),
    more="""\
When, what, whose, which key, by which way, for which coding agent: set, unset, expires, leaked, copied, imported,
shared, migrated, sealed, and for whom. No value and nothing of one. Runs are not in it, nor is what was written into a
file by hand.""",
    examples=("pixie-secrets audit", "pixie-secrets audit whisper-transcription --json"),
)(run)
