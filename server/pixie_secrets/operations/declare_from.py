"""Declare a tool's secrets from what another program has: a template of keys, an MCP bundle, a `.mcp.json`.

From a `.mcp.json` the values move too. They go to the tool's `.env` first and leave the `.mcp.json` last, so a crash at
any moment leaves each value in at least one of the two; a refusal on the way puts every file back as it was. An app has
no manifest: the values of a `.mcp.json` move to the file that it reads, and nothing is declared.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets.audit.entry import Change
from pixie_secrets.errors import FileRefused, ManifestError, PixieError, UnknownTool
from pixie_secrets.files import edit_plain, edit_private, read_private
from pixie_secrets.frozen import Frozen
from pixie_secrets.git import coverage
from pixie_secrets.git.ignore_rule import ensure_ignored, take_back
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.apps import TOP, App
from pixie_secrets.layouts.project import tool_of
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.manifest.text import named, read_text
from pixie_secrets.migrations.declaration import About, declare, new_manifest
from pixie_secrets.migrations.steps import migrate_text
from pixie_secrets.operations.foreign_file import DeclareFromRequest, Format, read_foreign
from pixie_secrets.operations.migrate_tool_format import folder_of
from pixie_secrets.operations.text_diff import text_diff
from pixie_secrets.secret.key import KeyName
from pixie_secrets.stores.learn import learn
from pixie_secrets.stores.store import store_of, target_of
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pixie_secrets.git.ignore_rule import IgnoreRule
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.context import Context
    from pixie_secrets.operations.foreign_file import Foreign

NEW_TOOL = "pixie-secrets new-tool ID --from .env.example"
__all__ = ["DeclareFromRequest", "SecretsDeclared", "declare_from"]


class SecretsDeclared(Frozen):
    """What was done, or with a dry run would be: names only.

    declared: keys that tool.json did not declare before. moved: keys whose values are in `.env` now and were in the
    file. diff: of tool.json; no other file is ever shown.
    """

    tool_id: str
    format: Format
    dry_run: bool
    declared: tuple[KeyName, ...]
    moved: tuple[KeyName, ...]
    changes: tuple[str, ...]
    diff: str
    warnings: tuple[str, ...]


def declare_from(context: Context, request: DeclareFromRequest) -> SecretsDeclared:
    """Declare in the tool's `tool.json`, made if there is none, what the file at `request.path` says it needs.

    Raises:
        ManifestError: either file cannot be read without guessing, or says something that cannot be declared.
        FileRefused: one of the files is not one to write to, or `.env` has another value for one of the keys.
        ValueRefused: a value that cannot be stored. After any of these every file is as it was.
    """
    project = context.project
    learn(project)
    path = Path(request.path).expanduser()
    path = path.parent.resolve() / path.name
    if app := _app(project, request.tool_id):
        return _recorded(context, _moved(project, app, request, path))
    folder = _folder(project, request.tool_id)
    manifest = folder / "tool.json"
    before = read_text(manifest, named(manifest)) if manifest.exists() or manifest.is_symlink() else None
    source = read_foreign(project, request, path, folder)
    after, declared = _declared(before, source, named(manifest))
    tool = tool_of(folder, after)
    _refuse_other_values(tool, source)
    for file in (path if source.rest is not None else None, manifest if before is not None else None):
        if file:
            edit_plain(file, _unchanged)  # what it would refuse, it refuses now
    rule = None if request.dry_run else _write(tool, source, path, before, after)
    done = SecretsDeclared(
        tool_id=tool.id,
        format=source.format,
        dry_run=request.dry_run,
        declared=declared,
        moved=tuple(source.values),
        changes=(*([] if before is not None else [f"make {named(manifest)}"]), *source.changes),
        diff=KNOWN.mask(text_diff(before or "", after, named(manifest))),
        warnings=(*source.warnings, *_about_git(project, tool.env_path, source, rule)),
    )
    return _recorded(context, done)


def _recorded(context: Context, done: SecretsDeclared) -> SecretsDeclared:
    """Note which values have moved, and that the manifest was changed."""
    if done.dry_run:
        return done
    warnings = context.record(Change.MIGRATED, done.tool_id, detail=str(done.format)) if done.declared else ()
    warnings += context.record(Change.SET, done.tool_id, done.moved, str(done.format))
    return done.model_copy(update={"warnings": (*done.warnings, *warnings)})


def _app(project: Project, asked: str) -> App | None:
    """The app that is meant: by its path, or in a project without tools/; another word is a tool, there or yet to be.

    Raises:
        UnknownTool: there is none at that path.
    """
    if asked == TOP or "/" in asked or (project.is_owner(asked) and not (project.root / "tools").exists()):
        owner = project.owner(asked)
        return owner if isinstance(owner, App) else None
    return None


def _moved(project: Project, app: App, request: DeclareFromRequest, path: Path) -> SecretsDeclared:
    """What stood in the file at `path` is in the app's own file afterwards, and its server is started with it."""
    source = read_foreign(project, request._replace(tool_id=app.path), path, app.folder, app)
    if source.rest is None and not source.values:
        raise PixieError(
            f"{shown(app.id)} is an app, and this file has no values for one",
            f"its templates say what it needs: add the keys to its .env.example; {NEW_TOOL} makes a tool",
        )
    _refuse_other_values(app, source)
    edit_plain(path, _unchanged)  # what it would refuse, it refuses now
    target = target_of(app, source.values)
    rule = None if request.dry_run else _write(app, source, path, None, None)
    listed = {key.secret.key for key in app.template_keys}
    new = [key.key for key in source.found if key.key not in listed]
    missing = f"no template of {shown(app.id)} lists {', '.join(new)}: an empty line for each in its .env.example does"
    return SecretsDeclared(
        tool_id=app.id,
        format=source.format,
        dry_run=request.dry_run,
        declared=(),
        moved=tuple(source.values),
        changes=source.changes,
        diff="",
        warnings=(*source.warnings, *([missing] if new else []), *_about_git(project, target, source, rule)),
    )


