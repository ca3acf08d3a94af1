"""The commands: their names, what each is for in a line, and the one place where their modules are imported.

A command's module bears its name and has the command as `COMMAND`. It is imported once somebody asks for it, with all
that it needs and nothing that another one needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Command

COMMANDS = {
    "codegen": "Write tool_secrets.py: a tool's secrets as a typed class, from its tool.json.",
    "connect": "Tell a coding agent of this server, in its own configuration.",
    "doctor": "Say what protects the values of this project, and what does not.",
    "exec": "Run a command with a tool's secrets in its environment.",
    "import-tool": "Take a tool in from a zip that somebody gave you.",
    "lint-tool": "Find secrets that stand where they do not belong.",
    "list-secrets": "Show which secrets are declared and which are set.",
    "mask": "Copy stdin to stdout with every known value as ***.",
    "mcp": "Serve MCP clients such as Claude Code over stdin and stdout.",
    "migrate-tool-format": "Bring tool.json files of older formats up to date; without TOOL, all of them.",
    "run-tool": "Run a tool once, with its secrets, and show what it answers.",
    "schema": "Print the JSON Schema of tool.json, for editors that complete and check as you type.",
    "set-secret": "Ask for a tool's secrets and store them in its .env.",
    "settings": "Open the settings page, for one tool or all.",
    "share-tool": "Pack a tool into a zip that can be given away.",
    "unset-secret": "Remove a secret from a tool's .env.",
}


def load(name: str) -> Command:
    """The command of that name, which `COMMANDS` has."""
    found: Command = import_module(f"{__name__}.{name.replace('-', '_')}").COMMAND
    return found
