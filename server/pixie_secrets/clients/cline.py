"""Cline's command line, seen as 3.0.65. It hangs up when `initialize` takes 2.5 s, and ends a call after 60 s."""

from __future__ import annotations

from pixie_secrets.clients.client import Client, Configuration, Folder, Hooks, KeptFiles, ResultPart

_OWN = Folder(".cline", "CLINE_DIR")

CLINE = Client(
    name="cline",
    title="Cline",
    programs=("cline",),
    handshake=("Cline", "cline", "@cline/*"),
    seen="3.0.65",
    reads=ResultPart.BOTH,
    configuration=Configuration(
        _OWN,
        ("data/settings/cline_mcp_settings.json",),
        "json",
        ("mcpServers",),
        lambda command, arguments: {"command": command, "args": list(arguments), "disabled": False},
    ),
    hooks=Hooks(_OWN, "hooks", "PreToolUse", "PostToolUse", "UserPromptSubmit"),
    keeps=(
        KeptFiles(_OWN, "data/sessions/*/*.messages.json", "transcript"),
        KeptFiles(_OWN, "data/sessions/*/*.json", "index"),
        KeptFiles(_OWN, "data/db/sessions.db", "index", columns=("sessions.prompt", "sessions.metadata_json")),
    ),
)
