"""Kilo, seen as 7.7.9: opencode under another name, with folders of its own and a board of objectives."""

from __future__ import annotations

from pixie_secrets.clients.client import Client, Configuration, Folder, HookFile, Hooks, KeptFiles, Progress, ResultPart
from pixie_secrets.clients.opencode import PLUGIN_FILE, local_server, plugin

_DATA = Folder(".local/share/kilo")
_CONFIGURATION = Folder(".config/kilo")

KILO = Client(
    name="kilo",
    title="Kilo",
    programs=("kilo",),
    handshake=("kilo",),
    seen="7.7.9",
    progress=Progress.RENEWS,
    reads=ResultPart.TEXT,
    configuration=Configuration(_CONFIGURATION, ("kilo.jsonc", "kilo.json"), "json", ("mcp",), local_server),
    hooks=Hooks(
        _CONFIGURATION,
        PLUGIN_FILE,
        "tool.execute.before",
        "tool.execute.after",
        "chat.message",
        entries=HookFile(plugin),
    ),
    keeps=(
        KeptFiles(
            _DATA,
            "kilo.db",
            "transcript",
            columns=("part.data", "event.data", "message.data", "kilo_board.objective"),
        ),
        KeptFiles(_DATA, "snapshot/*/*/objects/*/*", "snapshot", compressed=True),
        KeptFiles(_DATA, "storage/session_diff/*.json", "snapshot"),
        KeptFiles(_DATA, "tool-output/tool_*", "output"),
        KeptFiles(Folder(".local/state/kilo"), "prompt-history.jsonl", "prompts"),
    ),
)
