"""Lines that python-dotenv passes over without a word: their keys look unset, and other programs print what they hold.

Each is named with the keys it was meant for and how it is mended, and goes when such a key is set or unset.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.env_file.grammar import ParsedText
from pixie_secrets.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEANT = pattern(
    r"(?P<indent>[^\S\r\n]*)(?P<export>export[^\S\r\n]+)?(?P<quote>['\"]?)(?P<key>[A-Za-z_][A-Za-z0-9_.-]*)(?P=quote)"
    r"[^\S\r\n]*(?P<sign>=|:(?=\s))[^\S\r\n]*(?P<right>[^\r\n]*)"
)
_WORD = r"[A-Za-z_][A-Za-z0-9_]*=(?:'[^'\r\n]*'|\"(?:[^\"\\\r\n]|\\.)*\"|\\.|[^\s'\"\\])*+"
_WORDS = pattern(rf"[^\S\r\n]*(?:export[^\S\r\n]+)?{_WORD}(?:[^\S\r\n]+{_WORD})+[^\S\r\n]*")
_ONE_WORD = pattern(_WORD)
_LINE_END = pattern(r"\r\n|\n|\r")
_ASSIGNMENT = pattern(r"[^\S\r\n]*(?:export[^\S\r\n]+)?([A-Za-z_][A-Za-z0-9_]*)[^\S\r\n]*=[^\r\n]*[^=\s]")
_KEY_FILE = pattern(r"['\"]-----BEGIN ")
_OF_KEY_FILE = pattern(r"[A-Za-z0-9+/=_-]+[^\S\r\n]*$|[A-Za-z0-9-]+: [^\r\n]*$|[^\S\r\n]*$", re.MULTILINE)
_KEY_FILE_END = pattern(r"-----END [^\r\n]*$", re.MULTILINE)


class UnreadableLine(NamedTuple):
    """number: of the line, from 1. keys: what it was meant for, none where nothing tells. fix: how to mend it."""

    number: int
    keys: tuple[str, ...]
    fix: str


class _Place(NamedTuple):
    """Where such a line is, with the rest of a key file that begins in it.

    words: the assignments of a line with several. swallowed: keys of whole lines that it hides.
    """

    start: int
    end: int
    meant: re.Match[str] | None
    words: dict[str, str]
    swallowed: frozenset[str]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.words) or ((self.meant["key"],) if self.meant else ())


def unreadable_lines(text: str) -> tuple[UnreadableLine, ...]:
    """Every such line, in order."""
    places = list(_places(text, ParsedText(text)))
    if not places:
        return ()
    ends = [found.end() for found in _LINE_END.finditer(text)]
    found, number = [], 0
    for place in places:
        while number < len(ends) and ends[number] <= place.start:
            number += 1
        found.append(UnreadableLine(number + 1, place.keys, _fix(place)))
    return tuple(found)


def made_readable(text: str, parsed: ParsedText, key: str) -> tuple[str, frozenset[str]]:
    """`text` with an empty assignment of `key` in place of each such line of it, and what may be read now besides.

    Other assignments of the same line are kept, on a line of their own. parsed: the text.
    """
    newly: set[str] = set()
    pieces, done = [], 0
    for place in _places(text, parsed):
        if key not in place.keys or place.meant is None:
            continue
        line = text[place.start : place.end]
        line_end = line[len(line.rstrip("\r\n")) :]
        own = f"{place.meant['indent']}{place.meant['export'] or ''}"
        others = [word for name, word in place.words.items() if name != key]
        rest = f"{line_end or chr(10)}{own}{' '.join(others)}" if others else ""
        pieces += [text[done : place.start], f"{own}{key}={rest}{line_end}"]
        done = place.end
        newly |= {name for name in place.words if name != key} | place.swallowed
    return "".join((*pieces, text[done:])), frozenset(newly)


def _places(text: str, parsed: ParsedText) -> Iterator[_Place]:
    for position, skipped in parsed.skipped():
        first = position + len(skipped) - len(skipped.lstrip())
        start = max(text.rfind("\n", 0, first), text.rfind("\r", 0, first), position - 1) + 1
        end = _behind_line(text, first)
        meant = _MEANT.match(text, start)
        several = _WORDS.fullmatch(text[start:end].rstrip("\r\n"))
        words = {word.partition("=")[0]: word for word in _ONE_WORD.findall(text[start:end])} if several else {}
        hidden = text[end : position + len(skipped)]
        if meant and _is_open(meant["right"]) and _KEY_FILE.match(meant["right"]):
            end = _behind_key_file(text, end)
        swallowed = frozenset(found[1] for line in hidden.splitlines() if (found := _ASSIGNMENT.match(line)))
        yield _Place(start, end, meant, words, swallowed)


def _is_open(right: str) -> bool:
    """Whether a quote begins there that the line does not close."""
    quote = right[:1]
    return quote in {"'", '"'} and right.count(quote) == 1


def _behind_line(text: str, start: int) -> int:
    """Where the line after the one that holds `start` begins."""
    found = _LINE_END.search(text, start)
    return found.end() if found else len(text)


def _behind_key_file(text: str, start: int) -> int:
    """Where the line after the end of a key file begins, whose second line is at `start`; else `start` itself."""
    place = start
    while place < len(text) and not _KEY_FILE_END.match(text, place):
        if not _OF_KEY_FILE.match(text, place):
            return start
        place = _behind_line(text, place)
    return _behind_line(text, place) if place < len(text) else start


def _fix(place: _Place) -> str:
    """How a person mends the line; nothing of the line is said: what looks like its key may be a piece of a value."""
    if len(place.words) > 1:
        return "give each key a line of its own"
    if not place.meant:
        return "write NAME=value, put # before it if it is a note, or put quotes around a value of several lines"
    if place.meant["sign"] == ":":
        return "write an equals sign in place of the colon"
    if _is_open(place.meant["right"]):
        return "close the quote, or take it away"
    return "put one pair of quotes around the whole value, and nothing behind it"
