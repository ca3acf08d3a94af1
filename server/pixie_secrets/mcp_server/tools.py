"""The tools: every operation that the table describes for models, and what the server says of itself."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from mcp_types import Tool, ToolAnnotations

from pixie_secrets.mcp_server.schema import input_schema, output_schema
from pixie_secrets.operations.table import OPERATIONS, Operation, ToolDescription

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
- To connect a tool to the user's account at Google, GitHub or another provider call authorize-secret: they agree in \
their browser. Never ask for a code, a token or the address they were sent to.
- To pack a tool for somebody call share-tool, to add one from an archive import-tool, never zip or unzip: \
preview-share or preview-import first, then what the user decides.
- To run, try or debug a tool call run-tool: it has its secrets there, and what it prints comes back without them. Do \
not start its main.py in a shell.
"""

SEARCH_HINT = "anthropic/searchHint"  # Claude Code's tool search counts these words twice as much as a description's
_MODULES = "pixie_secrets.mcp_server."


# Where a call is more than the operation, or is asked and answered in other words.
_CALLED_AS = {
    "set-secret": Operation(_MODULES + "set_secret", "", "SetSecretArguments", "SecretAsked"),
    "probe-secret": Operation(_MODULES + "probing", "probe", "ProbeSecretRequest", "SecretProbed"),
    "authorize": Operation(_MODULES + "authorize_secret", "", "AuthorizeArguments", "AuthorizationAsked"),
    "lint-tool": Operation(_MODULES + "linting", "lint", "LintToolArguments", "LintAnswer"),
    "migrate-tool-format": Operation(_MODULES + "migrating", "migrate", "MigrateArguments", "MigrationAnswer"),
}


class ToolEntry(NamedTuple):
    """One tool. source: what is imported when it is called. fixed: what its request has and its caller does not give.

    preview: the tool that looks, of one that does.
    """

    name: str
    source: Operation
    about: ToolDescription
    fixed: Mapping[str, bool] = MappingProxyType({})
    preview: str = ""

    def tool(self) -> Tool:
        """How clients see it."""
        loaded = self.source.load()
        return Tool(
            name=self.name,
            title=self.about.title,
            description=self.about.description,
            input_schema=input_schema(loaded.request, self.fixed),
            output_schema=output_schema(loaded.result),
            annotations=ToolAnnotations(
                title=self.about.title,
                read_only_hint=self.about.read_only,
                destructive_hint=self.about.destructive,
                idempotent_hint=self.about.idempotent,
                open_world_hint=self.about.open_world,
            ),
            _meta={SEARCH_HINT: self.about.said} if self.about.said else None,
        )


def _entries() -> Iterator[ToolEntry]:
    for name, operation in OPERATIONS.items():
        about, source = operation.tool, _CALLED_AS.get(name, operation)
        if about is None:
            continue
        if about.preview is None:
            yield ToolEntry(about.name or name, source, about)
            continue
        preview = about.preview
        looking = ToolDescription(preview.title, preview.description, read_only=True)
        yield ToolEntry(preview.name, source, looking, {"dry_run": True}, preview.name)
        yield ToolEntry(name, source, about, {"dry_run": False}, preview.name)


TOOLS = tuple(_entries())
