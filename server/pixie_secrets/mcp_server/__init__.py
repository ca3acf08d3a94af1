"""The MCP server `secrets`: the operations as tools, over stdio, in both eras of the protocol.

Rooms: `stdio` keeps stdout for the protocol and masks what leaves; `server` answers the protocol and refuses without
echo; `tools` is the table of what can be called; `arguments` judges what came in; `asking` puts a question to a person
(`popups` where that is a terminal) and `question` reports how it ended; `results` and `wording` are what is said.

It stands on the SDK's low-level `Server`, not on `MCPServer`: that one validates arguments with pydantic messages that
echo the input, drops unknown arguments silently instead of refusing them, and puts the text of any exception on the
wire. Here each of the three would carry a pasted value back into a transcript.
"""

from __future__ import annotations

HOLD_SECONDS = 95.0


def main(*, hold_seconds: float = HOLD_SECONDS) -> int:
    """Serve stdin and stdout until stdin ends.

    hold_seconds: how long a call waits for the person before it answers `pending`; clients move calls to the
        background, or give up, at 120 seconds at the latest.
    """
    from pixie_secrets.mcp_server.stdio import claim_stdio  # noqa: PLC0415  before anything can print

    wire = claim_stdio()
    _import_fast()
    from pixie_secrets.mcp_server.server import serve  # noqa: PLC0415  `mcp` is only imported by those who serve

    return serve(wire, hold_seconds)


def _import_fast() -> None:
    """Import what serving needs without the collector looking through a heap that only grows, then set it aside."""
    import gc  # noqa: PLC0415  as below
    import importlib  # noqa: PLC0415  as below

    gc.disable()
    importlib.import_module("pixie_secrets.mcp_server.server")
    gc.freeze()
    gc.enable()
