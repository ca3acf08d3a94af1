"""Migration as a call: manifests of older formats, or another program's file whose values leave it unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.channels.command import this_program
from pixie_secrets.errors import PixieError
from pixie_secrets.operations.declare_from import DeclareFromRequest, SecretsDeclared, declare_from
from pixie_secrets.operations.migrate_tool_format import MigrateToolFormatRequest, ToolsMigrated, migrate_tool_format

if TYPE_CHECKING:
    from pixie_secrets.operations.context import Context


class MigrateArguments(NamedTuple):
    """What the command takes, in a model's words."""

    tool_id: Annotated[str | None, "left out: every tool; with source, the tool, which need not exist yet"] = None
    dry_run: Annotated[bool, "change no file, only show what would change"] = False
    source: Annotated[
        str | None,
        "another program's file, from the project's folder: an .env.example, an MCP bundle's manifest.json, a "
        ".mcp.json, whose values move to the .env of the tool, or of the app that tool_id names, or another project's "
        ".env or one that sops or dotenvx encrypted, whose values are copied; do not read it yourself",
    ] = None
    server: Annotated[
        str | None, "with a .mcp.json as source: whose values; left out: the one server that has some"
    ] = None


class MigrationAnswer(ToolsMigrated):
    """What became of the manifests, or with a source, `declared`: what it declares."""

    declared: SecretsDeclared | None = None


def migrate(context: Context, arguments: MigrateArguments) -> MigrationAnswer:
    """Migrate manifests, or take over what another program's file says.

    Raises:
        PixieError: as `migrate_tool_format` and `declare_from`; a source without a tool, a server without a source.
    """
    tool_id, dry_run = arguments.tool_id, arguments.dry_run
    if arguments.source is None:
        if arguments.server is not None:
            raise PixieError("server belongs to source", "say which .mcp.json has it, as source")
        return MigrationAnswer(**dict(migrate_tool_format(context, MigrateToolFormatRequest(tool_id, dry_run))))
    if tool_id is None:
        raise PixieError("a source needs the tool that is to declare its secrets", "give tool_id; it need not exist")
    request = DeclareFromRequest(
        tool_id=tool_id,
        path=str(context.project.root / arguments.source),
        start=tuple(this_program()),
        server=arguments.server,
        dry_run=dry_run,
    )
    return MigrationAnswer(dry_run=dry_run, tools=(), declared=declare_from(context, request))
