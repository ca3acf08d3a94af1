"""Migrate tool manifests: from any older `tool.json` to today's, changing nothing else of the file."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.audit.entry import Change
from pixie_secrets.errors import ManifestError, PixieError
from pixie_secrets.files import edit_plain
from pixie_secrets.frozen import Frozen
from pixie_secrets.known_values import KNOWN
from pixie_secrets.manifest.text import named, read_text
from pixie_secrets.migrations.document import Document
from pixie_secrets.migrations.remarks import remarks
from pixie_secrets.migrations.steps import migrate_text
from pixie_secrets.operations.text_diff import text_diff
from pixie_secrets.operations.tool_source import tool_source
from pixie_secrets.stores.learn import learn
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.context import Context


class MigrationOutcome(StrEnum):
    """What became of one manifest; with a dry run, what would have."""

    MIGRATED = "migrated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class MigrateToolFormatRequest(NamedTuple):
    """Which manifests to bring up to date."""

    tool_id: Annotated[str | None, "left out: every tool"] = None
    dry_run: Annotated[bool, "change no file, only show what would change"] = False


class ToolMigration(Frozen):
    """What became of one tool's manifest.

    changes: in words; diff: the same as a unified diff. warnings: what is odd and was not changed. message, hint: why
    it was refused, or why the manifest still cannot be read although nothing more can be migrated.
    """

    folder: str
    outcome: MigrationOutcome
    changes: tuple[str, ...] = ()
    diff: str = ""
    warnings: tuple[str, ...] = ()
    message: str | None = None
    hint: str | None = None


class ToolsMigrated(Frozen):
    """Every tool that was looked at, by folder; a broken one never stops the others."""

    dry_run: bool
    tools: tuple[ToolMigration, ...]

    def count(self, outcome: MigrationOutcome) -> int:
        return sum(tool.outcome is outcome for tool in self.tools)

    @property
    def in_order(self) -> bool:
        """Whether every manifest can be read now, or could be after writing."""
        return all(tool.message is None for tool in self.tools)


def migrate_tool_format(context: Context, request: MigrateToolFormatRequest) -> ToolsMigrated:
    """Migrate one manifest or all of them.

    Raises:
        UnknownTool: one was asked for and there is none. Everything else is said in the result.
    """
    project = context.project
    learn(project)  # so that no value that was pasted into a manifest is shown in a diff
    folders = _folders(project) if request.tool_id is None else [folder_of(project, request.tool_id)]
    tools = tuple(_migrate(folder, dry_run=request.dry_run) for folder in folders)
    if not request.dry_run:
        tools = tuple(_recorded(context, tool) for tool in tools)
    return ToolsMigrated(dry_run=request.dry_run, tools=tools)


def _recorded(context: Context, tool: ToolMigration) -> ToolMigration:
    if tool.outcome is not MigrationOutcome.MIGRATED:
        return tool
    not_recorded = context.record(Change.MIGRATED, tool.folder)
    return tool.model_copy(update={"warnings": (*tool.warnings, *not_recorded)})


def folder_of(project: Project, tool_id: str) -> Path:
    """The folder of a tool, also of one whose manifest is of the old format: by its id, then by the folder's name.

    Raises:
        UnknownTool: there is none.
    """
    if all(tool_id not in (tool.id, tool.folder.name) for tool in project.tools):
        for broken in project.broken_tools:
            if tool_id in (broken.folder.name, _written_id(broken.folder)):
                return broken.folder
    return project.tool(tool_id).folder


def _folders(project: Project) -> list[Path]:
    tools = [tool.folder for tool in project.tools]
    return sorted([*tools, *(broken.folder for broken in project.broken_tools)])


def _written_id(folder: Path) -> str | None:
    try:
        text = read_text(folder / "tool.json", "")
        found = Document(text.removeprefix("\ufeff")).value(("id",))
    except Exception:  # noqa: BLE001  whatever is wrong with it is said when it is migrated
        return None
    return found if isinstance(found, str) else None


def _migrate(folder: Path, *, dry_run: bool) -> ToolMigration:
    path = folder / "tool.json"
    where = named(path)
    before = after = ""
    changes: tuple[str, ...] = ()
    problem: ManifestError | None = None

    def edit(data: bytes | None) -> bytes | None:
        nonlocal before, after, changes, problem
        if data is None:
            raise ManifestError(f"{where}: is gone", "see what else works in this folder")
        before = data.decode()
        after, changes, problem = migrate_text(before, where)
        return after.encode()

    try:
        _refuse_link(folder)
        text = read_text(path, where)  # says what is wrong with a file in the words that every other command uses
        if dry_run or migrate_text(text, where).text == text:
            edit(text.encode())
        else:
            edit_plain(path, edit)
        odd = remarks(after, where, tool_source(folder))
    except PixieError as error:
        return ToolMigration(
            folder=shown(folder.name), outcome=MigrationOutcome.REFUSED, message=error.message, hint=error.hint
        )
    return ToolMigration(
        folder=shown(folder.name),
        outcome=MigrationOutcome.MIGRATED if changes else MigrationOutcome.UNCHANGED,
        changes=changes,
        diff=KNOWN.mask(text_diff(before, after, where)),
        warnings=tuple(KNOWN.mask(remark) for remark in odd),
        message=problem.message if problem else None,
        hint=problem.hint if problem else None,
    )


def _refuse_link(folder: Path) -> None:
    if folder.is_symlink():
        raise ManifestError(f"tools/{shown(folder.name)}: is a link", "put the folder itself in its place")
