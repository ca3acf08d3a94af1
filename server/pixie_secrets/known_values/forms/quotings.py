"""How programs write a whole text: for one that no piece of can be recognized by, since each may be escaped.

Such a text is searched for in each of these ways, from its first character to its last in the same one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_URL_SAFE = re.compile(r"[A-Za-z0-9_.~-]*")
_HEX_LETTERS = re.compile(r"%(?:[A-F][0-9A-F]|[0-9][A-F])")
_PERCENT = [chr(byte) if _URL_SAFE.fullmatch(chr(byte)) else f"%{byte:02X}" for byte in range(256)]
_KEPT_BY_JAVASCRIPT = frozenset(b"!*'()")
_ESCAPED_SOMEWHERE = re.compile(r"[^ !#$%()*+,\-./0-9:;=?@A-Z\[\]^_`a-z{|}~]")  # in JSON, repr or HTML
_DOUBLED = ("'", '"', "$", "%")


def quotings(text: str) -> set[str]:
    """Every way that `text` is written, itself among them."""
    found = {text}
    if _URL_SAFE.fullmatch(text):
        return found
    if _ESCAPED_SOMEWHERE.search(text):
        found |= _as_source(text)
        for quoted in tuple(found):  # a message that quotes the value, quoted itself: repr of an exception
            found |= _as_source(quoted)
        found |= _as_html(text)
    if "/" in text:
        found |= {quoted.replace("/", "\\/") for quoted in found}  # JSON as PHP writes it
    found |= _as_url(text)
    found.update(_as_shell(text))
    found.update(_as_other_source(text))
    found.update(text.replace(quote, quote * 2) for quote in _DOUBLED if quote in text)
    return found


def _as_source(text: str) -> set[str]:
    """As JSON, JavaScript and Python write it between quotes."""
    from json.encoder import encode_basestring, encode_basestring_ascii

    data = text.encode("utf-8", "surrogatepass")
    return {
        encode_basestring(text)[1:-1],
        encode_basestring_ascii(text)[1:-1],
        # repr writes ' as \' only in a text that holds both quotes, which the text around a value may add
        repr(text)[1:-1],
        repr(text + '"')[1:-2],
        ascii(text)[1:-1],
        ascii(text + '"')[1:-2],
        repr(data)[2:-1],
        repr(data + b'"')[2:-2],
        text.encode("ascii", "backslashreplace").decode(),
    }


def _as_other_source(text: str) -> Iterator[str]:
    """As Go, Rust, Ruby, PHP, perl, .NET and `.properties` write it, and as octal numbers."""
    from json.encoder import encode_basestring, encode_basestring_ascii

    for encode in (encode_basestring, encode_basestring_ascii):
        quoted = encode(text)[1:-1]
        for pattern in ("[&<>]", "[&<>=']", "[&<>'+]|\\\\\"", "[&<>'+`]|\\\\\""):
            yield re.sub(pattern, _unicode, quoted)
            yield re.sub(pattern, lambda found: "\\u" + _unicode(found)[2:].upper(), quoted)
        yield re.sub("[\0-\x1f\x7f]", lambda found: f"\\u{{{ord(found[0]):x}}}", quoted)
    yield text.replace("\\", "\\\\").replace("'", "\\'")
    yield re.sub(r'[\\"$@]', r"\\\g<0>", text)
    yield re.sub(r'[\\"]|#(?=[{$@])', r"\\\g<0>", text)
    yield re.sub(r"[\\:=#!]", r"\\\g<0>", text)
    for escaped in ('\\"', "\\'"):
        yield "".join(
            "\\" + chr(byte) if chr(byte) in escaped else chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
            for byte in text.encode("utf-8", "surrogatepass")
        )


def _unicode(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0][-1]):04x}"


def _as_shell(text: str) -> Iterator[str]:
    """As a shell writes it: in single quotes, in double quotes, with backslashes, in `$'…'`."""
    yield text.replace("'", "'\\''")
    yield text.replace("'", "'\"'\"'")
    yield re.sub("'+", "'\"\\g<0>\"'", text)
    in_double_quotes = re.sub(r'[\\"$`]', r"\\\g<0>", text)
    yield in_double_quotes
    yield in_double_quotes.replace("$", "$$")
    yield re.sub(r"[^\w@%+=:,./\-\n]", r"\\\g<0>", text, flags=re.ASCII)
    yield re.sub(r"[ -/:-@\[-^`{-~](?<![%+./:@_-])", r"\\\g<0>", text)
    yield repr(text + '"')[1:-2].replace('\\"', '"')


def _as_html(text: str) -> set[str]:
    """As html.escape, markupsafe, the XML writers and others write it; they differ in the quotes."""
    base = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found = {base.replace('"', quote) for quote in ('"', "&quot;", "&#34;")}
    return {quoted.replace("'", quote) for quoted in found for quote in ("'", "&#x27;", "&#39;", "&#039;", "&apos;")}


def _as_url(text: str) -> set[str]:
    """As urllib.parse.quote, quote_plus and JavaScript's encodeURIComponent write it, in either case of hex digits."""
    data = text.encode("utf-8", "surrogatepass")
    strict = "".join([_PERCENT[byte] for byte in data])
    found = {strict, strict.replace("%2F", "/"), strict.replace("%20", "+")}
    if not _KEPT_BY_JAVASCRIPT.isdisjoint(data):
        found.add("".join([chr(byte) if byte in _KEPT_BY_JAVASCRIPT else _PERCENT[byte] for byte in data]))
    for quoted in tuple(found):
        if _HEX_LETTERS.search(quoted):
            found.add(_HEX_LETTERS.sub(_lower, quoted))
    return found


def _lower(match: re.Match[str]) -> str:
    return match[0].lower()
