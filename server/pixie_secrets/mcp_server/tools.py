"""The tools: every operation that the table describes for models, and what the server says of itself."""

from __future__ import annotations

from typing import NamedTuple

from mcp_types import Tool, ToolAnnotations

from pixie_secrets.mcp_server.schema import input_schema, output_schema
from pixie_secrets.operations.table import OPERATIONS, Operation, ToolDescription

INSTRUCTIONS = """\
Secrets (API keys, tokens, passwords, connection strings) of this project: of the tools in tools/, and of its apps, \
the folders with a .env or a template such as .env.example. You can do everything with a secret except know it: the \
user types the value into a page or a terminal of their own, and it goes straight to the .env file.

- Never ask for a value in chat, never accept one as an argument, never read, print or edit a .env file. To set, \
replace or add one, call set-secret; the user is then asked outside the chat.
- If the user pasted a value into the chat: do not use or repeat it. Tell them it is in the transcript now, so they \
should revoke it and make a new one, and then set the new one with set-secret.
- outcome `saved` means it is stored; that is all there is to know. Any other outcome comes with next_step: tell the \
user exactly that, including its command.
- outcome `pending` means the user was asked and has not answered yet, or has to run the command in next_step. Do not \
wait or call again in a loop; when they say they are done, look with list-secrets.
- To pack a tool for somebody call share-tool, to add one from an archive import-tool, never zip or unzip: the dry run \
first, then what the user decides.
- To run, try or debug a tool call run-tool: it has its secrets there, and what it prints comes back without them. Do \
not start its main.py in a shell.
"""

_MODULES = "pixie_secrets.mcp_server."


# Where a call is more than the operation, or is asked and answered in other words.
_CALLED_AS = {
    "set-secret": Operation(_MODULES + "set_secret", "", "SetSecretArguments", "SecretAsked"),
    "lint-tool": Operation(_MODULES + "linting", "lint", "LintToolArguments", "LintAnswer"),
    "migrate-tool-format": Operation(_MODULES + "migrating", "migrate", "MigrateArguments", "MigrationAnswer"),
}


class ToolEntry(NamedTuple):
    """One tool. source: what is imported when it is called."""

    name: str
    source: Operation
    about: ToolDescription

    def tool(self) -> Tool:
        """How clients see it."""
        loaded = self.source.load()
        return Tool(
            name=self.name,
            title=self.about.title,
            description=self.about.description,
            input_schema=input_schema(loaded.request),
            output_schema=output_schema(loaded.result),
            annotations=ToolAnnotations(
                title=self.about.title,
                read_only_hint=self.about.read_only,
                destructive_hint=self.about.destructive,
                idempotent_hint=self.about.idempotent,
                open_world_hint=self.about.open_world,
            ),
        )


TOOLS = tuple(
    ToolEntry(name, _CALLED_AS.get(name, operation), operation.tool)
    for name, operation in OPERATIONS.items()
    if operation.tool
)
