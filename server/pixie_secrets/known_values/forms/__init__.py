"""The forms a value takes on its way out of a program: what a known value is searched for.

A key is seldom printed as it is. A traceback shows its `repr`, a JSON log escapes it, a URL quotes it, a header
carries it in base64 next to a user name, a multi-line key comes out line by line. So a value becomes two kinds of
things: **forms**, bytes that are searched for as they are (the plain value, hex, base64), and **texts**, which are
recognized however their characters are escaped (`spellings`). `docs/masking.md` lists what is covered, what is not,
and why.

Left out are forms that would mask ordinary text: anything shorter than four characters, encodings shorter than six,
PEM banners, and the plain words of a JSON document such as `"type": "service_account"`. Ten thousand values are turned
into forms in well under a second: a text costs the same however many spellings it has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from pixie_secrets.known_values.anchors import text_anchor
from pixie_secrets.known_values.forms.encodings import encodings
from pixie_secrets.known_values.forms.quotings import quotings
from pixie_secrets.known_values.forms.spellings import PLAIN
from pixie_secrets.secret.size import MASKABLE_MIN

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST_LINE = 8

_BANNER = re.compile(r"-----(BEGIN|END) [A-Z0-9 ]+-----")
_WORD = r"(?:[a-z]{1,16}|[A-Z]{1,16}|[A-Z][a-z]{1,15})"
_WORDS = re.compile(rf"{_WORD}(?:[ _.-]{_WORD})*")
_ONE_WORD = re.compile(rf"{_WORD}(?:[_.-]{_WORD})*:?")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._-]+(?::\d+)?(?:/[A-Za-z0-9._/-]{0,60})?")
_NO_SECRETS = frozenset({"scope", "scopes", "token_type"})  # beside a token: what it is good for, which agents hear
_LOGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\s]*)@([^/?#\s]*)")


class Forms(NamedTuple):
    """What to search for: bytes as they are, and texts in UTF-8 of which each character may have any spelling."""

    exact: set[bytes]
    texts: set[bytes]


def forms(value: str) -> Forms:
    """What `value` is searched for in. Empty when it is too short to be known."""
    found = Forms(set(), set())
    if len(value) < MASKABLE_MIN:
        return found
    _whole(value, found)
    if not PLAIN.fullmatch(value):
        for part in _parts(value):
            _whole(part, found)
        for text in (value, *_json_leaves(value)):
            for line in _lines(text):
                _text(line, found)
    return found


def _whole(text: str, found: Forms) -> None:
    """`text` in each of its spellings and encodings."""
    _text(text, found)
    found.exact.update(encodings(text.encode("utf-8", "surrogatepass")))


def _text(text: str, found: Forms) -> None:
    """`text` in each of its spellings."""
    data = text.encode("utf-8", "surrogatepass")
    if PLAIN.fullmatch(text):
        found.exact.add(data)
        if b"-" in data or b"." in data:
            found.exact.add(data.replace(b"-", b"\\-").replace(b".", b"\\."))  # escaped for a regular expression
            found.exact.add(data.replace(b"-", b"\\x2d"))  # for a unit of systemd
    elif text_anchor(data):
        found.texts.add(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    else:
        found.exact.update(quoted.encode("utf-8", "surrogatepass") for quoted in quotings(text))


def _parts(value: str) -> Iterator[str]:
    """What is a secret of its own within `value`: stripped, with CRLF, JSON leaves, user and password of a URL."""
    stripped = value.strip()
    if stripped != value and len(stripped) >= MASKABLE_MIN:
        yield stripped
    if "\n" in value or "\r" in value:
        unix = value.replace("\r\n", "\n").replace("\r", "\n")
        for spelling in (unix, unix.replace("\n", "\r\n"), unix.strip(), unix.strip().replace("\n", "\r\n")):
            if spelling != value and len(spelling) >= MASKABLE_MIN:
                yield spelling
    yield from _json_leaves(stripped)
    yield from _login(stripped)


def _lines(value: str) -> Iterator[str]:
    """The lines of a multi-line value that are long enough and neither a PEM banner nor one plain word."""
    if "\n" not in value and "\r" not in value:
        return
    for line in value.splitlines():
        text = line.strip()
        if len(text) >= SHORTEST_LINE and not _BANNER.fullmatch(text) and not _ONE_WORD.fullmatch(text):
            yield text


def _json_leaves(value: str) -> Iterator[str]:
    """The strings of a JSON document, but for plain words and plain addresses under names that hold no secret."""
    if value[:1] not in ("{", "[") or value[-1:] not in ("}", "]"):
        return
    import json

    from pixie_secrets.secret.names import may_say_secret

    try:
        todo: list[tuple[str, object]] = [("", json.loads(value))]
    except (ValueError, RecursionError):
        return
    while todo:
        name, node = todo.pop()
        if isinstance(node, dict):
            todo += [(str(key), child) for key, child in node.items()]
        elif isinstance(node, list):
            todo += [(name, child) for child in node]
        elif isinstance(node, str) and len(node) >= MASKABLE_MIN:
            if name in _NO_SECRETS and "access_token" in value:
                continue
            plain = _WORDS.fullmatch(node) or _PLAIN_URL.fullmatch(node)
            if not plain or (may_say_secret(name) and not _PLAIN_URL.fullmatch(node)):
                yield node


def _login(value: str) -> Iterator[str]:
    """User and password of a URL, as written and percent-decoded; not a plain user name or a default password."""
    match = _LOGIN.match(value)
    if not match:
        return
    scheme, login, host = match.groups()
    user, _, password = login.partition(":")
    ordinary = {"password", scheme.lower(), user.lower(), host.lower(), *re.split(r"[:.]", host.lower())}
    for text in (password, unquote(password)):
        if len(text) >= MASKABLE_MIN and text.lower() not in ordinary:
            yield text
    for text in (user, unquote(user)):
        if len(text) >= MASKABLE_MIN and not _WORDS.fullmatch(text):
            yield text