def _about_git(project: Project, target: Path, source: Foreign, rule: IgnoreRule | None) -> tuple[str, ...]:
    """Which rule git was given for the file of the values, or what git does with it."""
    if rule:
        return (rule.sentence(project.root),)
    return coverage.warnings(target) if source.values else ()


def _folder(project: Project, tool_id: str) -> Path:
    """The tool's folder; of a tool that does not exist yet, the one it will have."""
    try:
        return folder_of(project, tool_id)
    except UnknownTool:
        parse_manifest(new_manifest(About(tool_id, tool_id), ()), "the new tool.json")  # refuses what is no id
        return project.root / "tools" / tool_id


def _declared(before: str | None, source: Foreign, where: str) -> tuple[str, tuple[str, ...]]:
    """The manifest with what `source` found declared, in today's format, and the keys that are new in it."""
    if before is None:
        return new_manifest(source.about, source.found), tuple(secret.key for secret in source.found)
    migration = migrate_text(before, where)
    if migration.problem:
        raise migration.problem
    return declare(migration.text, source.found)


def _refuse_other_values(tool: Owner, source: Foreign) -> None:
    if not source.values:
        return
    there = store_of(tool).values()
    for key, value in source.values.items():
        old = there[key].get_secret_value() if key in there else ""
        if old and old != value.get_secret_value():
            raise FileRefused(
                f"the .env of {tool.id} has another value for {key} already, and which one is right cannot be told",
                f"remove the wrong one: take it out of the file, or pixie-secrets unset-secret {tool.id} {key}",
            )


def _write(tool: Owner, source: Foreign, path: Path, before: str | None, after: str | None) -> IgnoreRule | None:
    """All files or none; values are in `.env` before they leave the other file, in whose folder other programs run.

    Returns:
        The rule that git was given for the `.env` before a value was in it; None where none was needed.
    """
    from pixie_secrets.env_file.project_readers import project_readers

    undo: list[Callable[[], object]] = []
    rule = None
    try:
        for folder in (tool.folder.parent, tool.folder):  # the first tool of a project makes its tools/
            if not folder.exists():
                folder.mkdir()
                undo.append(folder.rmdir)
        if source.values:
            taken_back = _TakenBack(tool, source.values)
            undo.append(taken_back)
            if rule := ensure_ignored(taken_back.path):
                undo.append(partial(take_back, rule))
            readers = project_readers((tool.folder, path.parent))
            store_of(tool).set_values(source.values, [reader.program for reader in readers])
            taken_back.written = read_private(taken_back.path)
        if after != before:
            edit_plain(tool.folder / "tool.json", _replacing(before, after, "tool.json"))
            undo.append(lambda: edit_plain(tool.folder / "tool.json", _replacing(after, before, "tool.json")))
        if source.rest is not None:
            edit_plain(path, _replacing(source.text, source.rest, path.name))
    except (PixieError, OSError) as error:
        for step in reversed(undo):
            with suppress(PixieError, OSError):
                step()
        if isinstance(error, OSError):
            raise FileRefused(f"the folder of {tool.id} could not be made", "see that tools/ is yours") from None
        raise
    return rule


class _TakenBack:
    """Takes values out of a tool's `.env` again: all of the file as it was, unless somebody else wrote to it since.

    keys: what is to be set; path: of the file; written: the file's bytes afterwards.
    """

    def __init__(self, tool: Owner, keys: Collection[str]) -> None:
        self._tool = tool
        self.path = target_of(tool, keys)
        self._before = self.written = read_private(self.path)
        self._new = [key for key in keys if key not in store_of(tool).values()]

    def __call__(self) -> None:
        others: list[bool] = []

        def edit(found: bytes | None) -> bytes | None:
            others[:] = [found not in {self.written, self._before}]
            return found if others[0] else self._before

        edit_private(self.path, edit)
        if others[0]:
            for key in self._new:
                store_of(self._tool).unset(key)


def _replacing(before: str | None, after: str | None, name: str) -> Callable[[bytes | None], bytes | None]:
    """An edit that refuses to run over what somebody else wrote meanwhile."""

    def edit(found: bytes | None) -> bytes | None:
        if found != (None if before is None else before.encode()):
            raise ManifestError(f"{shown(name)} changed meanwhile", "run this again")
        return None if after is None else after.encode()

    return edit


def _unchanged(found: bytes | None) -> bytes | None:
    return found
