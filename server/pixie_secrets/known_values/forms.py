"""The forms a value takes on its way out of a program: what a known value is searched for.

A key is seldom printed as it is. A traceback shows its `repr`, a JSON log escapes it, a URL quotes it, a header
carries it in base64 next to a user name, a multi-line key comes out line by line. Each of these is worked out once,
when a value becomes known, so that searching is one pass over plain bytes.

Left out are forms that would mask ordinary text: anything shorter than four characters, encodings shorter than six,
PEM banners, and the plain words of a JSON document such as `"type": "service_account"`. `docs/masking.md` lists what
is covered, what is not, and why. Ten thousand values are turned into forms in well under a second, so each encoding
is skipped where it cannot differ from the value itself.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from typing import TYPE_CHECKING

from pixie_secrets.known_values.limits import SHORTEST

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST_ENCODED = 6
SHORTEST_LINE = 8
BASE64_LINE = 76  # where `base64` and MIME break their lines

_URL_SAFE = re.compile(r"[A-Za-z0-9_.~-]*")
_ESCAPED_SOMEWHERE = re.compile(r"[^ !#$%()*+,\-./0-9:;=?@A-Z\[\]^_`a-z{|}~]")  # in JSON, repr or HTML
_BANNER = re.compile(r"-----(BEGIN|END) [A-Z0-9 ]+-----")
_WORD = r"(?:[a-z]{1,16}|[A-Z]{1,16}|[A-Z][a-z]{1,15})"
_WORDS = re.compile(rf"{_WORD}(?:[ _.-]{_WORD})*")
_ONE_WORD = re.compile(rf"{_WORD}(?:[_.-]{_WORD})*:?")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._-]+(?::\d+)?(?:/[A-Za-z0-9._/-]{0,60})?")
_SECRET_NAME = re.compile(r"pass|secret|token|key|credential|pwd|auth|private|signature", re.IGNORECASE)
_LOGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\s]*)@([^/?#\s]*)")
_HEX_LETTERS = re.compile(r"%(?:[A-F][0-9A-F]|[0-9][A-F])")
_PERCENT = [chr(byte) if _URL_SAFE.fullmatch(chr(byte)) else f"%{byte:02X}" for byte in range(256)]
_URL_ALPHABET = bytes.maketrans(b"+/", b"-_")
_KEPT_BY_JAVASCRIPT = frozenset(b"!*'()")


def forms(value: str) -> set[bytes]:
    """Every form of `value` that is searched for, as UTF-8. Empty when the value is too short to be known."""
    found: set[bytes] = set()
    if len(value) < SHORTEST:
        return found
    _whole(value, found)
    if not _URL_SAFE.fullmatch(value):
        for part in _parts(value):
            _whole(part, found)
        for text in (value, *_json_leaves(value)):
            for line in _lines(text):
                _escaped(line, found)
    return found


def _whole(text: str, found: set[bytes]) -> None:
    """`text` in each of its spellings and encodings."""
    _escaped(text, found)
    _encoded(text.encode("utf-8", "surrogatepass"), found)


def _parts(value: str) -> Iterator[str]:
    """What is a secret of its own within `value`: stripped, with CRLF, JSON leaves, user and password of a URL."""
    stripped = value.strip()
    if stripped != value and len(stripped) >= SHORTEST:
        yield stripped
    if "\n" in value or "\r" in value:
        unix = value.replace("\r\n", "\n").replace("\r", "\n")
        for spelling in (unix, unix.replace("\n", "\r\n"), unix.strip(), unix.strip().replace("\n", "\r\n")):
            if spelling != value and len(spelling) >= SHORTEST:
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
    import json  # noqa: PLC0415  only a value that looks like a document needs it

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
        elif isinstance(node, str) and len(node) >= SHORTEST:
            plain = _WORDS.fullmatch(node) or _PLAIN_URL.fullmatch(node)
            if not plain or (_SECRET_NAME.search(name) and not _PLAIN_URL.fullmatch(node)):
                yield node


def _login(value: str) -> Iterator[str]:
    """User and password of a URL, as written and percent-decoded; not a plain user name or a default password."""
    match = _LOGIN.match(value)
    if not match:
        return
    from urllib.parse import unquote  # noqa: PLC0415  only a URL with a login needs it

    scheme, login, host = match.groups()
    user, _, password = login.partition(":")
    ordinary = {"password", scheme.lower(), user.lower(), host.lower(), *re.split(r"[:.]", host.lower())}
    for text in (password, unquote(password)):
        if len(text) >= SHORTEST and text.lower() not in ordinary:
            yield text
    for text in (user, unquote(user)):
        if len(text) >= SHORTEST and not _WORDS.fullmatch(text):
            yield text


def _escaped(text: str, found: set[bytes]) -> None:
    """`text` itself and as JSON, `repr`, HTML and URLs write it, where that differs."""
    found.add(text.encode("utf-8", "surrogatepass"))
    if _URL_SAFE.fullmatch(text):
        return
    spellings: set[str] = set()
    if _ESCAPED_SOMEWHERE.search(text):
        spellings |= _as_source(text)
        for spelling in tuple(spellings):  # a message that quotes the value, quoted itself: repr of an exception
            spellings |= _as_source(spelling)
        spellings |= _as_html(text)
    if "/" in text:
        spellings |= {spelling.replace("/", "\\/") for spelling in (text, *spellings)}  # JSON as PHP writes it
    spellings |= _as_url(text)
    found.update(spelling.encode("utf-8", "surrogatepass") for spelling in spellings)


def _as_source(text: str) -> set[str]:
    """As JSON, JavaScript and Python write it between quotes."""
    from json.encoder import encode_basestring, encode_basestring_ascii  # noqa: PLC0415  as above

    data = text.encode("utf-8", "surrogatepass")
    wide, ascii_only = encode_basestring(text)[1:-1], encode_basestring_ascii(text)[1:-1]
    return {
        wide,
        ascii_only,
        # repr writes ' as \' only in a text that holds both quotes, which the text around a value may add
        repr(text)[1:-1],
        repr(text + '"')[1:-2],
        ascii(text)[1:-1],
        ascii(text + '"')[1:-2],
        repr(data)[2:-1],
        repr(data + b'"')[2:-2],
        text.encode("ascii", "backslashreplace").decode(),
    }


def _as_html(text: str) -> set[str]:
    """As html.escape, markupsafe, the XML writers and others write it; they differ in the quotes."""
    base = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    spellings = {base.replace('"', quote) for quote in ('"', "&quot;", "&#34;")}
    return {
        spelling.replace("'", quote) for spelling in spellings for quote in ("'", "&#x27;", "&#39;", "&#039;", "&apos;")
    }


def _as_url(text: str) -> set[str]:
    """As urllib.parse.quote, quote_plus and JavaScript's encodeURIComponent write it, in either case of hex digits."""
    data = text.encode("utf-8", "surrogatepass")
    strict = "".join([_PERCENT[byte] for byte in data])
    spellings = {strict, strict.replace("%2F", "/"), strict.replace("%20", "+")}
    if not _KEPT_BY_JAVASCRIPT.isdisjoint(data):
        spellings.add("".join([chr(byte) if byte in _KEPT_BY_JAVASCRIPT else _PERCENT[byte] for byte in data]))
    for spelling in tuple(spellings):
        if _HEX_LETTERS.search(spelling):
            spellings.add(_HEX_LETTERS.sub(_lower, spelling))
    return spellings


