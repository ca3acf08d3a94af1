"""The MCP Inspector's `--cli`, seen as 2.12.0: one request, then the server is ended. It keeps nothing."""

from __future__ import annotations

from pixie_secrets.clients.client import Client

INSPECTOR = Client(
    name="inspector",
    title="MCP Inspector",
    programs=("mcp-inspector",),
    handshake=("inspector-cli",),
    seen="2.12.0",
    ends_with_answer=lambda _environment, _call: True,
)
