"""The table of operations: what can be done, by the name that all surfaces use, and where it is imported.

An operation is a function of a context and a request that returns a result; its module is imported once it is asked
for, so that a server answers before anybody runs a tool or lints. What surfaces say of an operation before that stands
here, too: a new one is a module, its entry in this table, and a module in `cli/commands/`.

Descriptions of tools are written in the words a user says, because clients let models search tools by them. What a
model has to know before it calls, stands here; what it has to do afterwards, stands in the result.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Loaded(NamedTuple):
    """An operation ready to be called. request, result: the classes of its argument and of what it returns."""

    run: Callable[..., Any] | None
    request: type
    result: type


class Preview(NamedTuple):
    """The tool that takes the same arguments, says what the other one would do, and changes nothing.

    A tool of its own, and not an argument: who tells a client not to ask again about looking has said nothing yet about
    doing it.
    """

    name: str
    title: str
    description: str


class ToolDescription(NamedTuple):
    """How clients of the MCP server see an operation; the hints are those of the protocol's annotations.

    preview: of an operation whose request has `dry_run`, which then is no argument of either tool.
    runs_programs: it may take long, and has threads of its own, so that other tools do not wait for it.
    said: words of a user that mean it, for a client that looks tools up by words.
    name: where the tool is called otherwise than the operation.
    """

    title: str
    description: str
    said: str = ""
    preview: Preview | None = None
    runs_programs: bool = False
    read_only: bool = False
    destructive: bool = False
    idempotent: bool = True
    open_world: bool = False
    name: str = ""


class Operation(NamedTuple):
    """Where an operation is: three names of its module; no `run` where it is more than a function.

    summary: the line that the command line has for it. tool: none where no model is to call it.
    """

    module: str
    run: str
    request: str
    result: str
    summary: str = ""
    tool: ToolDescription | None = None

    def load(self) -> Loaded:
        module = import_module(self.module)
        return Loaded(getattr(module, self.run, None), getattr(module, self.request), getattr(module, self.result))


def _in(name: str, request: str, result: str, *, summary: str, tool: ToolDescription | None = None) -> Operation:
    return Operation(f"pixie_secrets.operations.{name}", name, request, result, summary, tool)


OPERATIONS = {
    "set-secret": _in(
        "set_secret",
        "SetSecretRequest",
        "SecretSaved",
        summary="Ask for the secrets of a tool or an app and store them in its .env.",
        tool=ToolDescription(
            title="Set a secret",
            said="set the API key, add my database password to the production env",
            description="Set, add, replace, update or rotate a secret of a tool or an app: an API key, access token, "
            "password, credential, database URL or other environment variable, as in “Set the OPENAI_API_KEY for "
            "whisper-transcription”, “Set the STRIPE_SECRET_KEY” (no tool_id where only one can be meant) or “add my "
            "database password to the production env” (file: .env.production). The user is asked for the value in a "
            "browser page or a terminal and it is written to the .env of the tool or app; you never see it and must "
            "not ask for it or pass it. Without a key, asks for every declared secret that is not set. Waits for the "
            "user, up to five minutes.",
            destructive=True,
            idempotent=False,
        ),
    ),
    "authorize": _in(
        "authorize",
        "AuthorizeRequest",
        "Authorized",
        summary="Connect a tool to an account at a provider: Google, GitHub, Slack, any OAuth2 server.",
        tool=ToolDescription(
            title="Authorize a tool",
            description="Authorize, connect, link or log in a tool to the user's account at Google, GitHub, Microsoft, "
            "Slack, Notion, Linear, Spotify, Dropbox, GitLab, Discord or any OAuth2 provider, as in “Connect "
            "calendar-digest to my Google calendar” or “reconnect, the token has expired”: for a secret whose type is "
            "oauth2 in tool.json. The user agrees in their browser; the token is stored and renewed by itself. You "
            "hear `authorized`, the scopes and the expiry, never a code or token. The app's own secret is set first, "
            "with set-secret. Waits for the user, up to five minutes.",
            destructive=True,
            idempotent=False,
            open_world=True,
            name="authorize-secret",
            said="connect it to my Google calendar, log it in to GitHub, link my Slack account",
        ),
    ),
    "unset-secret": _in(
        "unset_secret",
        "UnsetSecretRequest",
        "SecretUnset",
        summary="Remove a secret from the .env of a tool or an app.",
        tool=ToolDescription(
            title="Remove a secret",
            said="remove the key of the tool",
            description="Unset, remove, delete, clear or forget a secret (API key, token, password, credential) of a "
            "tool or an app: takes it out of its .env and leaves every other line. No tool_id where only one can be "
            "meant. It cannot be undone; to replace a value, use set-secret.",
            destructive=True,
        ),
    ),
    "list-secrets": _in(
        "list_secrets",
        "ListSecretsRequest",
        "SecretsListed",
        summary="Show which secrets are declared and which are set.",
        tool=ToolDescription(
            title="List secrets",
            said="which keys does the app miss, is my API key set",
            description="List, show or check which secrets (API keys, tokens, passwords, credentials) the tools and "
            "apps of this project need and whether each is set or missing, for one or all, as in “which keys does "
            "apps/web miss?”: key, description, required, status, and for an app where it is declared and which .env "
            "file has it. Never shows a value. Use it instead of reading .env, and to see whether a pending secret "
            "has been saved.",
            read_only=True,
        ),
    ),
    "probe-secret": _in(
        "probe_secret",
        "ProbeSecretRequest",
        "SecretProbed",
        summary="Ask a service whether a key works, whose it is and until when.",
        tool=ToolDescription(
            title="Test a secret",
            description="Test, probe, verify or validate whether a secret works: “is my OPENAI_API_KEY still valid?”, "
            "“whose GitHub token is that?”, “when does it expire?”, “does the key that leaked still work?”. The value "
            "goes to the service's own host, after the user agreed once; you get a verdict (valid, refused, limited, "
            "unreachable, unclear), the owner, scopes and expiry, never the value. Use it instead of curl. limited or "
            "unreachable says nothing of the key: do not call in a loop.",
            runs_programs=True,
            read_only=True,
            open_world=True,
        ),
    ),
    "lint-tool": _in(
        "lint_tool",
        "LintToolRequest",
        "ToolLinted",
        summary="Find secrets that stand where they do not belong.",
        tool=ToolDescription(
            title="Check for secrets",
            said="is there a key in the code",
            description="Lint, check, scan or audit a tool or an app, or all, before a commit or a share: hard-coded "
            "secrets, "
            "leaked API keys, tokens and passwords in any file, .env files that git would take along, secrets that "
            "are declared and never read or read and never declared, and the conventions of the tool format. "
            "Findings have file, line, code, message and fix, never what was found; do not open the line to look. "
            "Also explains a code, and answers as text, SARIF or GitHub annotations. Changes nothing.",
            read_only=True,
        ),
    ),
    "find-leaks": _in(
        "find_leaks",
        "FindLeaksRequest",
        "LeaksFound",
        summary="Find where values leaked: transcripts, shell histories, git's history.",
        tool=ToolDescription(
            title="Find leaked secrets",
            said="I pasted my key into the chat, where did it leak",
            description="Find where a secret leaked: an API key, token or password that was pasted into a chat, "
            "printed in a session, typed in a shell or committed. Looks for the values that are set now in the "
            "transcripts and prompt histories of coding agents, shell histories, what editors left and all of git's "
            "history; says program, file, line and day, never a value. Changes nothing, and ends with what to do for "
            "each key; a key it finds is due until it is set anew. Do not open what it names.",
            runs_programs=True,
            read_only=True,
        ),
    ),
    "migrate-tool-format": _in(
        "migrate_tool_format",
        "MigrateToolFormatRequest",
        "ToolsMigrated",
        summary="Bring tool.json files of older formats up to date; without TOOL, all of them.",
        tool=ToolDescription(
            title="Migrate tool.json",
            description="Migrate, upgrade or repair a tool.json of an older format, of one tool or all: a tool that "
            "is rejected, says “label is the old name of description”, or has an old or unknown schema_version. "
            "Changes only what has to change and keeps every other byte. Call preview-migration first and show the "
            "user the diff. Also warns about what looks wrong: unknown types, show_if to nowhere, duplicate keys, "
            "secrets that are never read. With source, moves the keys (env, args, headers, url) out of a .mcp.json "
            "into the .env of a tool or of an app (tool_id: its path, or “.”), or declares what an .env.example lists, "
            "without showing a value.",
            preview=Preview(
                "preview-migration",
                "Preview a migration",
                "Shows as a diff what migrate-tool-format would change in a tool.json of an older format, of one tool "
                "or all, or what it would declare and move with source, and its warnings. Changes nothing; the same "
                "arguments.",
            ),
        ),
    ),
    "share-tool": _in(
        "share_tool",
        "ShareToolRequest",
        "ToolShared",
        summary="Pack a tool into a zip that can be given away.",
        tool=ToolDescription(
            title="Share a tool",
            said="pack it for a colleague, zip it, send it",
            description="Share, pack, package, export, zip or send a tool to somebody else: writes a zip without any "
            ".env, key file, virtual environment, .git or data/, and refuses when a secret's value (API key, token, "
            "password) stands in any other file. Call preview-share first and tell the user what goes in and "
            "what stays out. Use it instead of zip or tar, which take the .env along.",
            preview=Preview(
                "preview-share",
                "Preview a share",
                "Says which files of a tool share-tool would pack to give away, which it would leave out and why, and "
                "refuses for the same reasons. Writes nothing; the same arguments.",
            ),
            idempotent=False,
        ),
    ),
    "import-tool": _in(
        "import_tool",
        "ImportToolRequest",
        "ToolImported",
        summary="Take a tool in from a zip that somebody gave you.",
        tool=ToolDescription(
            title="Import a tool",
            description="Import, install, add, unpack or update a tool from a .zip that somebody sent: judges the "
            "archive (no .env, no native code, no path tricks, no known values), then puts it into tools/, all of it "
            "or nothing. Runs nothing and fetches nothing. Call preview-import first and tell the user what is "
            "in it. Use it instead of unzip. The secrets it needs are set afterwards with set-secret.",
            preview=Preview(
                "preview-import",
                "Preview an import",
                "Judges a .zip with a tool that somebody sent, as import-tool does: its files, the secrets it needs, "
                "who made it, findings, or why it is refused. Changes nothing; the same arguments.",
            ),
            destructive=True,
            idempotent=False,
        ),
    ),
    "uninstall": _in(
        "uninstall",
        "UninstallRequest",
        "Uninstalled",
        summary="Remove what this program made on this machine, and say what stays.",
    ),
    "new-tool": _in(
        "new_tool",
        "NewToolRequest",
        "ToolMade",
        summary="Make a new tool that runs, with the secrets of a template declared.",
    ),
    "run-tool": _in(
        "run_tool",
        "RunToolRequest",
        "ToolRun",
        summary="Run a tool once, with its secrets, and show what it answers.",
        tool=ToolDescription(
            title="Run a tool",
            said="run it and tell me why it fails",
            description="Run, start, try, test or debug a local tool of tools/ with its secrets (API keys, tokens, "
            "passwords), as in “run it and tell me why it fails”: starts it, checks the inputs, runs it once, ends "
            "it. Returns its outputs, the error and the last of its log, with every secret value masked as ***. Use "
            "it instead of starting main.py in a shell, which would show the values. inputs: by key, as in its "
            "tool.json. Required secrets must be set first, with set-secret.",
            runs_programs=True,
            idempotent=False,
            open_world=True,
        ),
    ),
    "canary": _in(
        "canary",
        "CanaryRequest",
        "CanariesListed",
        summary="Lay out a made-up value, and learn of it when somebody reads it.",
    ),
    "codegen": _in(
        "codegen",
        "CodegenRequest",
        "Generated",
        summary="Write tool_secrets.py: a tool's secrets as a typed class, from its tool.json.",
    ),
    "copy-secret": _in(
        "copy_secret",
        "CopySecretRequest",
        "SecretCopied",
        summary="Put a secret on your clipboard for 30 seconds, once you said so on a page.",
    ),
    "audit": _in(
        "audit",
        "AuditRequest",
        "Audited",
        summary="Show what became of the secrets of this project, and when; never a value.",
    ),
    "doctor": _in(
        "doctor",
        "DoctorRequest",
        "Examined",
        summary="Say what protects the values of this project, and what does not.",
    ),
    "seal-tool": _in(
        "seal_tool",
        "SealToolRequest",
        "ToolSealed",
        summary="Encrypt the values of a tool or an app, into a file that may be committed.",
        tool=ToolDescription(
            title="Seal a tool",
            description="Seal, encrypt or protect the secrets (API keys, tokens, passwords) of a tool or an app at "
            "rest, so that they can be committed and shared with a team: moves the values from its .env into "
            "secrets.enc.json (sops' format, age keys), for this user and whoever it is sealed for already. Call "
            "preview-seal first. The tool then starts with run-tool or exec; a plain load_dotenv() does not see "
            "sealed values. Others are added by the user: pixie-secrets recipients add.",
            preview=Preview(
                "preview-seal",
                "Preview sealing",
                "Says which values of a tool or an app seal-tool would move from its .env into an encrypted file, for "
                "whom, and what would stay in clear. Changes nothing; the same arguments.",
            ),
            destructive=True,
        ),
    ),
    "unseal-tool": _in(
        "unseal_tool",
        "UnsealToolRequest",
        "ToolUnsealed",
        summary="Move sealed values back into the .env, in clear.",
    ),
    "recipients": _in(
        "recipients",
        "RecipientsRequest",
        "RecipientsChanged",
        summary="Show, add or remove who can open a sealed tool or app.",
    ),
    "rotate-key": Operation(
        "pixie_secrets.operations.recipients",
        "rotate_key",
        "RotateKeyRequest",
        "RecipientsChanged",
        "Encrypt the values of a sealed tool or app with a new data key.",
    ),
    "keys": _in(
        "keys",
        "KeysRequest",
        "Keys",
        summary="Show your public key for sealed values; keep a copy of the other one.",
    ),
    "git-merge": _in(
        "git_merge",
        "GitMergeRequest",
        "FileMerged",
        summary="Merge sealed files key by key, as git's merge driver.",
    ),
    "exec": _in(
        "exec_command",
        "ExecRequest",
        "Executed",
        summary="Run a command with the secrets of a tool or an app in its environment.",
    ),
}
