"""What is done to manifests and what is generated from them: `migrate-tool-format`, `codegen`, `schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pixie_secrets.cli import surface
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.errors import PixieError

if TYPE_CHECKING:
    from pixie_secrets.cli.linting import Said
    from pixie_secrets.operations.declare_from import SecretsDeclared
    from pixie_secrets.operations.migrate_tool_format import ToolMigration, ToolsMigrated

DONE, REFUSED = 0, 1
_as_json = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document on stdout.")


@click.command(
    "migrate-tool-format",
    epilog="\b\nExamples:\n"  # the backspace: keep these lines apart
    "  pixie-secrets migrate-tool-format --dry-run\n"
    "  pixie-secrets migrate-tool-format whisper-transcription\n"
    "  pixie-secrets migrate-tool-format github --from .mcp.json --dry-run\n"
    "  pixie-secrets migrate-tool-format calendar-digest --from .env.example",
)
@click.argument("tool", metavar="[TOOL]", required=False)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--check", is_flag=True, help="As --dry-run, with status 1 if anything would change: for CI.")
@click.option(
    "--from", "source", metavar="FILE", help="Declare what another program's file lists; TOOL need not exist yet."
)
@click.option("--server", metavar="NAME", help="With --from .mcp.json: whose values. [default: the one that has some]")
@_as_json
@click.pass_obj
def migrate_tool_format(
    said: Said, *, tool: str | None, dry_run: bool, check: bool, source: str | None, server: str | None, as_json: bool
) -> int:
    """Bring tool.json files of older formats up to date; without TOOL, all of them.

    Only what has to change changes, every other byte stays. What cannot be read without guessing is refused and left.

    --from reads an .env.example (or any list of KEY= lines), the manifest.json of an MCP bundle, or a .mcp.json. The
    values in a .mcp.json move to the tool's .env without being shown, and pixie-secrets exec starts the server.
    """
    from pixie_secrets import masking  # noqa: PLC0415  values are near from here on

    masking.install()
    if source is not None:
        return _declare(said, tool, source, server, dry_run=dry_run or check, check=check, as_json=as_json)
    if server is not None:
        raise UsageRefused("--server belongs to --from", "see pixie-secrets migrate-tool-format --help")
    from pixie_secrets.operations import migrate_tool_format as operation  # noqa: PLC0415  not for `--help`

    request = operation.MigrateToolFormatRequest(tool_id=tool, dry_run=dry_run or check)
    migrated = operation.migrate_tool_format(said.project(), request)
    surface.result(_told(migrated), migrated, as_json=as_json)
    if not as_json:
        _remark(migrated)
    would_change = check and any(each.outcome is operation.Outcome.MIGRATED for each in migrated.tools)
    return DONE if migrated.in_order and not would_change else REFUSED


@click.command(
    "codegen",
    epilog="\b\nExamples:\n"
    "  pixie-secrets codegen whisper-transcription\n"
    "  pixie-secrets codegen whisper-transcription --env-example\n"
    "  pixie-secrets codegen whisper-transcription --check",
)
@click.argument("tool", metavar="TOOL")
@click.option("--env-example", is_flag=True, help="Write .env.example and not tool_secrets.py.")
@click.option("--check", is_flag=True, help="Write nothing, with status 1 if it is not up to date: for CI.")
@_as_json
@click.pass_obj
def codegen(said: Said, *, tool: str, env_example: bool, check: bool, as_json: bool) -> int:
    """Write tool_secrets.py: a tool's secrets as a typed class, from its tool.json.

    The module has no dependencies, names everything that is missing at once, and never shows a value.
    """
    from pixie_secrets.operations import codegen as operation  # noqa: PLC0415  not for `--help`

    request = operation.CodegenRequest(tool_id=tool, env_example=env_example, check=check)
    generated = operation.codegen(said.project(), request)
    stale = "is not up to date" if check else "written"
    text = f"{generated.path} {stale}" if generated.changed else f"{generated.path} is up to date"
    surface.result(text, generated, as_json=as_json)
    return REFUSED if check and generated.changed else DONE


@click.command("schema", epilog="\b\nExamples:\n  pixie-secrets schema > tool.schema.json")
def schema() -> int:
    """Print the JSON Schema of tool.json, for editors that complete and check as you type."""
    from importlib.resources import files  # noqa: PLC0415  only here

    click.echo(files("pixie_secrets.manifest").joinpath("tool.schema.json").read_text(encoding="utf-8"), nl=False)
    return DONE


def _declare(
    said: Said, tool: str | None, source: str, server: str | None, *, dry_run: bool, check: bool, as_json: bool
) -> int:
    if tool is None:
        raise UsageRefused("--from needs the TOOL that is to declare the secrets", "name it; it need not exist yet")
    from pixie_secrets.channels.command import this_program  # noqa: PLC0415  only here
    from pixie_secrets.operations.declare_from import DeclareFromRequest, declare_from  # noqa: PLC0415  as above

    request = DeclareFromRequest(tool_id=tool, path=source, start=tuple(this_program()), server=server, dry_run=dry_run)
    declared = declare_from(said.project(), request)
    surface.result(_declaration(declared), declared, as_json=as_json)
    if not as_json:
        for warning in declared.warnings:
            surface.warn(warning)
    return REFUSED if check and (declared.declared or declared.moved) else DONE


def _declaration(declared: SecretsDeclared) -> str:
    would = "would declare" if declared.dry_run else "declared"
    keys = ", ".join(declared.declared)
    lines = [f"{declared.tool_id}: {would} {keys}" if keys else f"{declared.tool_id}: every key is declared already"]
    lines += [f"  {change}" for change in declared.changes]
    return "\n".join([*lines, *([declared.diff] if declared.diff else [])])


def _told(migrated: ToolsMigrated) -> str:
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