def _lower(match: re.Match[str]) -> str:
    return match[0].lower()


def _encoded(data: bytes, found: set[bytes]) -> None:
    """`data` as hex and as base64 at each of its three alignments, and as the `base64` command wraps it."""
    digits = data.hex()
    found.add(digits.encode())
    found.add(digits.upper().encode())
    for before, first in ((b"", 0), (b"\0", 2), (b"\0\0", 3)):
        # Only characters that hold nothing but bits of the value are stable, whatever stands before and behind it;
        # at the very end of the data one more character and the padding are stable too.
        text = b2a_base64(before + data, newline=False)
        stable = (len(before) + len(data)) * 8 // 6
        if stable - first >= SHORTEST_ENCODED:
            _with_both_alphabets(text[first:stable], found)
        if len(text) != stable and len(text) - first > SHORTEST_ENCODED:
            _with_both_alphabets(text[first : stable + 1], found)
            _with_both_alphabets(text[first:], found)
        if not before and len(text) > BASE64_LINE:
            lines = [text[start : start + BASE64_LINE] for start in range(0, len(text), BASE64_LINE)]
            found.add(b"\n".join(lines))


def _with_both_alphabets(text: bytes, found: set[bytes]) -> None:
    found.add(text)
    if b"+" in text or b"/" in text:
        found.add(text.translate(_URL_ALPHABET))
