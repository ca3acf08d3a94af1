"""The MCP server `secrets`: the operations as tools, over stdio, in both eras of the protocol.

Rooms: `stdio` keeps stdout for the protocol and masks what leaves; `server` answers the protocol and refuses without
echo; `eras` has some clients fall back to the older protocol; `tools` is the table of what can be called; `arguments`
judges what came in and `calls` runs it; `asking` puts a question to a person, of a call as `question` knows it;
`schema` describes arguments and results; `set_secret`, `linting`, `results` and `wording` are what is answered.

It stands on the SDK's low-level `Server`, not on `MCPServer`: that one validates arguments with pydantic messages that
echo the input, drops unknown arguments silently instead of refusing them, and puts the text of any exception on the
wire. Here each of the three would carry a pasted value back into a transcript.
"""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING

from pixie_secrets.mcp_server import stdio

if TYPE_CHECKING:
    from pixie_secrets.channels.chooser import Patience


def main(patience: Patience | None = None) -> int:
    """Serve stdin and stdout until stdin ends.

    patience: the chooser's, where it is not its own.
    """
    wire = stdio.claim_stdio()  # before anything can print
    gc.disable()  # it would look through a heap that only grows while the protocol is imported
    server = import_module("pixie_secrets.mcp_server.server")  # `mcp` is only imported by those who serve
    gc.freeze()
    gc.enable()
    status: int = server.serve(wire, patience)
    return status
