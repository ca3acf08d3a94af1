"""List secrets: keys, descriptions, required, status, and of an app which file has which; never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.apps import App
from pixie_secrets.operations.declared import declared_by
from pixie_secrets.operations.history import histories
from pixie_secrets.operations.status import Status, has_value, status_of
from pixie_secrets.secret.key import KeyName
from pixie_secrets.secret.setting import is_setting
from pixie_secrets.stores.dotenv import DotenvStore
from pixie_secrets.stores.store import files_with_keys, store_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from pixie_secrets.env_file.unreadable import UnreadableLine
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.context import Context
    from pixie_secrets.operations.history import Histories


NOT_READ = "python-dotenv passes over this line, so the tool does not get what it holds"


class ListSecretsRequest(NamedTuple):
    """Which secrets to list."""

    tool_id: Annotated[str | None, "left out: every tool and app"] = None


class ListedSecret(NamedTuple):
    """declared: false for a key that is only in the `.env`. metadata: as it is declared.

    What follows stands for what `history.KeyHistory` says of each.
    """

    key: KeyName
    description: str | None
    required: bool
    status: Status
    declared: bool
    metadata: dict[str, Any] | None = None
    created_at: str | None = None
    updated_at: str | None = None
    channel: str | None = None
    expires: str | None = None
    due: str | None = None


class UnreadLine(NamedTuple):
    """A line of a tool's `.env` that holds something and that the tool does not read. hint: how to mend it."""

    file: str
    line: int
    keys: tuple[KeyName, ...]
    message: str
    hint: str


class ToolSecrets(NamedTuple):
    tool_id: str
    name: str
    secrets: tuple[ListedSecret, ...]
    unread_lines: tuple[UnreadLine, ...] = ()


class AppSecret(NamedTuple):
    """where: what declares it, a template or the code, as file:line from the app's folder; null: nothing does.

    setting: a plain setting and no secret, so nobody is asked for it. files: those that have a value for it, the one
    that wins first. What follows: as of a tool's.
    """

    key: KeyName
    description: str | None
    required: bool
    status: Status
    declared: bool
    where: str | None = None
    setting: bool = False
    files: tuple[str, ...] = ()
    metadata: dict[str, Any] | None = None
    created_at: str | None = None
    updated_at: str | None = None
    channel: str | None = None
    expires: str | None = None
    due: str | None = None


class AppSecrets(NamedTuple):
    """A folder with a `.env` or a template of one. path: from the project's folder.

    reads: the files it reads its values from, the one that wins first. saved_in: the file a new value goes to.
    """

    tool_id: str
    name: str
    path: str
    framework: str
    reads: tuple[str, ...]
    saved_in: str
    secrets: tuple[AppSecret, ...]
    unread_lines: tuple[UnreadLine, ...] = ()


class Unreadable(NamedTuple):
    """A tool or app that could not be listed, and why: a broken manifest or an `.env` that was refused."""

    folder: str
    message: str
    hint: str


