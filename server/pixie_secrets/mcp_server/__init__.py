"""The MCP server `secrets`: the operations as tools, over stdio, in both eras of the protocol.

Rooms: `stdio` keeps stdout for the protocol and masks what leaves; `server` answers the protocol and refuses without
echo; `eras` has some clients fall back to the older protocol; `tools` is the table of what can be called; `arguments`
judges what came in; `asking` puts a question to a person, of a call as `question` knows it; `results` and `wording` are
what is answered.

It stands on the SDK's low-level `Server`, not on `MCPServer`: that one validates arguments with pydantic messages that
echo the input, drops unknown arguments silently instead of refusing them, and puts the text of any exception on the
wire. Here each of the three would carry a pasted value back into a transcript.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixie_secrets.channels.chooser import Patience


def main(patience: Patience | None = None) -> int:
    """Serve stdin and stdout until stdin ends.

    patience: the chooser's, where it is not its own.
    """
    from pixie_secrets.mcp_server.stdio import claim_stdio  # noqa: PLC0415  before anything can print

    wire = claim_stdio()
    _import_fast()
    from pixie_secrets.mcp_server.server import serve  # noqa: PLC0415  `mcp` is only imported by those who serve

    return serve(wire, patience)


def _import_fast() -> None:
    """Import what serving needs without the collector looking through a heap that only grows, then set it aside."""
    import gc  # noqa: PLC0415  as below
    import importlib  # noqa: PLC0415  as below

    gc.disable()
    importlib.import_module("pixie_secrets.mcp_server.server")
    gc.freeze()
    gc.enable()
