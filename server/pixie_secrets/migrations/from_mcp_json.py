"""Takes the values out of a `.mcp.json`: they move to a tool's `.env`, and `pixie-secrets exec` starts the server.

    before  "github": {"command": "npx", "args": ["-y", "server-github"], "env": {"GITHUB_TOKEN": "ghp_…"}}
    after   "github": {"command": "pixie-secrets", "args": ["exec", "github", "--", "npx", "-y", "server-github"]}

What moves is every literal in `env`, and what `server_strings` finds in arguments, headers and address. An argument
refers to it (`${{ secrets.KEY }}`); a server that has an address is reached through `mcp-remote`, which reads headers
from its environment. A placeholder (`<YOUR_TOKEN>`) leaves the file too, and its key is declared and left unset.

What stays: references (`${TOKEN}`), names that steer a process (`NODE_OPTIONS`), and plain settings (`LOG_LEVEL=debug`,
`MODE=stdio`, an address on this machine): masking an everyday word would spoil what the server says. Nothing here
repeats a value, and no line of the file is ever shown: what changes is told in sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, count, groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.errors import KeyRefused
from pixie_secrets.manifest.json_places import JsonProblem
from pixie_secrets.migrations.declaration import Found, check_found
from pixie_secrets.migrations.document import Document, one_line
from pixie_secrets.migrations.server_strings import is_setting, key_for, spots
from pixie_secrets.secret.key import check_key
from pixie_secrets.secret.names import says_secret
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.wording import one_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pixie_secrets.manifest.json_places import Path
    from pixie_secrets.migrations.server_strings import Spot, Tokens

_SERVERS = ("mcpServers", "servers")  # the second is VS Code's
BRIDGE = "mcp-remote@0.15.1"  # from npm: a remote server as one that is started by a command
_PLAIN_HTTP = re.compile(r"http://(?!(?:localhost|127\.0\.0\.1)(?:[:/]|$))")


@dataclass(frozen=True)
class Server:
    """One server of the file, and what is to become of it.

    values: by key, what moves. unset: the keys that had a placeholder. stay: what is left in `env`, in sentences.
    listed: the keys that the server is given among its arguments. bridged: it was not started by a command and is now.
    text: the file afterwards; it may hold the values of other servers, so it is not shown either.
    """

    name: str
    found: tuple[Found, ...]
    values: dict[str, SecretStr] = field(repr=False)
    unset: tuple[str, ...]
    stay: tuple[str, ...]
    listed: tuple[str, ...]
    text: str = field(repr=False)
    restarted: bool
    bridged: bool


class Judges(NamedTuple):
    """What tells that a text only stands for a value, where in a text tokens stand that need no name, and whether a
    word is random.
    """

    is_placeholder: Callable[[str], bool]
    tokens: Tokens
    is_random: Callable[[str], bool]


JUDGES_NOTHING = Judges(lambda _value: False, lambda _text: [], lambda _word: False)


def literals(text: str, judges: Judges = JUDGES_NOTHING) -> list[tuple[str, str]]:
    """Every literal of every server, with its key: to be masked before anything is said about the file."""
    document = Document(text, comments=True)
    found: list[tuple[str, str]] = []
    for path in _servers(document):
        found += [(name, value) for name, value in _env(document, path).items() if isinstance(value, str) and value]
        found += [(key, value) for _, key, value in _beside(document, path, judges)]
    return found


def take(text: str, tool_id: str, server: str | None, start: Sequence[str], judges: Judges = JUDGES_NOTHING) -> Server:
    """Take the literal values out of one server of `text`.

    server: which one; None for the one named like the tool, else the only one that has any. start: the words that
    start this program.

    Raises:
        JsonProblem: not JSON, no `.mcp.json`, no such server, more than one that could be meant, or one that is neither
            started by a command nor reached at an address; never says a value.
    """
    document = Document(text, comments=True)
    path = _chosen(document, tool_id, server, judges)
    env = _env(document, path)
    moving, stay = _divided(env)
    beside = _beside(document, path, judges)
    if not moving and not beside:
        raise JsonProblem("no literal value in this server", document.start(path), "there is nothing to move")
    values = {key: env[key] for key in moving}
    places = {key: document.start((*path, "env", key)) for key in moving}
    spots: list[tuple[Spot, str]] = []
    for spot, name, value in beside:
        key = _free(name, value, values)
        values.setdefault(key, value)
        places.setdefault(key, document.start(spot.path))
        spots.append((spot, key))
    stay += _nameless(document, path, {spot.path for spot, _ in spots}, judges)
    about = f"For the MCP server {shown(str(path[-1]))}"
    found = tuple(Found(key, places[key], about, required=True) for key in values)
    check_found(found)
    gone = ["env"] if moving and len(moving) == len(env) else []
    if isinstance(document.value((*path, "command")), str):
        listed = _refer(document, spots)
        if moving:
            document.remove(*((path, gone) if gone else ((*path, "env"), moving)))
        restarted = _started_by(document, path, tool_id, start, gone)
        bridged = False
    elif isinstance(document.value((*path, "url")), str):
        listed = _bridged_by(document, path, spots, (*start, "exec", tool_id, "--"), gone)
        if moving and not gone:
            document.remove((*path, "env"), moving)
        restarted = bridged = True
    else:
        hint = "only a server that is started by a command, or has an address, can be started through pixie-secrets"
        raise JsonProblem("this server has no command and no url", document.start(path), hint)
    unset = tuple(key for key, value in values.items() if judges.is_placeholder(value))
    taken = {key: SecretStr(value) for key, value in values.items() if key not in unset}
    return Server(
        str(path[-1]), found, taken, unset, tuple(stay), listed, document.edited(), restarted, bridged
    )  # fmt: skip


def _beside(document: Document, path: Path, judges: Judges) -> list[tuple[Spot, str, str]]:
    """What stands beside `env`, with the key it would have, and itself."""
    return [
        (spot, key_for(spot, str(path[-1])), document.value(spot.path)[spot.start : spot.end])
        for spot in spots(document, path, judges.tokens)
    ]


def _nameless(document: Document, path: Path, moved: set[Path], judges: Judges) -> list[str]:
    """A sentence about arguments that are random and have no name which says what they are."""
    args = document.value((*path, "args"))
    words = args if isinstance(args, list) else []
    left = [
        str(place + 1)
        for place, word in enumerate(words)
        if isinstance(word, str) and (*path, "args", place) not in moved and judges.is_random(word)
    ]
    if not left:
        return []
    numbered = f"argument {left[0]} looks" if len(left) == 1 else f"arguments {', '.join(left)} look"
    return [f"{numbered} like a token and stays, for no name says what it is: if it is a secret, move it by hand"]


def _free(key: str, value: str, values: Mapping[str, str]) -> str:
    """`key`, or with a number behind it where another value has it."""
    names = chain([key], (f"{key}_{number}" for number in count(2)))
    return next(name for name in names if values.get(name, value) == value)


def _refer(document: Document, spots: list[tuple[Spot, str]]) -> tuple[str, ...]:
    """Let words refer to what they had; returns the keys that become arguments again when the server starts."""
    listed: list[str] = []
    for path, its in groupby(spots, key=lambda spot: spot[0].path):
        text = document.value(path)
        for spot, key in reversed([*its]):
            if spot.is_given and text[: spot.start] == f"{key}=":
                text = key
            else:
                text = text[: spot.start] + f"${{{{ secrets.{key} }}}}" + text[spot.end :]
                listed.append(key)
        document.replace(path, one_line(text))
    return tuple(dict.fromkeys(reversed(listed)))


def _bridged_by(
    document: Document, path: Path, spots: list[tuple[Spot, str]], start: Sequence[str], gone: Sequence[str]
) -> tuple[str, ...]:
    """Start a program that speaks with the remote server; only headers does it read from its environment."""
    texts = {(*path, "url"): document.value((*path, "url"))}
    headers = document.steps((*path, "headers")) if document.is_object((*path, "headers")) else []
    texts |= {(*path, "headers", name): document.value((*path, "headers", name)) for name in headers}
    listed = []
    for spot, key in reversed(spots):
        if spot.path not in texts:
            continue
        in_address = spot.path == (*path, "url")
        listed += [key] if in_address else []
        reference = f"${{{{ secrets.{key} }}}}" if in_address else f"${{{key}}}"
        texts[spot.path] = texts[spot.path][: spot.start] + reference + texts[spot.path][spot.end :]
    address = texts.pop((*path, "url"))
    command, *options = (*start, "npx", "-y", BRIDGE, address)
    kind = document.value((*path, "type"))
    options += ["--transport", "sse-only"] if kind == "sse" else []
    options += ["--allow-http"] if _PLAIN_HTTP.match(address) else []
    for place, text in texts.items():
        options += ["--header", f"{place[-1]}: {text}"]
    leaving = [*gone, *(["headers"] if "headers" in document.steps(path) else [])]
    document.rename((*path, "url"), "command")
    document.replace((*path, "url"), one_line(command))
    if "type" in document.steps(path):
        document.replace((*path, "type"), one_line("stdio"))
    if "args" in document.steps(path):
        raise JsonProblem("args beside an address", document.start((*path, "args")), "remove them: nothing reads them")
    arguments = f"[{', '.join(map(one_line, options))}]"
    document.add_member(path, "args", arguments, before=_after(document, path, "url", leaving), gone=leaving)
    if leaving:
        document.remove(path, leaving)
    return tuple(listed)


def _servers(document: Document) -> list[Path]:
    for name in _SERVERS:
        if document.is_object((name,)):
            return [(name, server) for server in document.steps((name,)) if document.is_object((name, server))]
    hint = 'a .mcp.json has the object "mcpServers", and VS Code\'s mcp.json "servers"'
    raise JsonProblem("names no MCP servers", document.start(()), hint)


def _env(document: Document, path: Path) -> dict[str, Any]:
    found = document.value((*path, "env"))
    return found if isinstance(found, dict) else {}


def _chosen(document: Document, tool_id: str, server: str | None, judges: Judges) -> Path:
    paths = {str(path[-1]): path for path in _servers(document)}
    if server is not None:
        if server not in paths:
            raise JsonProblem("there is no such server", document.start(()), one_of(server, paths, "servers"))
        return paths[server]
    candidates = [
        name for name, path in paths.items() if _divided(_env(document, path))[0] or _beside(document, path, judges)
    ]
    if not candidates:
        raise JsonProblem("no server has a literal value", document.start(()), "there is nothing to move")
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
        elif is_setting(value) and not says_secret(key):
            stay.append(f"{shown(key)} stays: a setting and no secret, by its name and the kind of its value")
        else:
            moving.append(key)
    return moving, stay


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
        document.add_member(
            path, "args", f"[{', '.join(added)}]", before=_after(document, path, "command", gone), gone=gone
        )
    else:
        raise JsonProblem("args is not a list", document.start((*path, "args")), "write it as a list of words")
    return True


def _after(document: Document, path: Path, name: str, gone: Sequence[str]) -> str | None:
    """The member after `name` that stays, if there is one."""
    steps = document.steps(path)
    later = [step for step in steps[steps.index(name) + 1 :] if step not in gone]
    return later[0] if later else None
