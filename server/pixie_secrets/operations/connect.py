"""Tell a coding agent of our MCP server and of the guard, in the agent's own configuration, or take that back.

Only our entries change, and only what they alone have is shown: whatever else is in the file may be somebody's keys.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.clients import CLIENTS
from pixie_secrets.errors import PixieError
from pixie_secrets.files import edit_plain
from pixie_secrets.operations.configuration_text import NotEditable, emptied, entry_in, with_entry
from pixie_secrets.operations.hook_registration import registered, unregistered
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pixie_secrets.clients.client import Client, Configuration
    from pixie_secrets.operations.context import Context

SERVER = "secrets"
_STARTS_OURS = re.compile(r"pixie[-_]secrets|bootstrap\.py")
_AROUND = " \t,"  # a line of ours: its indentation, and the comma before the next


class ConnectionState(StrEnum):
    """What is the case afterwards; of a dry run, what would be."""

    CONNECTED = "connected"
    NOT_CONNECTED = "not connected"
    NOT_INSTALLED = "not installed"


class ConnectRequest(NamedTuple):
    """Which client; none: only say which are installed and connected."""

    client: str | None = None
    remove: Annotated[bool, "take the server and the hooks out of the configuration again"] = False
    dry_run: Annotated[bool, "change nothing, show what would change"] = False


class ClientConnection(NamedTuple):
    """One client. file: its configuration. diff: our own lines that change, empty when nothing does.

    hooks_file, hooks_diff: the same of where its hooks are registered; "": it has none that we know how to write.
    guarded: whether it asks the guard; of a dry run, whether it would.
    """

    client: str
    title: str
    state: ConnectionState
    file: str
    diff: str = ""
    hooks_file: str = ""
    hooks_diff: str = ""
    guarded: bool = False


class Connected(NamedTuple):
    """What was found or done."""

    dry_run: bool
    clients: tuple[ClientConnection, ...]


class _Change(NamedTuple):
    """What becomes of one file. own: one with our entry and nothing else; "": the entry is taken out.

    bare: what may be left of a file that held nothing else, without its white space: such a file goes.
    """

    path: Path
    edit: Callable[[str], str]
    own: str
    bare: frozenset[str]


def connect(
    context: Context,
    request: ConnectRequest,
    command: tuple[str, ...],
    guard: tuple[str, ...],
    environment: Mapping[str, str] = os.environ,
) -> Connected:
    """Write the entry of our server, started by `command`, and the hooks, answered by `guard`; or remove them.

    Raises:
        PixieError: there is no such client, or its configuration cannot be edited: nothing is changed then.
        FileRefused: its configuration is not a plain file of one name.
    """
    project = context.project.root
    if request.client is None:
        found = (_found(client, project, environment) for client in CLIENTS if client.configuration)
        return Connected(dry_run=True, clients=tuple(found))
    names = [client.name for client in CLIENTS if client.configuration]
    client = next((each for each in CLIENTS if each.name == request.client and each.configuration), None)
    if client is None or client.configuration is None:
        raise PixieError("that is no client with a configuration to write", one_of(request.client, names, "clients"))
    server = _server(client.configuration, None if request.remove else command, project, environment)
    hooks = _hooks(client, None if request.remove else guard, project, environment)
    changes = [server, hooks] if hooks else [server]
    diffs = _made(changes, dry_run=True)
    if not request.dry_run:
        diffs = _made(changes, dry_run=False)
    connection = ClientConnection(
        client.name,
        client.title,
        ConnectionState.NOT_CONNECTED if request.remove else ConnectionState.CONNECTED,
        str(server.path),
        diffs[0],
        str(hooks.path) if hooks else "",
        diffs[1] if hooks else "",
        guarded=hooks is not None and not request.remove,
    )
    return Connected(dry_run=request.dry_run, clients=(connection,))


def _server(
    configuration: Configuration, command: tuple[str, ...] | None, project: Path, environment: Mapping[str, str]
) -> _Change:
    """command: None to take the entry out."""
    entry = configuration.entry(command[0], command[1:]) if command else None

    def edit(text: str) -> str:
        there = entry_in(text, configuration.format, configuration.table, SERVER)
        if there and not _STARTS_OURS.search(there):
            if entry is None:
                return text
            raise NotEditable(f"it has another server called {SERVER}", "give that one another name")
        return with_entry(text, configuration.format, configuration.table, SERVER, entry)

    bare = emptied(configuration.format, configuration.table)
    return _Change(_file(configuration, project, environment), edit, edit("") if entry else "", bare)


def _hooks(
    client: Client, guard: tuple[str, ...] | None, project: Path, environment: Mapping[str, str]
) -> _Change | None:
    """guard: None to take them out."""
    if client.hooks is None or client.hooks.entries is None:
        return None
    path = client.hooks.folder.path(project, environment) / client.hooks.file
    bare = emptied("json", ())
    if guard is None:
        return _Change(path, lambda text: unregistered(client, text), "", bare)
    return _Change(path, lambda text: registered(client, text, guard), registered(client, "", guard), bare)


def _made(changes: list[_Change], *, dry_run: bool) -> list[str]:
    """What is shown of each; several of one file are made at once."""
    diffs = [""] * len(changes)
    for path in dict.fromkeys(change.path for change in changes):
        mine = [number for number, change in enumerate(changes) if change.path == path]

        def edit(before: bytes | None, mine: list[int] = mine) -> bytes | None:
            text = first = _text(before)
            for number in mine:
                after = changes[number].edit(text)
                diffs[number] = _changed_lines(text, after, changes[number].own)
                text = after
            gone = any("".join(text.split()) in changes[number].bare for number in mine)
            return before if text == first else None if gone else text.encode()

        try:
            if dry_run or not (path.exists() or any(changes[number].own for number in mine)):
                edit(path.read_bytes() if path.exists() else None)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                edit_plain(path, edit)
        except NotEditable as refusal:
            raise PixieError(f"{path}: {refusal.message}", refusal.hint) from None
    return diffs


def _found(client: Client, project: Path, environment: Mapping[str, str]) -> ClientConnection:
    assert client.configuration  # noqa: S101  only those are asked for
    server = _server(client.configuration, None, project, environment)
    hooks = _hooks(client, None, project, environment)
    state = ConnectionState.CONNECTED
    if not _would_change(server):
        installed = any(shutil.which(program, path=environment.get("PATH")) for program in client.programs)
        state = ConnectionState.NOT_CONNECTED if installed else ConnectionState.NOT_INSTALLED
    return ClientConnection(
        client.name,
        client.title,
        state,
        str(server.path),
        hooks_file=str(hooks.path) if hooks else "",
        guarded=hooks is not None and _would_change(hooks),
    )


def _would_change(change: _Change) -> bool:
    """Whether there is something of ours to take out."""
    try:
        text = _text(change.path.read_bytes()) if change.path.is_file() else ""
        return bool(text) and change.edit(text) != text
    except NotEditable:
        return False


def _file(configuration: Configuration, project: Path, environment: Mapping[str, str]) -> Path:
    paths = [configuration.folder.path(project, environment) / name for name in configuration.files]
    return next((path for path in paths if path.exists()), paths[0])


def _text(data: bytes | None) -> str:
    try:
        return (data or b"").decode()
    except UnicodeDecodeError:
        raise NotEditable("it is not UTF-8", "correct it first") from None


def _changed_lines(before: str, after: str, own: str) -> str:
    """The lines that are added, where all of them stand in `own` too; else `own`, and how many others there are.

    own: a file with our entry and nothing else. A file in one line, or an entry that somebody added a key to, is laid
    out anew: its lines are only counted.
    """
    if before == after:
        return ""
    lines = [*difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)][2:]
    added = [line for line in lines if line.startswith("+")]
    ours = {line.strip(_AROUND) for line in own.splitlines()}
    others = sum(line[1:].strip(_AROUND) not in ours for line in added)
    removed = sum(line.startswith("-") for line in lines)
    counted = [f"{sign} {_lines(count)}" for sign, count in (("-", removed), ("+", others)) if count]
    return "\n".join([*counted, *(f"+{line}" for line in own.splitlines())] if others else [*counted, *added])


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
