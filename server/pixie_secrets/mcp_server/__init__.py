"""The MCP server `secrets`: the operations as tools, over stdio, in both eras of the protocol.

Rooms: `stdio` keeps stdout for the protocol and masks what leaves; `opening` answers first while the rest is imported;
`framing` and `stream` are how messages are read and written; `server` answers the protocol and refuses without
echo; `eras` has some clients fall back to the older protocol; `tools` is the table of what can be called; `arguments`
judges what came in and `calls` runs it; `asking` puts a question to a person, of a call as `question` knows it;
`schema` describes arguments and results; `set_secret`, `linting`, `results` and `wording` are what is answered.

It stands on the SDK's low-level `Server`, not on `MCPServer`: that one validates arguments with pydantic messages that
echo the input, drops unknown arguments silently instead of refusing them, and puts the text of any exception on the
wire. Here each of the three would carry a pasted value back into a transcript.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING

from pixie_secrets.mcp_server import stdio
from pixie_secrets.mcp_server.framing import Framing
from pixie_secrets.mcp_server.opening import Opened, answer_until

if TYPE_CHECKING:
    from pixie_secrets.channels.chooser import Patience

SERVER = "pixie_secrets.mcp_server.server"


def main(patience: Patience | None = None, *, answer_first: bool = True) -> int:
    """Serve stdin and stdout until stdin ends.

    patience: the chooser's, where it is not its own. answer_first: say what is known beforehand while the rest is
        being imported; without it, the real server says everything.
    """
    wire = stdio.claim_stdio()  # before anything can print
    gc.disable()  # it would look through a heap that only grows while the protocol is imported
    opened = (
        _opening(wire) if answer_first and sys.platform != "win32" else Opened(Framing())
    )  # no select on pipes there
    server = import_module(SERVER)
    gc.freeze()
    gc.enable()
    status: int = server.serve(wire, patience, opened)
    return status


def _opening(wire: stdio.Wire) -> Opened:
    """Import the server in a thread and answer meanwhile."""
    ready, done = os.pipe()
    imported = threading.Thread(target=_import, args=(done,), daemon=True)
    imported.start()
    opened = answer_until(ready, wire)
    if opened.has_ended and not opened.messages:
        os._exit(0)  # nobody is there any more, and nothing was asked that is not answered
    imported.join()
    os.close(ready)
    return opened


def _import(done: int) -> None:
    """Import what serving needs; `mcp` is only imported by those who serve."""
    try:
        import_module(SERVER)
    finally:
        os.close(done)
