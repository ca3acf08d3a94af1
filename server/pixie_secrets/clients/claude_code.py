"""Claude Code, seen as 2.1.332: the 2026 protocol, and a dialog for links in both eras.

A call that runs for 120 seconds is moved to the background, but for an open dialog; `-p` answers a dialog with cancel
within milliseconds, and ends the server with the answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixie_secrets.clients.client import Client, Configuration, Folder, Hooks, KeptFiles, Links, Progress, ResultPart

if TYPE_CHECKING:
    from collections.abc import Mapping

PLUGIN = "pixie"
INSTALL = "/plugin install pixie@pixie-secrets in Claude Code"
MANAGED_SETTINGS = (
    Path("/etc/claude-code/managed-settings.json"),
    Path("/Library/Application Support/ClaudeCode/managed-settings.json"),
)
MODULES_SINCE = (2, 1, 287)  # the first version that runs a plugin's module inside itself
SETTINGS = ("settings.json", "settings.local.json")
_OWN = Folder(".claude", "CLAUDE_CONFIG_DIR")


def settings_files(project: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Every settings file that counts for a project, there or not: the person's, those around it, the managed ones."""
    around = [folder / ".claude" for folder in (project, *project.parents)]
    own = _OWN.path(project, environment) / SETTINGS[0]
    return tuple(dict.fromkeys([own, *(folder / name for folder in around for name in SETTINGS), *MANAGED_SETTINGS]))


def starts_plugin(environment: Mapping[str, str]) -> bool:
    """Whether this process was started by the client as its plugin."""
    return bool(environment.get("CLAUDE_PLUGIN_ROOT"))


def _ends_with_answer(environment: Mapping[str, str], _call: Mapping[str, Any]) -> bool | None:
    entrypoint = environment.get("CLAUDE_CODE_ENTRYPOINT", "")
    return entrypoint.startswith("sdk-") if entrypoint else None


CLAUDE_CODE = Client(
    name="claude-code",
    title="Claude Code",
    programs=("claude",),
    handshake=("claude-code",),
    seen="2.1.332",
    links=Links.LOOPBACK,
    reads_input_required=True,
    hold_seconds=95.0,
    progress=Progress.SHOWN,
    reads=ResultPart.STRUCTURE,
    ends_with_answer=_ends_with_answer,
    configuration=Configuration(
        Folder("project"),
        (".mcp.json",),
        "json",
        ("mcpServers",),
    ),
    hooks=Hooks(_OWN, "settings.json", "PreToolUse", "PostToolUse", "UserPromptSubmit"),
    keeps=(
        KeptFiles(_OWN, "projects/*/*.jsonl", "transcript"),
        KeptFiles(_OWN, "projects/*/*/tool-results/*.txt", "output"),
        KeptFiles(_OWN, "history.jsonl", "prompts"),
        KeptFiles(
            Folder(".cache/claude-cli-nodejs"), "*/mcp-logs-*/*.jsonl", "output"
        ),  # what a server says in an error
    ),
)
