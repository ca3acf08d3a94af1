"""`connect`: which coding agents are here, and our server in the configuration of one of them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from pixie_secrets.channels.command import this_program
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, Operand, command
from pixie_secrets.errors import DONE
from pixie_secrets.operations.connect import ConnectRequest, State, connect
from pixie_secrets.operations.context import Context
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.connect import ClientConnection, Connected


def run(invocation: Invocation, request: ConnectRequest, *, as_json: bool) -> int:
    program, *words = this_program()
    start = (shutil.which(program) or program, *words, "mcp")  # whatever PATH the client has
    connected = connect(Context(invocation.project()), request, start)
    text = _list(connected) if request.client is None else _change(connected.clients[0], dry_run=connected.dry_run)
    surface.result(text, connected, as_json=as_json)
    return DONE


def _list(connected: Connected) -> str:
    here = [each for each in connected.clients if each.state is not State.NOT_INSTALLED]
    rows: list[tuple[str, ...]] = [(each.client, each.title, str(each.state), each.file) for each in here]
    others = ", ".join(each.client for each in connected.clients if each.state is State.NOT_INSTALLED)
    return "\n".join([*([surface.table(rows)] if rows else []), *([f"not installed: {others}"] if others else [])])


def _change(connection: ClientConnection, *, dry_run: bool) -> str:
    if not connection.diff:
        return f"{connection.title} is {connection.state} already ({shown(connection.file)})"
    lines = "\n".join(shown(line) for line in connection.diff.splitlines())
    what = "would be" if dry_run else "is now"
    return f"{shown(connection.file)}\n{lines}\n{connection.title} {what} {connection.state}"


COMMAND = command(
    Operand("client", "[CLIENT]", is_required=False),
    request=ConnectRequest,
    options=(JSON,),
    more="""\
Without CLIENT: which coding agents are installed, and which of them know of this server. With one: its own
configuration gets an entry, everything else in it stays byte for byte, and the changed lines are shown. In Claude
Code the plugin also brings the guard.""",
    examples=("pixie-secrets connect", "pixie-secrets connect codex --dry-run", "pixie-secrets connect gemini"),
)(run)
