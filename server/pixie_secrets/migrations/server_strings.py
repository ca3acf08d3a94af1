"""Finds the secrets in a server's strings beside its `env`: its arguments, its HTTP headers and its address.

    "args": ["--api-key", "V"], ["--token=V"], ["-e", "ACME_TOKEN=V"], ["--header", "X-Api-Key: V"], ["postgres://me:V@db"]
    "headers": {"Authorization": "Bearer V"}        "url": "https://mcp.example.org/mcp?apiKey=V"

A name decides (`secret.names`), in a place where a name stands; elsewhere only a token that can be told by its looks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from pixie_secrets.secret.names import Kind, kind_of, says_secret
from pixie_secrets.secret.value import is_everyday

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pixie_secrets.manifest.json_places import Path
    from pixie_secrets.migrations.document import Document

    Tokens = Callable[[str], list[tuple[int, int]]]  # where tokens stand that need no name

_OPTION = re.compile(r"--?([A-Za-z][\w-]*)")
_OPTION_WITH_VALUE = re.compile(r"--?([A-Za-z][\w-]*)=(.+)", re.DOTALL)
_VARIABLE = re.compile(r"(?<![\w-])([A-Za-z_]\w*)=([^\s\"'\\;&|]+)")
_VARIABLE_OPTIONS = frozenset({"-e", "--env"})
_HEADER_OPTIONS = frozenset({"-H", "--header"})
_HEADER = re.compile(r"([A-Za-z][\w-]*):[ \t]*(.+)", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][\w-]*[ \t]+(?=\S)")
_QUERY = re.compile(r"[?&]([^=&#?\s]+)=([^&#\s]+)")
_QUERY_NAMES = frozenset({"key", "appid", "auth", "sig"})
_USER = re.compile(r"[A-Za-z][\w+.-]*://[^\s/:@]*:([^\s/@]+)@")
_CONTAINERS = re.compile(r"(?:^|[\\/])(?:docker|podman|nerdctl)(?:\.exe)?$")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SMALL_NUMBER = re.compile(r"[0-9]{1,5}")  # a port, a limit
_PLAIN_WORD = re.compile(r"[a-z]{2,12}")
_HERE = re.compile(
    r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal)(?::\d+)?(?:/[\w./-]*)?"
)


def is_setting(value: str) -> bool:
    """A port, a mode, an address on this machine: as a secret it would be masked wherever it is said."""
    return is_everyday(value) or any(kind.fullmatch(value) for kind in (_SMALL_NUMBER, _PLAIN_WORD, _HERE))


class Spot(NamedTuple):
    """A secret in the string at `path`, from `start` to `end` of what that string says.

    name: what stands beside it; empty for none. is_given: the name is a variable that whoever starts the server hands
    on from its own environment (`docker run -e NAME`), so from one character before `start` nothing has to stay.
    """

    path: Path
    start: int
    end: int
    name: str
    is_given: bool = False


def spots(document: Document, server: Path, tokens: Tokens) -> list[Spot]:
    """In the order of the file, none inside another one; references to a client's variables (`${X}`) are none."""
    found = [*_in_arguments(document, server, tokens), *_in_headers(document, server)]
    if isinstance(address := document.value((*server, "url")), str):
        found += _in_address((*server, "url"), address, tokens)
    return [spot for spot in _apart(found) if "${" not in document.value(spot.path)[spot.start : spot.end]]


def key_for(spot: Spot, server: str) -> str:
    """The name that the secret gets: of its variable, option, header or parameter, else of the server."""
    named = "_".join(_WORD.findall(spot.name)).upper()
    if named in {"", "AUTHORIZATION", "KEY", "TOKEN", "AUTH", "PASSWORD", "API_KEY", "APPID", "SIG"}:
        kind = {"": "TOKEN", "AUTHORIZATION": "TOKEN"}.get(named, named)
        named = f"{'_'.join(_WORD.findall(server)).upper() or 'SERVER'}_{kind}"
    return named if not named[0].isdigit() else f"_{named}"


def _in_arguments(document: Document, server: Path, tokens: Tokens) -> Iterator[Spot]:
    args = document.value((*server, "args"))
    words = args if isinstance(args, list) else []
    command = document.value((*server, "command"))
    hands_on = any(isinstance(word, str) and _CONTAINERS.search(word) for word in (command, *words))
    before = ""
    for index, word in enumerate(words):
        if isinstance(word, str):
            path = (*server, "args", index)
            yield from _in_argument(path, word, before, tokens, hands_on=hands_on)
            before = word
        else:
            before = ""


def _in_argument(path: Path, word: str, before: str, tokens: Tokens, *, hands_on: bool) -> Iterator[Spot]:
    option = _OPTION.fullmatch(before)
    if before in _HEADER_OPTIONS and (header := _HEADER.fullmatch(word)):
        yield from _in_header(path, header[1], word, header.start(2))
    elif option and not word.startswith("-") and _is_secret(option[1], word):
        yield Spot(path, 0, len(word), option[1])
    elif (own := _OPTION_WITH_VALUE.fullmatch(word)) and _is_secret(own[1], own[2]):
        yield Spot(path, own.start(2), len(word), own[1])
    for variable in _VARIABLE.finditer(word):
        if _is_secret(variable[1], variable[2]):
            given = hands_on and before in _VARIABLE_OPTIONS and variable[0] == word
            yield Spot(path, variable.start(2), variable.end(), variable[1], is_given=given)
    yield from _in_address(path, word, tokens)


def _is_secret(name: str, value: str) -> bool:
    """`--password summer` is one, `--auth none` is not."""
    return kind_of(name) in {Kind.PASSWORD, Kind.TOKEN} or (says_secret(name) and not is_setting(value))


def _in_headers(document: Document, server: Path) -> Iterator[Spot]:
    for name in document.steps((*server, "headers")) if document.is_object((*server, "headers")) else ():
        value = document.value((*server, "headers", name))
        if isinstance(value, str):
            yield from _in_header((*server, "headers", name), name, value, 0)


def _in_header(path: Path, name: str, text: str, start: int) -> Iterator[Spot]:
    """The credentials without their scheme, so that the value is what was issued."""
    is_authorization = name.lower().endswith("authorization")
    if is_authorization and (scheme := _SCHEME.match(text, start)):
        start = scheme.end()
    if start < len(text) and (is_authorization or says_secret(name)):
        yield Spot(path, start, len(text), name)


def _in_address(path: Path, text: str, tokens: Tokens) -> Iterator[Spot]:
    for user in _USER.finditer(text):
        yield Spot(path, user.start(1), user.end(1), "password")
    for parameter in _QUERY.finditer(text) if "://" in text else ():
        name = unquote(parameter[1])
        if kind_of(name) or name.lower() in _QUERY_NAMES:
            yield Spot(path, parameter.start(2), parameter.end(2), name)
    for start, end in tokens(text):
        yield Spot(path, start, end, "")


def _apart(found: list[Spot]) -> list[Spot]:
    """Those that do not overlap an earlier one."""
    kept: dict[Path, list[Spot]] = {}
    for spot in found:
        beside = kept.setdefault(spot.path, [])
        if all(spot.end <= other.start or spot.start >= other.end for other in beside):
            beside.append(spot)
    return [spot for beside in kept.values() for spot in sorted(beside, key=lambda spot: spot.start)]