class SecretsListed(NamedTuple):
    """unreadable: tools and apps left out, with the reason; they never hide the others. warnings: about the record."""

    tools: tuple[ToolSecrets, ...]
    unreadable: tuple[Unreadable, ...] = ()
    apps: tuple[AppSecrets, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def owners(self) -> tuple[ToolSecrets | AppSecrets, ...]:
        """Whose secrets are listed: the tools, then the apps."""
        return (*self.tools, *self.apps)


def list_secrets(context: Context, request: ListSecretsRequest) -> SecretsListed:
    """The secrets of one tool or app, or of all.

    What an app's code reads is listed where there is one app, or it was asked for: code of a whole repository is much.

    Raises:
        UnknownTool, ManifestError, FileRefused: only when one was asked for; of many, a bad one is named in the result.
    """
    project = context.project
    known = histories(project)
    if request.tool_id is not None:
        owner = project.owner(request.tool_id)
        if isinstance(owner, App):
            return SecretsListed(
                tools=(), apps=(_listed_app(project, owner, known, code=True),), warnings=known.warnings
            )
        return SecretsListed(tools=(_listed(project, owner, known),), warnings=known.warnings)
    listed: list[ToolSecrets] = []
    apps: list[AppSecrets] = []
    unreadable = [_unreadable(broken.name, broken.error) for broken in project.broken_tools]
    for tool in project.tools:
        try:
            listed.append(_listed(project, tool, known))
        except PixieError as error:
            unreadable.append(_unreadable(tool.folder.name, error))
    for app in project.apps:
        try:
            apps.append(_listed_app(project, app, known, code=len(project.apps) == 1))
        except PixieError as error:
            unreadable.append(_unreadable(app.id, error))
    return SecretsListed(tuple(listed), tuple(unreadable), tuple(apps), known.warnings)


def _listed_app(project: Project, app: App, known: Histories, *, code: bool) -> AppSecrets:
    store = store_of(app)
    values, sealed = store.values(), store.sealed_keys
    known = known.with_abouts(app.id, store.abouts())
    declared = declared_by(project, app, code=code)
    holding: dict[str, list[str]] = {}
    if app.sealed_path and sealed:
        holding |= {key: [app.sealed_path.name] for key in sealed}
    for path, keys in files_with_keys(app):
        for key in keys:
            holding.setdefault(key, []).append(path.name)
    unread = [
        (path, line) for path in app.value_files for line in DotenvStore(path, app.id, is_app=True).unreadable_lines()
    ]
    lines = [line for _, line in unread]
    secrets = [
        AppSecret(
            key=key,
            description=one.secret.description,
            required=one.secret.required,
            status=status_of(key, values, lines, sealed),
            declared=True,
            where=one.where,
            setting=one.is_setting,
            files=tuple(holding.get(key, ())),
            metadata=one.secret.metadata,
            **known.of(app.id, key, one.secret, is_set=has_value(key, values))._asdict(),
        )
        for key, one in declared.items()
    ]
    secrets += [
        AppSecret(
            key=key,
            description=None,
            required=False,
            status=status_of(key, values, sealed=sealed),
            declared=False,
            setting=key in values and is_setting(key, values[key].get_secret_value()),
            files=tuple(holding.get(key, ())),
            **known.of(app.id, key, None, is_set=has_value(key, values))._asdict(),
        )
        for key in dict.fromkeys([*values, *holding])
        if key not in declared
    ]
    shown = {path: path.relative_to(project.root).as_posix() for path, _ in unread}
    return AppSecrets(
        tool_id=app.id,
        name=app.name,
        path=app.path,
        framework=app.framework.name,
        reads=tuple(path.name for path in app.env_paths),
        saved_in=store.path.name,
        secrets=tuple(secrets),
        unread_lines=tuple(_unread(shown[path], line, {*declared, *values}) for path, line in unread),
    )


def _listed(project: Project, tool: Owner, known: Histories) -> ToolSecrets:
    store = store_of(tool)
    values, unread, sealed = store.values(), store.unreadable_lines(), store.sealed_keys
    known = known.with_abouts(tool.id, store.abouts())
    declared = [
        ListedSecret(
            key=secret.key,
            description=secret.description,
            required=secret.required,
            status=status_of(secret.key, values, unread, sealed),
            declared=True,
            metadata=secret.metadata,
            **known.of(tool.id, secret.key, secret, is_set=has_value(secret.key, values))._asdict(),
        )
        for secret in tool.secrets
    ]
    names = {secret.key for secret in tool.secrets}
    others = [
        ListedSecret(
            key=key,
            description=None,
            required=False,
            status=status_of(key, values, sealed=sealed),
            declared=False,
            **known.of(tool.id, key, None, is_set=has_value(key, values))._asdict(),
        )
        for key in values
        if key not in names
    ]
    file = tool.env_path.relative_to(project.root).as_posix()
    lines = (_unread(file, line, {*names, *values}) for line in unread)
    return ToolSecrets(tool_id=tool.id, name=tool.name, secrets=(*declared, *others), unread_lines=tuple(lines))


def _unread(file: str, line: UnreadableLine, names: Collection[str]) -> UnreadLine:
    """Keys that nothing else names are left out: what stands there may be a piece of a value."""
    keys = tuple(key for key in line.keys if key in names)
    again = f"; or set {' and '.join(keys)} again" if keys else ""
    return UnreadLine(file, line.number, keys, NOT_READ, line.fix + again)


def _unreadable(folder: str, error: PixieError) -> Unreadable:
    return Unreadable(folder=folder, message=error.message, hint=error.hint)
