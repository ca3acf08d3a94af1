"""Reference pages for people who build on this program: exit statuses, environment variables, JSON documents.

Made of the code, so that a page cannot promise what the program does not do. `tests/test_reference.py` holds the table
of variables to the sources, and the shapes to what commands really print.
"""

from __future__ import annotations

import json
from typing import Any

from pixie_secrets.cli.commands import COMMANDS, load
from pixie_secrets.errors import BY_SIGNAL, DONE, NOT_EXECUTABLE, NOT_FOUND, REFUSED, USAGE
from pixie_secrets.mcp_server.schema import output_schema
from pixie_secrets.operations.table import OPERATIONS

NOT_FOR_A_DOCUMENT = {"set-secret": ("value_warnings", "doubts")}  # said to the person who typed, and to nobody else
MADE = "<!-- made by server/generate.py -->\n"

STATUSES = f"""\
| {DONE} | done |
| {REFUSED} | refused, with an error and a hint; or there is something to look at: findings of `lint-tool`, leaks, \
`doctor` with something to do, `--check` with something missing, due or to be migrated |
| {USAGE} | the command line was not understood; nothing was done |
| {NOT_EXECUTABLE} | `exec`: the command is there and cannot be executed |
| {NOT_FOUND} | `exec`: there is no such command |
| {BY_SIGNAL} + n | ended by signal n, as shells show it: {BY_SIGNAL + 2} for Ctrl-C, {BY_SIGNAL + 13} when the reader \
of a pipe left |
"""
VARIABLES = """\
| `PIXIE_PROJECT` | the project, where `--project` names none |
| `CLAUDE_PROJECT_DIR` | the project, where neither names one; set by Claude Code |
| `PIXIE_CHANNEL` | how a person is asked: `browser`, `terminal` or `none`; not set: the best there is |
| `PIXIE_SECRETS_CHANNEL` | the same; some clients hand on no variable with SECRET in its name |
| `PIXIE_SECRETS_DATA` | the folder for environments with packages; absolute, yours, writable by nobody else |
| `CLAUDE_PLUGIN_DATA` | the same, set by Claude Code for the plugin |
| `PIXIE_SECRETS_PYTHON` | an interpreter that has the packages already; absolute; nothing is installed then |
| `PIXIE_SECRETS_INSTALL_PATIENCE` | seconds that a call waits for a first installation; 90 |
| `PIXIE_SECRETS_LOG` | the file for what failed inside; else `pixie-secrets/faults.log` in the state folder |
| `PIXIE_SECRETS_KEY_STORE` | `keychain`: the key of sealed values is in the system's keychain, not in a file |
| `PIXIE_KEY_STORE` | the same |
| `PIXIE_SECRETS_COMMAND` | how this program was started; set by it, for the commands it names |
| `PIXIE_SECRETS_POPUP` | this program runs in a tmux popup of its own; set by it |
| `SOPS_AGE_KEY` | an age key that opens sealed values, before any file |
| `SOPS_AGE_KEY_FILE` | a file with age keys that open sealed values |
| `SOPS_AGE_SSH_PRIVATE_KEY_FILE` | an ssh key that opens what is sealed for it |
| `XDG_STATE_HOME` | where logs and records are: `pixie-secrets` in it; else `~/.local/state` |
| `XDG_DATA_HOME` | where environments are; else `~/.local/share` |
| `XDG_CONFIG_HOME` | where the key of sealed values is; else `~/.config` |
| `NO_COLOR` | no colors, whatever its value (no-color.org) |
| `BROWSER` | the browser that opens a page |
| `TMUX` | in tmux, a popup can ask |
| `TMPDIR` | where the pipes of the shell filter are made |
"""
OF_DOCUMENTS = """\
With `--json` a command prints one document on stdout and nothing else, errors included: \
`{"error": {"message": …, "hint": …}}` with status 1. Warnings go to stderr. No document has a field that could hold a \
value, its length, a prefix or a hash. [json-schemas.json](json-schemas.json) has the same as JSON Schema, by command. \
Fields may be added in a minor version; none is taken away or changes its type.
"""


def exit_statuses() -> str:
    return (
        f"# Exit statuses\n{MADE}\n| status | |\n|---|---|\n{STATUSES}\n"
        "What `exec` started gives its own status on. `hook` exits 0 with an answer, and 2 where its client takes that "
        "for a no.\n"
    )


def environment_variables() -> str:
    return (
        f"# Environment variables\n{MADE}\nNone of them holds a value of yours, and no secret can be called "
        f"`PIXIE_SECRETS_…`.\n\n| variable | |\n|---|---|\n{VARIABLES}"
    )


def schemas() -> dict[str, dict[str, Any]]:
    """By command: the JSON Schema of what it prints with `--json`."""
    found = {}
    for name, operation in OPERATIONS.items():
        if name in COMMANDS and any(option.flag == "--json" for option in load(name).options):
            schema = output_schema(operation.load().result)
            for field in NOT_FOR_A_DOCUMENT.get(name, ()):
                del schema["properties"][field]
            found[name] = schema
    return found


def schema_file() -> str:
    """All of them, as a file: `{command: schema}`."""
    return json.dumps(schemas(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def json_documents() -> str:
    parts = [f"# JSON documents\n{MADE}\n{OF_DOCUMENTS}"]
    for name, schema in sorted(schemas().items()):
        shape = _shape(schema, schema.get("$defs", {}), "")
        parts.append(f"\n## {name}\n```text\n{shape}\n```\n")
    return "".join(parts)


def _shape(schema: dict[str, Any], defs: dict[str, Any], indent: str) -> str:
    """A schema as people read it: like a document, with types for values."""
    if "$ref" in schema:
        return _shape(defs[schema["$ref"].rpartition("/")[2]], defs, indent)
    if choices := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return " | ".join(json.dumps(choice) for choice in choices)
    if "anyOf" in schema:
        return " | ".join(_shape(choice, defs, indent) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_shape(schema.get('items', {}), defs, indent)}, …]"
    return _object(schema, defs, indent) or str(schema.get("type", "any"))


def _object(schema: dict[str, Any], defs: dict[str, Any], indent: str) -> str:
    if "properties" in schema:
        inner = f"{indent}  "
        lines = [f'{inner}"{name}": {_shape(field, defs, inner)}' for name, field in schema["properties"].items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(schema.get("additionalProperties"), dict):
        return "{" + f'"…": {_shape(schema["additionalProperties"], defs, indent)}' + "}"
    return ""
