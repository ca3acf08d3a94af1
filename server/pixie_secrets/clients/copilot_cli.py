"""GitHub Copilot CLI, seen as 1.0.102: it opens with the 2026 protocol and cannot read `input_required`.

Asked that way, it shows its model the error and our one-time link in it. Where `server/discover` is refused it falls
back to the handshake; its terminal interface then shows a dialog, and `-p` declines within a millisecond.
"""

from __future__ import annotations

import json
import shlex

from pixie_secrets.clients.client import (
    HOOK_SECONDS,
    Client,
    Configuration,
    Folder,
    HookFile,
    Hooks,
    KeptFiles,
    Links,
    Progress,
    ResultPart,
)

_OWN = Folder(".copilot", "COPILOT_HOME")


def _hooks_file(events: tuple[str, ...], client: str, command: tuple[str, ...]) -> str:
    def entry(event: str) -> dict[str, object]:
        line = shlex.join([*command, event, "--client", client])
        return {"type": "command", "bash": line, "timeoutSec": HOOK_SECONDS}

    return json.dumps({"version": 1, "hooks": {event: [entry(event)] for event in events}}, indent=2) + "\n"


COPILOT = Client(
    name="copilot",
    title="GitHub Copilot CLI",
    programs=("copilot",),
    handshake=("copilot-cli",),
    seen="1.0.102",
    links=Links.LOOPBACK,
    understands_discover=False,
    hold_seconds=165.0,  # it ends a call after 180
    progress=Progress.SHOWN,
    reads=ResultPart.TEXT,
    configuration=Configuration(
        _OWN,
        ("mcp-config.json",),
        "json",
        ("mcpServers",),
        lambda command, arguments: {"type": "local", "command": command, "args": list(arguments), "tools": ["*"]},
    ),
    hooks=Hooks(
        _OWN,
        "hooks/pixie-secrets.json",
        "preToolUse",
        "postToolUse",
        "userPromptSubmitted",
        entries=HookFile(_hooks_file),
    ),
    keeps=(
        KeptFiles(_OWN, "session-state/*/events.jsonl", "transcript"),
        KeptFiles(_OWN, "session-state/*/workspace.yaml", "index"),
        KeptFiles(_OWN, "command-history-state.json", "prompts"),
        KeptFiles(_OWN, "session-store.db", "index", columns=("sessions.summary", "turns.user_message")),
    ),
)
