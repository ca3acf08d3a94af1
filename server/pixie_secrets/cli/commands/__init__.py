"""The commands: their names, what each is for in a line, and the one place where their modules are imported.

A command's module bears its name and has the command as `COMMAND`. It is imported once somebody asks for it, with all
that it needs and nothing that another one needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pixie_secrets.operations.table import OPERATIONS

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Command

# What is no operation, or one that only the command line has.
_OWN = {
    "completion": "Complete commands, tools, keys and codes in bash, zsh or fish.",
    "connect": "Tell a coding agent of this server, in its own configuration.",
    "mask": "Copy stdin to stdout with every known value as ***.",
    "mcp": "Serve MCP clients such as Claude Code over stdin and stdout.",
    "schema": "Print the JSON Schema of tool.json, for editors that complete and check as you type.",
    "settings": "Open the settings page, for one tool or all.",
}
COMMANDS = dict(sorted({**_OWN, **{name: operation.summary for name, operation in OPERATIONS.items()}}.items()))


def load(name: str) -> Command:
    """The command of that name, which `COMMANDS` has."""
    found: Command = import_module(f"{__name__}.{name.replace('-', '_')}").COMMAND
    return found
