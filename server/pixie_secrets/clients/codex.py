"""Codex, seen as 0.171.0. It declares links and declines ours within 2 ms in its user's name: only https passes.

The server gets HOME, LANG, LOGNAME, PATH, SHELL, TERM, TMPDIR and USER; what shows whether there is a desktop arrives
only where the server's entry names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixie_secrets.clients.client import (
    LONG_HOLD_SECONDS,
    Client,
    Configuration,
    Folder,
    HookItems,
    Hooks,
    KeptFiles,
    Links,
    Progress,
    ResultPart,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a page or a popup needs to be shown, and nothing that holds a key.
HANDED_ON = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "BROWSER",
    "SSH_CONNECTION",
    "TMUX",
    "TMUX_PANE",
)
_OWN = Folder(".codex", "CODEX_HOME")


def _ends_with_answer(_environment: Mapping[str, str], call: Mapping[str, Any]) -> bool | None:
    turn = call.get("x-codex-turn-metadata")
    trigger = turn.get("turn_trigger") if isinstance(turn, dict) else None
    return trigger == "exec" if isinstance(trigger, str) else None


CODEX = Client(
    name="codex",
    title="Codex",
    programs=("codex",),
    handshake=("codex-mcp-client",),
    seen="0.171.0",
    links=Links.HTTPS_ONLY,
    hold_seconds=LONG_HOLD_SECONDS,  # it ends a call after 300
    progress=Progress.SHOWN,
    reads=ResultPart.STRUCTURE,
    ends_with_answer=_ends_with_answer,
    configuration=Configuration(
        _OWN,
        ("config.toml",),
        "toml",
        ("mcp_servers",),
        lambda command, arguments: {
            "command": command,
            "args": list(arguments),
            "env_vars": list(HANDED_ON),
            "required": True,  # else `codex exec` asks its model before the server is up
        },
    ),
    hooks=Hooks(_OWN, "hooks.json", "PreToolUse", "PostToolUse", "UserPromptSubmit", entries=HookItems()),
    keeps=(
        KeptFiles(_OWN, "sessions/*/*/*/rollout-*.jsonl", "transcript", same_size=True),
        KeptFiles(_OWN, "thread_history_1.sqlite", "transcript", columns=("thread_items.item_json",)),
        KeptFiles(_OWN, "state_5.sqlite", "index"),
        KeptFiles(_OWN, "*.sqlite", "index"),
        KeptFiles(_OWN, "session_index.jsonl", "index"),
        KeptFiles(_OWN, "history.jsonl", "prompts"),
    ),
)
