"""qwen-code, seen as 0.24.4. Its tools wait behind a search; the server's environment has the model's key, too."""

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
)

_OWN = Folder(".qwen")

QWEN = Client(
    name="qwen",
    title="qwen-code",
    programs=("qwen",),
    handshake=("qwen-cli-mcp-client-*",),
    seen="0.24.4",
    hold_seconds=LONG_HOLD_SECONDS,  # it ends a call after 300
    progress=Progress.SHOWN,
    configuration=Configuration(
        _OWN,
        ("settings.json",),
        "json",
        ("mcpServers",),
    ),
    hooks=Hooks(
        _OWN,
        "settings.json",
        "PreToolUse",
        "PostToolUse",
        "UserPromptSubmit",
        more=("PostToolBatch",),
        entries=HookItems(1000),
    ),
    keeps=(
        KeptFiles(_OWN, "projects/*/chats/*.jsonl", "transcript"),
        KeptFiles(_OWN, "tmp/*/*.output", "output"),
        KeptFiles(_OWN, "tmp/*/logs.json", "prompts"),
    ),
)
