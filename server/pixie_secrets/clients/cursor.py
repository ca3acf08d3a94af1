"""Cursor, by its documentation. Not run here."""

from __future__ import annotations

from pixie_secrets.clients.client import Client, Configuration, Folder

CURSOR = Client(
    name="cursor",
    title="Cursor",
    programs=("cursor", "cursor-agent"),
    handshake=("cursor-vscode", "Cursor"),
    seen="documented",
    configuration=Configuration(
        Folder(".cursor"),
        ("mcp.json",),
        "json",
        ("mcpServers",),
    ),
)
