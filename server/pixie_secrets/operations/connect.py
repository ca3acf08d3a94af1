"""Tell a coding agent of our MCP server, in the agent's own configuration, or take that back.

Only our entry changes, and only what our entry alone has is shown: whatever else is in the file may be somebody's keys.
"""

from __future__ import annotations

import difflib
import os
import shutil
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.clients import CLIENTS
from pixie_secrets.errors import PixieError
from pixie_secrets.files import edit_plain
from pixie_secrets.operations.configuration_text import NotEditable, with_entry
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pixie_secrets.clients.client import Client, Configuration
    from pixie_secrets.operations.context import Context

SERVER = "secrets"
_AROUND = " \t,"  # a line of ours: its indentation, and the comma before the next


class State(StrEnum):
    """What is the case afterwards; of a dry run, what would be."""

    CONNECTED = "connected"
    NOT_CONNECTED = "not connected"
    NOT_INSTALLED = "not installed"


class ConnectRequest(NamedTuple):
    """Which client; none: only say which are installed and connected."""

    client: str | None = None
    remove: Annotated[bool, "take the server out of the configuration again"] = False
    dry_run: Annotated[bool, "change nothing, show what would change"] = False


class ClientConnection(NamedTuple):
    """One client. file: its configuration. diff: our own lines that change, empty when nothing does."""

    client: str
    title: str
    state: State
    file: str
    diff: str = ""


class Connected(NamedTuple):
    """What was found or done."""

    dry_run: bool
    clients: tuple[ClientConnection, ...]


def connect(
    context: Context, request: ConnectRequest, command: tuple[str, ...], environment: Mapping[str, str] = os.environ
) -> Connected:
    """Write the entry of our server, started by `command`, or remove it.

    Raises:
        PixieError: there is no such client, or its configuration cannot be edited.
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
    path = _file(client.configuration, project, environment)
    entry = None if request.remove else client.configuration.entry(command[0], command[1:])
    configuration = client.configuration
    diffs: list[str] = []

    def edit(before: bytes | None) -> bytes | None:
        text = _text(before)
        after = with_entry(text, configuration.format, configuration.table, SERVER, entry)
        own = with_entry("", configuration.format, configuration.table, SERVER, entry) if entry else ""
        diffs[:] = [_changed_lines(text, after, own)]
        return before if after == text else after.encode()

    try:
        if request.dry_run or (request.remove and not path.exists()):
            edit(path.read_bytes() if path.exists() else None)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            edit_plain(path, edit)
    except NotEditable as refusal:
        raise PixieError(f"{path}: {refusal.message}", refusal.hint) from None
    state = State.NOT_CONNECTED if request.remove else State.CONNECTED
    connection = ClientConnection(client.name, client.title, state, str(path), diffs[0])
    return Connected(dry_run=request.dry_run, clients=(connection,))


def _found(client: Client, project: Path, environment: Mapping[str, str]) -> ClientConnection:
    assert client.configuration  # noqa: S101  only those are asked for
    path = _file(client.configuration, project, environment)
    return ClientConnection(client.name, client.title, _state(client, path, environment), str(path))


def _state(client: Client, path: Path, environment: Mapping[str, str]) -> State:
    configuration = client.configuration
    if configuration and path.is_file():
        text = _text(path.read_bytes())
        try:
            if with_entry(text, configuration.format, configuration.table, SERVER, None) != text:
                return State.CONNECTED
        except NotEditable:
            pass
    installed = any(shutil.which(program, path=environment.get("PATH")) for program in client.programs)
    return State.NOT_CONNECTED if installed else State.NOT_INSTALLED


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
