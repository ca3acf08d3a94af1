"""`share-tool` and `import-tool` for people: what goes in, what stays out and why, what is new, what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pixie_secrets.cli import surface
from pixie_secrets.cli.progress import erase, progress
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pixie_secrets.cli.linting import Said
    from pixie_secrets.operations.import_tool import Changes, ToolImported
    from pixie_secrets.operations.share_tool import ToolShared

DONE = 0
_SHOWN_MAX = 40  # of a list; `--json` has more
_as_json = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document on stdout.")


@click.command(
    "share-tool",
    epilog="\b\nExamples:\n"  # the backspace: keep these lines apart
    "  pixie-secrets share-tool whisper-transcription --dry-run\n"
    "  pixie-secrets share-tool whisper-transcription --output ~/whisper.zip\n"
    "  pixie-secrets share-tool whisper-transcription --allow HS006='the example key of the documentation'",
)
@click.argument("tool", metavar="TOOL")
@click.option("--output", metavar="FILE", help="The archive to write. [default: TOOL-VERSION.zip in the project]")
@click.option("--dry-run", is_flag=True, help="Show what would go in and what would stay out, and write nothing.")
@click.option(
    "--allow", metavar="CODE=REASON", multiple=True, help="Let a finding of lint pass; the reason goes along."
)
@_as_json
@click.pass_obj
def share_tool(
    said: Said, *, tool: str, output: str | None, dry_run: bool, allow: tuple[str, ...], as_json: bool
) -> int:
    """Pack a tool into a zip that can be given away.

    No .env in any form goes in, no virtual environment, no .git, no key files, no data/, nothing the tool's .gitignore
    ignores. It is refused when the value of a secret stands in any other file: that cannot be overridden.
    """
    from pixie_secrets import masking  # noqa: PLC0415  values are near from here on
    from pixie_secrets.operations import share_tool as operation  # noqa: PLC0415  not for `--help`

    masking.install()
    request = operation.ShareToolRequest(tool_id=tool, output=output, dry_run=dry_run)
    try:
        shared = operation.share_tool(
            said.project(),
            request,
            _allowed(allow),
            progress(lambda done, total: f"packed {_size(done)} of {_size(total)}"),
        )
    finally:
        erase()
    surface.result(_shared(shared), shared, as_json=as_json)
    return DONE


@click.command(
    "import-tool",
    epilog="\b\nExamples:\n"  # the backspace: keep these lines apart
    "  pixie-secrets import-tool whisper-transcription-1.0.zip --dry-run\n"
    "  pixie-secrets import-tool whisper-transcription-1.0.zip\n"
    "  pixie-secrets import-tool whisper-transcription-1.1.zip --replace\n"
    "  pixie-secrets import-tool whisper-transcription-0.9.zip --migrate --dry-run",
)
@click.argument("path", metavar="PATH")
@click.option("--replace", is_flag=True, help="Exchange a tool of the same id; its .env, data/ and .venv are kept.")
@click.option("--migrate", is_flag=True, help="Rewrite a tool.json of an old format to today's, and show the diff.")
@click.option("--dry-run", is_flag=True, help="Judge everything, show what would change, and change nothing.")
@_as_json
@click.pass_obj
def import_tool(said: Said, *, path: str, replace: bool, migrate: bool, dry_run: bool, as_json: bool) -> int:
    """Take a tool in from a zip that somebody gave you.

    It is judged whole before it becomes a tool, all of it or nothing. Nothing of it is run and nothing is fetched.
    """
    from pixie_secrets import masking  # noqa: PLC0415  values are near from here on
    from pixie_secrets.operations import import_tool as operation  # noqa: PLC0415  not for `--help`

    masking.install()
    request = operation.ImportToolRequest(path=path, replace=replace, migrate=migrate, dry_run=dry_run)
    imported = operation.import_tool(said.project(), request)
    surface.result(_imported(imported), imported, as_json=as_json)
    if not as_json:
        odd = imported.migration.warnings if imported.migration else ()
        for warning in (*imported.warnings, *odd):
            surface.warn(warning)
    return DONE


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


def _shared(shared: ToolShared) -> str:
    rows: list[tuple[str, ...]] = [(file.path, _size(file.size)) for file in shared.files[:_SHOWN_MAX]]
    blocks = [f"{shared.tool_id}: {_counted(shared.file_count, 'file')}, {_size(shared.total)}", surface.table(rows)]
    blocks += _more(shared.file_count - len(rows))
    if shared.left_out:
        blocks.append("left out")
        blocks.append(surface.table([(one.path, one.reason) for one in shared.left_out[:_SHOWN_MAX]]))
        blocks += _more(shared.left_out_count - min(len(shared.left_out), _SHOWN_MAX))
    if shared.secrets:
        blocks.append(f"secrets that the recipient sets: {', '.join(shared.secrets)}")
    if shared.hosts:
        blocks.append(f"hosts that the code names: {', '.join(shared.hosts[:_SHOWN_MAX])}")
    if shared.allowed:
        blocks.append(f"allowed, with the reason in the archive: {', '.join(shared.allowed)}")
    path = shown(shared.path)
    blocks.append(f"would be written to {path}" if shared.dry_run else f"wrote {path} ({_size(shared.size)})")
    return "\n".join(blocks)


def _imported(imported: ToolImported) -> str:
    verb = "would be" if imported.dry_run else "is"
    done = "replaced" if imported.replaced else "imported"
    count = f"{_counted(imported.file_count, 'file')}, {_size(imported.total)}"
    blocks = [f"{imported.tool_id} {verb} {done} in {imported.folder}: {count}"]
    if imported.changes:
        blocks += _changed(imported.changes)
    elif imported.dry_run:
        blocks.append(surface.table([(path,) for path in imported.files[:_SHOWN_MAX]]))
        blocks += _more(imported.file_count - min(len(imported.files), _SHOWN_MAX))
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
            blocks.append(f"the sender left out: {', '.join(imported.sender.left_out[:_SHOWN_MAX])}")
    if imported.findings:
        blocks.append("findings")
        rows: list[tuple[str, ...]] = [
            (f"{one.file}:{one.line}" if one.line else one.file, one.code, one.message)
            for one in imported.findings[:_SHOWN_MAX]
        ]
        blocks.append(surface.table(rows))
        blocks += _more(imported.finding_count - len(rows))
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
        lines.append(f"  {_counted(changes.unchanged_count, 'file')} unchanged")
    lines += _more(changes.more)
    lines += [f"  + secret {key}" for key in changes.secrets_added]
    lines += [f"  - secret {key}" for key in changes.secrets_removed]
    return lines


def _more(count: int) -> list[str]:
    return [f"  … and {count} more"] if count > 0 else []


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _size(size: int) -> str:
    for unit, step in (("MB", 1_000_000), ("KB", 1_000)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return _counted(size, "byte")
