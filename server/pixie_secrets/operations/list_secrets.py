"""List secrets: keys, descriptions, required, status; never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.errors import PixieError
from pixie_secrets.operations.status import Status, status_of
from pixie_secrets.secret.key import KeyName
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from pixie_secrets.env_file.unreadable import UnreadableLine
    from pixie_secrets.layouts.project import Project, Tool
    from pixie_secrets.operations.context import Context


NOT_READ = "python-dotenv passes over this line, so the tool does not get what it holds"


class ListSecretsRequest(NamedTuple):
    """Which secrets to list."""

    tool_id: Annotated[str | None, "left out: every tool"] = None


class ListedSecret(NamedTuple):
    """declared: false for a key that is only in the `.env`."""

    key: KeyName
    description: str | None
    required: bool
    status: Status
    declared: bool


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


class Unreadable(NamedTuple):
    """A tool that could not be listed, and why: a broken manifest or an `.env` that was refused."""

    folder: str
    message: str
    hint: str


class SecretsListed(NamedTuple):
    """unreadable: tools left out, with the reason; they never hide the others."""

    tools: tuple[ToolSecrets, ...]
    unreadable: tuple[Unreadable, ...] = ()


def list_secrets(context: Context, request: ListSecretsRequest) -> SecretsListed:
    """The secrets of one tool or of all.

    Raises:
        UnknownTool, ManifestError, FileRefused: only when one tool was asked for; of many, a bad one is named in
            the result.
    """
    project = context.project
    if request.tool_id is not None:
        return SecretsListed(tools=(_listed(project, project.tool(request.tool_id)),))
    listed: list[ToolSecrets] = []
    unreadable = [_unreadable(broken.name, broken.error) for broken in project.broken_tools]
    for tool in project.tools:
        try:
            listed.append(_listed(project, tool))
        except PixieError as error:
            unreadable.append(_unreadable(tool.folder.name, error))
    return SecretsListed(tools=tuple(listed), unreadable=tuple(unreadable))


def _listed(project: Project, tool: Tool) -> ToolSecrets:
    store = store_of(tool)
    values, unread = store.values(), store.unreadable_lines()
    declared = [
        ListedSecret(
            key=secret.key,
            description=secret.description,
            required=secret.required,
            status=status_of(secret.key, values, unread),
            declared=True,
        )
        for secret in tool.secrets
    ]
    names = {secret.key for secret in tool.secrets}
    others = [
        ListedSecret(key=key, description=None, required=False, status=status_of(key, values), declared=False)
        for key in values
        if key not in names
    ]
    file = store.path.relative_to(project.root).as_posix()
    lines = (_unread(file, line, {*names, *values}) for line in unread)
    return ToolSecrets(tool_id=tool.id, name=tool.name, secrets=(*declared, *others), unread_lines=tuple(lines))


def _unread(file: str, line: UnreadableLine, names: Collection[str]) -> UnreadLine:
    """Keys that nothing else names are left out: what stands there may be a piece of a value."""
    keys = tuple(key for key in line.keys if key in names)
    again = f"; or set {' and '.join(keys)} again" if keys else ""
    return UnreadLine(file, line.number, keys, NOT_READ, line.fix + again)


def _unreadable(folder: str, error: PixieError) -> Unreadable:
    return Unreadable(folder=folder, message=error.message, hint=error.hint)
