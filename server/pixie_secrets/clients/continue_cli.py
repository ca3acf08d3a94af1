"""Continue's command line (`cn`), seen as 1.5.47: it declares nothing, asks for no progress, ends a call after 60 s."""

from __future__ import annotations

from pixie_secrets.clients.client import Client, Configuration, Folder, Hooks, KeptFiles

_OWN = Folder(".continue", "CONTINUE_GLOBAL_DIR")

CONTINUE = Client(
    name="continue",
    title="Continue",
    programs=("cn",),
    handshake=("continue-cli-client",),
    seen="1.5.47",
    configuration=Configuration(
        _OWN,
        ("config.yaml",),
        "yaml",
        ("mcpServers",),
    ),
    hooks=Hooks(_OWN, "settings.json", "PreToolUse", "PostToolUse", "UserPromptSubmit"),
    keeps=(KeptFiles(_OWN, "sessions/*.json", "transcript"),),
)
