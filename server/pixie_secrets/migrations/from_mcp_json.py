"""Takes the values out of a `.mcp.json`: they move to a tool's `.env`, and `pixie-secrets exec` starts the server.

    before  "github": {"command": "npx", "args": ["-y", "server-github"], "env": {"GITHUB_TOKEN": "ghp_…"}}
    after   "github": {"command": "pixie-secrets", "args": ["exec", "github", "--", "npx", "-y", "server-github"]}

What moves is every literal in `env`; a placeholder (`<YOUR_TOKEN>`) leaves the file too, and its key is declared and
left unset. What stays: references (`${TOKEN}`), names that steer a process (`NODE_OPTIONS`), and plain settings
(`LOG_LEVEL=debug`, `MODE=stdio`, an address on this machine): masking an everyday word would spoil what the server
says. Nothing here repeats a value, and no line of the file is ever shown: what changes is told in sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pixie_secrets.errors import KeyRefused
from pixie_secrets.manifest.json_places import JsonProblem
from pixie_secrets.migrations.declaration import Found, check_found
from pixie_secrets.migrations.document import Document, one_line
from pixie_secrets.secret.key import check_key
from pixie_secrets.secret.names import says_secret
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.secret.value import is_everyday
from pixie_secrets.wording import one_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pixie_secrets.manifest.json_places import Path

_SERVERS = ("mcpServers", "servers")  # the second is VS Code's
_SMALL_NUMBER = re.compile(r"[0-9]{1,5}")  # a port, a limit
_WORD = re.compile(r"[a-z]{2,12}")
_LOCAL = re.compile(
    r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal)(?::\d+)?(?:/[\w./-]*)?"
)


@dataclass(frozen=True)
class Server:
    """One server of the file, and what is to become of it.

    values: by key, what moves. unset: the keys that had a placeholder. stay: what is left in `env`, in sentences.
    text: the file afterwards; it may hold the values of other servers, so it is not shown either.
    """

    name: str
    found: tuple[Found, ...]
    values: dict[str, SecretStr] = field(repr=False)
    unset: tuple[str, ...]
    stay: tuple[str, ...]
    text: str = field(repr=False)
    restarted: bool


def _never(_value: str) -> bool:
    return False


def literals(text: str) -> list[tuple[str, str]]:
    """Every literal in every server's `env`, with its key: to be masked before anything is said about the file."""
    document = Document(text)
    return [
        (name, value)
        for path in _servers(document)
        for name, value in _env(document, path).items()
        if isinstance(value, str) and value
    ]


def take(
    text: str, tool_id: str, server: str | None, start: Sequence[str], is_placeholder: Callable[[str], bool] = _never
) -> Server:
    """Take the literal values out of one server of `text`.

    server: which one; None for the one named like the tool, else the only one that has any. start: the words that
    start this program.

    Raises:
        JsonProblem: not JSON, no `.mcp.json`, no such server, more than one that could be meant, or one that is not
            started by a command; never says a value.
    """
    document = Document(text)
    path = _chosen(document, tool_id, server)
    env = _env(document, path)
    moving, stay = _divided(env)
    if not moving:
        raise JsonProblem("no literal value in this server's env", document.start(path), "there is nothing to move")
    if not isinstance(document.value((*path, "command")), str):
        hint = "only a server that is started by a command can be started through pixie-secrets exec"
        raise JsonProblem("this server has no command", document.start(path), hint)
    about = f"For the MCP server {shown(str(path[-1]))}"
    found = tuple(Found(key, document.start((*path, "env", key)), about, required=True) for key in moving)
    check_found(found)
    gone = ["env"] if len(moving) == len(env) else []
    document.remove(*((path, gone) if gone else ((*path, "env"), moving)))
    restarted = _started_by(document, path, tool_id, start, gone)
    unset = tuple(key for key in moving if is_placeholder(env[key]))
    values = {key: SecretStr(env[key]) for key in moving if key not in unset}
    return Server(str(path[-1]), found, values, unset, tuple(stay), document.edited(), restarted)


def _servers(document: Document) -> list[Path]:
    for name in _SERVERS:
        if document.is_object((name,)):
            return [(name, server) for server in document.steps((name,)) if document.is_object((name, server))]
    hint = 'a .mcp.json has the object "mcpServers", and VS Code\'s mcp.json "servers"'
    raise JsonProblem("names no MCP servers", document.start(()), hint)


def _env(document: Document, path: Path) -> dict[str, Any]:
    found = document.value((*path, "env"))
    return found if isinstance(found, dict) else {}


def _chosen(document: Document, tool_id: str, server: str | None) -> Path:
    paths = {str(path[-1]): path for path in _servers(document)}
    if server is not None:
        if server not in paths:
            raise JsonProblem("there is no such server", document.start(()), one_of(server, paths, "servers"))
        return paths[server]
    candidates = [name for name, path in paths.items() if _divided(_env(document, path))[0]]
    if not candidates:
        raise JsonProblem("no server has a literal value in its env", document.start(()), "there is nothing to move")
    if tool_id in candidates:
        return paths[tool_id]
    if len(candidates) > 1:
        named = ", ".join(shown(name) for name in candidates)
        raise JsonProblem("more than one server has literal values", document.start(()), f"name one of them: {named}")
    return paths[candidates[0]]


def _divided(env: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The keys whose values move, and sentences about those that stay."""
    moving: list[str] = []
    stay: list[str] = []
    for key, value in env.items():
        if not isinstance(value, str) or not value:
            continue
        if "${" in value:
            stay.append(f"{shown(key)} stays: it refers to a variable of the client's environment")
        elif _steers(key):
            stay.append(f"{shown(key)} stays: it changes how programs run and cannot be a secret")
        elif _is_setting(value) and not says_secret(key):
            stay.append(f"{shown(key)} stays: a setting and no secret, by its name and the kind of its value")
        else:
            moving.append(key)
    return moving, stay


def _is_setting(value: str) -> bool:
    return is_everyday(value) or any(kind.fullmatch(value) for kind in (_SMALL_NUMBER, _WORD, _LOCAL))


def _steers(key: str) -> bool:
    """Whether `key` is well formed and refused all the same."""
    try:
        check_key(key)
    except KeyRefused as refused:
        return refused.message.endswith("changes how programs run")
    return False


def _started_by(document: Document, path: Path, tool_id: str, start: Sequence[str], gone: Sequence[str]) -> bool:
    """Let this program start the server; False where it does already. gone: members that are removed."""
    args = document.value((*path, "args"))
    words = [str(word) for word in args] if isinstance(args, list) else []
    ours = ["exec", tool_id, "--"]
    if any(words[at : at + 3] == ours for at in range(len(words))):
        return False
    command, *options = start
    added = [one_line(word) for word in (*options, *ours, document.value((*path, "command")))]
    document.replace((*path, "command"), one_line(command))
    if document.is_list((*path, "args")):
        document.add_items((*path, "args"), added, first=True)
    elif args is None and "args" not in document.steps(path):
        document.add_member(path, "args", f"[{', '.join(added)}]", before=_after(document, path, "command", gone))
    else:
        raise JsonProblem("args is not a list", document.start((*path, "args")), "write it as a list of words")
    return True


def _after(document: Document, path: Path, name: str, gone: Sequence[str]) -> str | None:
    """The member after `name` that stays, if there is one."""
    steps = document.steps(path)
    later = [step for step in steps[steps.index(name) + 1 :] if step not in gone]
    return later[0] if later else None
