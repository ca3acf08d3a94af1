"""opencode, seen as 1.18.33. It ends a call after 60 seconds, and each progress note begins them anew.

After every step it snapshots what git does not ignore: a value in an unignored file stands in its database.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pixie_secrets.clients.client import Client, Configuration, Folder, HookFile, Hooks, KeptFiles, Progress, ResultPart

_DATA = Folder(".local/share/opencode")
_STATE = Folder(".local/state/opencode")
_CONFIGURATION = Folder(".config/opencode")
PLUGIN_FILE = "plugin/pixie-secrets.js"


def local_server(command: str, arguments: tuple[str, ...]) -> dict[str, Any]:
    """The entry of a server that the client starts itself."""
    return {"type": "local", "command": [command, *arguments], "enabled": True}


def plugin(_events: tuple[str, ...], client: str, command: tuple[str, ...]) -> str:
    """Our plugin for the client, which starts the guard by `command`."""
    text = Path(__file__).with_name("plugin.js").read_text(encoding="utf-8")
    return text.replace('["COMMAND"]', json.dumps(command)).replace('"CLIENT"', json.dumps(client))


OPENCODE = Client(
    name="opencode",
    title="opencode",
    programs=("opencode",),
    handshake=("opencode",),
    seen="1.18.33",
    progress=Progress.RENEWS,
    reads=ResultPart.TEXT,
    configuration=Configuration(
        _CONFIGURATION, ("opencode.jsonc", "opencode.json", "config.json"), "json", ("mcp",), local_server
    ),
    hooks=Hooks(
        _CONFIGURATION,
        PLUGIN_FILE,
        "tool.execute.before",
        "tool.execute.after",
        "chat.message",
        entries=HookFile(plugin),
    ),
    keeps=(
        KeptFiles(_DATA, "opencode.db", "transcript", columns=("part.data", "event.data", "message.data")),
        KeptFiles(_DATA, "snapshot/*/*/objects/*/*", "snapshot", compressed=True),
        KeptFiles(_DATA, "tool-output/tool_*", "output"),
        KeptFiles(_STATE, "prompt-history.jsonl", "prompts"),
    ),
)
