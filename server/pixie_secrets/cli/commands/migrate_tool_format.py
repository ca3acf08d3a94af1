"""`migrate-tool-format`: what changes in each manifest, and with `--from` what another program's file declares."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pixie_secrets import masking
from pixie_secrets.audit.entry import Way
from pixie_secrets.channels import terminal
from pixie_secrets.channels.command import this_program
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import ANY_TOOL, JSON, Option, command
from pixie_secrets.cli.standard_input import read_value
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.errors import DONE, REFUSED, PixieError
from pixie_secrets.migrations.encrypted import PasswordNeeded
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.declare_from import DeclareFromRequest, declare_from
from pixie_secrets.operations.migrate_tool_format import MigrateToolFormatRequest, MigrationOutcome, migrate_tool_format

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.declare_from import SecretsDeclared
    from pixie_secrets.operations.migrate_tool_format import ToolMigration, ToolsMigrated


def run(
    invocation: Invocation,
    request: MigrateToolFormatRequest,
    *,
    check: bool,
    source: str | None,
    server: str | None,
    from_stdin: bool,
    as_json: bool,
) -> int:
    masking.install()
    request = request._replace(dry_run=request.dry_run or check)
    if source is not None:
        declared = _declare(invocation.project(), request, source, server, from_stdin=from_stdin)
        return _show(declared, check=check, as_json=as_json)
    if server is not None:
        raise UsageRefused("--server belongs to --from", "see pixie-secrets migrate-tool-format --help")
    migrated = migrate_tool_format(Context(invocation.project(), channel=Way.COMMAND), request)
    surface.result(_text(migrated), migrated, as_json=as_json)
    if not as_json:
        _remark(migrated)
    would_change = check and any(each.outcome is MigrationOutcome.MIGRATED for each in migrated.tools)
    return DONE if migrated.in_order and not would_change else REFUSED


def _declare(
    project: Project, request: MigrateToolFormatRequest, source: str, server: str | None, *, from_stdin: bool
) -> SecretsDeclared:
    if request.tool_id is None:
        raise UsageRefused("--from needs the TOOL that is to declare the secrets", "name it; it need not exist yet")
    context, start = Context(project, channel=Way.COMMAND), tuple(this_program())
    wanted = DeclareFromRequest(request.tool_id, source, start, server, request.dry_run)
    if from_stdin:
        return declare_from(context, wanted._replace(password=read_value()))
    try:
        return declare_from(context, wanted)
    except PasswordNeeded:
        if not terminal.present():
            raise
    return declare_from(context, wanted._replace(password=import_module("pixie_secrets.cli.typed").password(source)))


def _show(declared: SecretsDeclared, *, check: bool, as_json: bool) -> int:
    surface.result(_declaration(declared), declared, as_json=as_json)
    if not as_json:
        for warning in declared.warnings:
            surface.warn(warning)
    return REFUSED if check and (declared.declared or declared.moved) else DONE


def _declaration(declared: SecretsDeclared) -> str:
    done = "every key is declared already"
    if declared.declared:
        done = f"{'would declare' if declared.dry_run else 'declared'} {', '.join(declared.declared)}"
    elif declared.moved:
        done = f"{'would move' if declared.dry_run else 'moved'} {', '.join(declared.moved)}"
    lines = [f"{declared.tool_id}: {done}"]
    lines += [f"  {change}" for change in declared.changes]
    return "\n".join([*lines, *([declared.diff] if declared.diff else [])])


def _text(migrated: ToolsMigrated) -> str:
    blocks = [_block(tool, dry_run=migrated.dry_run) for tool in migrated.tools if tool.changes]
    counts: dict[str, int] = {}
    for tool in migrated.tools:
        counts[tool.outcome] = counts.get(tool.outcome, 0) + 1
    summary = ", ".join(f"{count} {_outcome(outcome, migrated)}" for outcome, count in counts.items())
    return "\n".join([*blocks, summary or "this project has no tools yet"])


def _outcome(outcome: str, migrated: ToolsMigrated) -> str:
    return "to migrate" if outcome == "migrated" and migrated.dry_run else outcome


def _block(tool: ToolMigration, *, dry_run: bool) -> str:
    head = f"tools/{tool.folder}: {'to be ' if dry_run else ''}{tool.outcome}"
    return "\n".join([head, *(f"  {change}" for change in tool.changes), tool.diff])


def _remark(migrated: ToolsMigrated) -> None:
    for tool in migrated.tools:
        for warning in tool.warnings:
            surface.warn(warning)
    for tool in migrated.tools:
        if tool.message is not None:
            surface.error(PixieError(tool.message, tool.hint or ""), as_json=False)


COMMAND = command(
    ANY_TOOL,
    request=MigrateToolFormatRequest,
    options=(
        Option("--check", "as --dry-run, with status 1 if anything would change: for CI"),
        Option(
            "--from", "declare what another program's file lists; TOOL need not exist yet", "source", metavar="FILE"
        ),
        Option("--stdin", "take the password of an ansible-vault file from a pipe", name="from_stdin"),
        Option("--server", "with --from .mcp.json: whose values. [default: the one that has some]", metavar="NAME"),
        JSON,
    ),
    more="""\
Only what has to change changes, every other byte stays. What cannot be read without guessing is refused and left.

--from reads an .env.example (or any list of KEY= lines), the manifest.json of an MCP bundle, or a .mcp.json. The values
in a .mcp.json (env, args, headers, url) move to the tool's .env without being shown, and pixie-secrets exec starts the
server; one that has an address is reached through mcp-remote of npm. TOOL may be an app (its path, or . for the
project's own folder): then they move to the file that it reads, and nothing is declared.

It also copies the values of another project's .env, and of what sops (age), dotenvx (with its .env.keys) or
ansible-vault (which asks for the password) encrypted, to where the tool keeps its own, sealed or not. Those files stay
as they are. All values are copied, or none; none is shown.""",
    examples=(
        "pixie-secrets migrate-tool-format --dry-run",
        "pixie-secrets migrate-tool-format whisper-transcription",
        "pixie-secrets migrate-tool-format github --from .mcp.json --dry-run",
        "pixie-secrets migrate-tool-format . --from .mcp.json",
        "pixie-secrets migrate-tool-format calendar-digest --from .env.example",
        "pixie-secrets migrate-tool-format calendar-digest --from ../old/secrets.enc.json --dry-run",
    ),
)(run)
