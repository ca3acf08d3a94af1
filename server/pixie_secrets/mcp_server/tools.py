"""The table of tools: a new operation is one entry.

Descriptions are written in the words a user says, because clients let models search tools by them. What a model has to
know before it calls, stands here; what it has to do afterwards, stands in the result.
"""

from __future__ import annotations

from typing import NamedTuple

from mcp_types import Tool, ToolAnnotations

from pixie_secrets.mcp_server.schema import input_schema, output_schema
from pixie_secrets.operations.table import OPERATIONS, Operation

INSTRUCTIONS = """\
Secrets (API keys, tokens, passwords, connection strings) of the local tools in this project's tools/ folder. You can \
do everything with a secret except know it: the user types the value into a page or a terminal of their own, and it \
goes straight to the tool's .env file.

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


class ToolEntry(NamedTuple):
    """One tool. operation: where it is not the one of its name; set-secret's asks a person, and is not a function.

    runs_programs: it may take long, and has threads of its own, so that other tools do not wait for it.
    """

    name: str
    title: str
    description: str
    operation: Operation | None = None
    runs_programs: bool = False
    read_only: bool = False
    destructive: bool = False
    idempotent: bool = True
    open_world: bool = False

    @property
    def source(self) -> Operation:
        return self.operation or OPERATIONS[self.name]

    def tool(self) -> Tool:
        """How clients see it."""
        loaded = self.source.load()
        return Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=input_schema(loaded.request),
            output_schema=output_schema(loaded.result),
            annotations=ToolAnnotations(
                title=self.title,
                read_only_hint=self.read_only,
                destructive_hint=self.destructive,
                idempotent_hint=self.idempotent,
                open_world_hint=self.open_world,
            ),
        )


TOOLS = (
    ToolEntry(
        name="set-secret",
        operation=Operation(_MODULES + "set_secret", "", "SetSecretArguments", "SecretAsked"),
        title="Set a secret",
        description="Set, add, replace, update or rotate a secret of a tool: an API key, access token, password, "
        "credential, database URL or other environment variable, as in “Set the OPENAI_API_KEY for "
        "whisper-transcription” or “add my API key”. The user is asked for the value in a browser page or a terminal "
        "and it is written to tools/<id>/.env; you never see it and must not ask for it or pass it. Without a key, "
        "asks for every declared secret that is not set. Waits for the user, up to five minutes.",
        destructive=True,
        idempotent=False,
    ),
    ToolEntry(
        name="unset-secret",
        title="Remove a secret",
        description="Unset, remove, delete, clear or forget a secret (API key, token, password, credential) of a tool: "
        "takes it out of tools/<id>/.env and leaves every other line. It cannot be undone; to replace a value, use "
        "set-secret.",
        destructive=True,
    ),
    ToolEntry(
        name="list-secrets",
        title="List secrets",
        description="List, show or check which secrets (API keys, tokens, passwords, credentials) the tools need and "
        "whether each is set or missing, for one tool or all: key, description, required, status. Never shows a "
        "value. Use it instead of reading .env, and to see whether a pending secret has been saved.",
        read_only=True,
    ),
    ToolEntry(
        name="lint-tool",
        operation=Operation(_MODULES + "linting", "lint", "LintToolArguments", "LintAnswer"),
        title="Check for secrets",
        description="Lint, check, scan or audit a tool, or all, before a commit or a share: hard-coded secrets, leaked "
        "API keys, tokens and passwords in any file, .env files that git would take along, secrets that are declared "
        "and never read or read and never declared, and the conventions of the tool format. Findings have file, line, "
        "code, message and fix, never what was found; do not open the line to look. Also explains a code, and answers "
        "as text, SARIF or GitHub annotations. Changes nothing.",
        read_only=True,
    ),
    ToolEntry(
        name="migrate-tool-format",
        operation=Operation(_MODULES + "migrating", "migrate", "MigrateArguments", "MigrationAnswer"),
        title="Migrate tool.json",
        description="Migrate, upgrade or repair a tool.json of an older format, of one tool or all: a tool that is "
        "rejected, says “label is the old name of description”, or has an old or unknown schema_version. Changes only "
        "what has to change and keeps every other byte; with dry_run it changes nothing and shows the diff. Also warns "
        "about what looks wrong: unknown types, show_if to nowhere, duplicate keys, secrets that are never read. With "
        "source, moves the keys (env, args, headers, url) out of a .mcp.json into a tool's .env, or declares what an "
        ".env.example lists, without showing a value.",
    ),
    ToolEntry(
        name="share-tool",
        title="Share a tool",
        description="Share, pack, package, export, zip or send a tool to somebody else: writes a zip without any .env, "
        "key file, virtual environment, .git or data/, and refuses when a secret's value (API key, token, password) "
        "stands in any other file. Call it with dry_run first and tell the user what goes in and what stays out. Use "
        "it instead of zip or tar, which take the .env along.",
        idempotent=False,
    ),
    ToolEntry(
        name="import-tool",
        title="Import a tool",
        description="Import, install, add, unpack or update a tool from a .zip that somebody sent: judges the archive "
        "(no .env, no native code, no path tricks, no known values), then puts it into tools/, all of it or nothing. "
        "Runs nothing and fetches nothing. Call it with dry_run first and tell the user what is in it. Use it instead "
        "of unzip. The secrets it needs are set afterwards with set-secret.",
        destructive=True,
        idempotent=False,
    ),
    ToolEntry(
        name="run-tool",
        title="Run a tool",
        description="Run, start, try, test or debug a local tool of tools/ with its secrets (API keys, tokens, "
        "passwords), as in “run it and tell me why it fails”: starts it, checks the inputs, runs it once, ends it. "
        "Returns its outputs, the error and the last of its log, with every secret value masked as ***. Use it "
        "instead of starting main.py in a shell, which would show the values. inputs: by key, as in its tool.json. "
        "Required secrets must be set first, with set-secret.",
        runs_programs=True,
        idempotent=False,
        open_world=True,
    ),
)
