"""`import-tool`: what came in or would, what is new, what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets import masking
from pixie_secrets.audit.entry import Way
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, Operand, command
from pixie_secrets.cli.lists import SHOWN_MAX, more, size_of
from pixie_secrets.errors import DONE
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.wording import counted, shown

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.importing.result import Changes, ToolImported


def run(invocation: Invocation, request: ImportToolRequest, *, as_json: bool) -> int:
    masking.install()
    imported = import_tool(Context(invocation.project(), channel=Way.COMMAND), request)
    surface.result(_text(imported), imported, as_json=as_json)
    if not as_json:
        odd = imported.migration.warnings if imported.migration else ()
        for warning in (*imported.warnings, *odd):
            surface.warn(warning)
    return DONE


def _text(imported: ToolImported) -> str:
    verb = "would be" if imported.dry_run else "is"
    done = "replaced" if imported.replaced else "imported"
    count = f"{counted(imported.file_count, 'file')}, {size_of(imported.total)}"
    blocks = [f"{imported.tool_id} {verb} {done} in {imported.folder}: {count}"]
    if imported.changes:
        blocks += _changed(imported.changes)
    elif imported.dry_run:
        blocks.append(surface.table([(path,) for path in imported.files[:SHOWN_MAX]]))
        blocks += more(imported.file_count - min(len(imported.files), SHOWN_MAX))
    if imported.migration:
        blocks.append(f"tool.json {verb} migrated: {'; '.join(imported.migration.changes)}")
        blocks.append(imported.migration.diff)
    if imported.secrets:
        blocks.append("secrets")
        blocks.append(
            surface.table(
                [
                    (one.key, str(one.status), "required" if one.required else "", one.description or "")
                    for one in imported.secrets
                ]
            )
        )
    if imported.sender:
        blocks.append("the archive agrees with what its sender's pixie-share.json says of it")
        if imported.sender.hosts:
            blocks.append(f"hosts that the code names: {', '.join(imported.sender.hosts)}")
        blocks += [f"the sender let pass {one}" for one in imported.sender.allowed]
        if imported.sender.left_out:
            blocks.append(f"the sender left out: {', '.join(imported.sender.left_out[:SHOWN_MAX])}")
    if imported.findings:
        blocks.append("findings")
        rows: list[tuple[str, ...]] = [
            (f"{one.file}:{one.line}" if one.line else one.file, one.code, one.message)
            for one in imported.findings[:SHOWN_MAX]
        ]
        blocks.append(surface.table(rows))
        blocks += more(imported.finding_count - len(rows))
    blocks.append("next")
    blocks += [f"  {number}. {step}" for number, step in enumerate(imported.next_steps, 1)]
    return "\n".join(blocks)


def _changed(changes: Changes) -> list[str]:
    lines = [
        f"  {mark} {shown(path)}"
        for mark, paths in (("+", changes.added), ("~", changes.changed), ("-", changes.removed))
        for path in paths
    ]
    lines += [f"  = {shown(path)} (yours, kept)" for path in changes.kept]
    if changes.unchanged_count:
        lines.append(f"  {counted(changes.unchanged_count, 'file')} unchanged")
    lines += more(changes.more)
    lines += [f"  + secret {key}" for key in changes.secrets_added]
    lines += [f"  - secret {key}" for key in changes.secrets_removed]
    return lines


COMMAND = command(
    Operand("path", "PATH"),
    request=ImportToolRequest,
    options=(JSON,),
    more="It is judged whole before it becomes a tool, all of it or nothing. Nothing of it is run and nothing is"
    " fetched.",
    examples=(
        "pixie-secrets import-tool whisper-transcription-1.0.zip --dry-run",
        "pixie-secrets import-tool whisper-transcription-1.0.zip",
        "pixie-secrets import-tool whisper-transcription-1.1.zip --replace",
        "pixie-secrets import-tool whisper-transcription-0.9.zip --migrate --dry-run",
    ),
)(run)
