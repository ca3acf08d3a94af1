"""`connect`: which coding agents are here, and our server in the configuration of one of them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from pixie_secrets.channels.command import this_program
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, Operand, command
from pixie_secrets.errors import DONE
from pixie_secrets.operations.connect import ConnectionState, ConnectRequest, connect
from pixie_secrets.operations.context import Context
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.connect import ClientConnection, Connected


BOOTSTRAP, HOOK = "bootstrap.py", "hook.py"


def run(invocation: Invocation, request: ConnectRequest, *, as_json: bool) -> int:
    program, *words = this_program()
    if words[:1] == ["-m"]:
        words.insert(0, "-P")  # no project may bring a package of our name
    start = (shutil.which(program) or program, *words)  # whatever PATH the client has
    connected = connect(Context(invocation.project(is_needed=False)), request, (*start, "mcp"), _guard(start))
    text = _list(connected) if request.client is None else _change(connected.clients[0], dry_run=connected.dry_run)
    surface.result(text, connected, as_json=as_json)
    return DONE


def _guard(start: tuple[str, ...]) -> tuple[str, ...]:
    """What answers a hook. The plugin has a script for it that starts faster than the program."""
    folder, name = os.path.split(start[-1])
    return (*start[:-1], os.path.join(folder, HOOK)) if name == BOOTSTRAP else (*start, "hook")  # noqa: PTH118  as given


def _list(connected: Connected) -> str:
    here = [each for each in connected.clients if each.state is not ConnectionState.NOT_INSTALLED]
    rows: list[tuple[str, ...]] = [
        (each.client, each.title, f"{each.state}, guarded" if each.guarded else str(each.state), each.file)
        for each in here
    ]
    others = ", ".join(each.client for each in connected.clients if each.state is ConnectionState.NOT_INSTALLED)
    return "\n".join([*([surface.table(rows)] if rows else []), *([f"not installed: {others}"] if others else [])])


def _change(connection: ClientConnection, *, dry_run: bool) -> str:
    state = f"{connection.state}, guarded" if connection.guarded else str(connection.state)
    changed = [(connection.file, connection.diff), (connection.hooks_file, connection.hooks_diff)]
    shown_lines = ["\n".join(shown(line) for line in [file, *diff.splitlines()]) for file, diff in changed if diff]
    if not shown_lines:
        return f"{connection.title} is {state} already ({shown(connection.file)})"
    return "\n".join([*shown_lines, f"{connection.title} {'would be' if dry_run else 'is now'} {state}"])


COMMAND = command(
    Operand("client", "[CLIENT]", is_required=False),
    request=ConnectRequest,
    options=(JSON,),
    more="""\
Without CLIENT: which coding agents are installed, and which of them know of this server. With one: its own
configuration gets an entry, and where it has hooks that we know, the guard is asked before and after every tool call
and about every prompt. Everything else stays byte for byte, and the changed lines are shown. In Claude Code the plugin
brings the guard. It needs no project: without one, a configuration that is kept in a project is this
folder's.""",
    examples=("pixie-secrets connect", "pixie-secrets connect codex --dry-run", "pixie-secrets connect gemini"),
)(run)
