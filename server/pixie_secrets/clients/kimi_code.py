"""Kimi Code, seen as 2.1.0: it declares nothing, asks for no progress, ends a call after 60 s."""

from __future__ import annotations

from pixie_secrets.clients.client import Client, Configuration, Folder, Hooks, KeptFiles, ResultPart

_OWN = Folder(".kimi-code", "KIMI_CODE_HOME")

KIMI = Client(
    name="kimi",
    title="Kimi Code",
    programs=("kimi",),
    handshake=("kimi-code",),
    seen="2.1.0",
    reads=ResultPart.TEXT,
    configuration=Configuration(
        _OWN,
        ("mcp.json",),
        "json",
        ("mcpServers",),
    ),
    hooks=Hooks(_OWN, "config.toml", "PreToolUse", "PostToolUse", "UserPromptSubmit"),
    keeps=(
        KeptFiles(_OWN, "sessions/**/wire.jsonl", "transcript"),
        KeptFiles(_OWN, "sessions/**/tasks/bash-*/output.log", "output"),
    ),
)
