"""Gemini CLI, seen as 0.61.0. It starts no server in a folder that is not trusted.

Variables whose names hold TOKEN, SECRET, PASSWORD, KEY, AUTH or CREDENTIAL do not reach the server, so none that begins
with PIXIE_SECRETS_ does; PIXIE_CHANNEL and PIXIE_PROJECT arrive. Its documents give a call ten minutes.
"""

from __future__ import annotations

from pixie_secrets.clients.client import (
    LONG_HOLD_SECONDS,
    Client,
    Configuration,
    Folder,
    HookItems,
    Hooks,
    KeptFiles,
    Progress,
    ResultPart,
)

_OWN = Folder(".gemini")

GEMINI = Client(
    name="gemini",
    title="Gemini CLI",
    programs=("gemini",),
    handshake=("gemini-cli-mcp-client", "gemini-cli-mcp-client-*"),
    seen="0.61.0",
    hold_seconds=LONG_HOLD_SECONDS,
    progress=Progress.SHOWN,
    reads=ResultPart.TEXT,
    configuration=Configuration(
        _OWN,
        ("settings.json",),
        "json",
        ("mcpServers",),
    ),
    hooks=Hooks(
        _OWN, "settings.json", "BeforeTool", "AfterTool", "BeforeAgent", entries=HookItems(1000, "pixie-secrets")
    ),
    keeps=(
        KeptFiles(_OWN, "tmp/*/chats/*.jsonl", "transcript"),
        KeptFiles(_OWN, "tmp/*/logs.json", "prompts"),
        KeptFiles(_OWN, "tmp/*/tool-outputs/session-*/*.txt", "output"),
    ),
)
