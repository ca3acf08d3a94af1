"""How python-dotenv reads a `.env`: the statements of a text, with the exact place of each.

Why not its own parser: a tool runs whatever python-dotenv it has pinned, and there are two grammars in the field. Up
to 1.2.2 a backslash before a closing quote is taken for an escape even where it is itself escaped, and a byte order
mark is part of the first key; since 1.2.3 neither. (Up to 1.2.3 `KEY= # note` also has the note for its value. That
moves no boundary and nobody means it, so it is read as 1.2.4 does.) An edit has to be right under both, and only one
is installed. This module is also an order of magnitude faster, and parsing is most of what an edit computes. The
tests hold it to what the real releases do, over arbitrary text.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BYTE_ORDER_MARK = "\ufeff"
ASSIGNMENTS_MAX = 100_000
EXPANDED_MAX = 1 << 22  # characters from variables; an environment of Linux holds half of that


class Grammar(Enum):
    """The two ways in which released versions of python-dotenv read."""

    CURRENT = "1.2.3 and later"
    OLDER = "1.0.0 to 1.2.2"


class Statement(NamedTuple):
    """One assignment: `text[start:end]`, with its indentation and line end but not the blank lines before it.

    export: `export` and its white space, or "". comment: the inline comment with the white space before it, or "".
    newline: the line end, "" at the end of text.
    """

    start: int
    end: int
    indent: str
    export: str
    value: str | None
    comment: str
    newline: str


# Inside quotes. The older one tries `\'` first and gives it back when no later quote closes the value.
_QUOTED = {
    Grammar.CURRENT: r"{quote}[^{quote}\\]*+(?:\\.[^{quote}\\]*+)*+{quote}",
    Grammar.OLDER: r"(?>{quote}(?:[^{quote}\\]++|\\{quote}|\\)*{quote})",
}
_SPACE = r"[^\S\r\n]"  # white space within a line; Unicode's, as python-dotenv has it

_ESCAPE = {"'": re.compile(r"\\[\\']"), '"': re.compile(r"\\[\\'\"abfnrtv]")}
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NEWLINE = re.compile(r"\r\n|\n|\r")
_INLINE_COMMENT = re.compile(r"\s+#.*")


@lru_cache(maxsize=2)
def _pattern(grammar: Grammar) -> re.Pattern[str]:
    """Matches at any position: a statement, a comment or the end, else what is skipped where there is none of them.

    python-dotenv reads piece by piece and never goes back, so nothing here may backtrack either: every piece is
    possessive, or excludes what the next one starts with. No group is captured inside a possessive one (CPython 3.11
    has bugs there).
    """
    single = _QUOTED[grammar].format(quote="'")
    double = _QUOTED[grammar].format(quote='"')
    key = r"'[^']++'|(?!')[^=\#\s]++"
    pattern = rf"""
        (?P<whole>
            (?P<lead>\s*+) (?: (?P<export>export{_SPACE}++) | (?!export{_SPACE}) )
            (?: (?P<key>{key}) {_SPACE}*+ (?P<right>={_SPACE}*+ (?: {single} | {double} | (?!['"])[^\r\n]*+ ) )?
              | (?=\#) | \Z )
            (?P<comment>{_SPACE}*+\#[^\r\n]*+)? {_SPACE}*+ (?P<newline>\r\n|\n|\r|\Z)
        )
        | (?P<skipped>
            \s*+ (?:export{_SPACE}++|(?!export{_SPACE})) (?: (?:{key}) {_SPACE}*+
                (?: ={_SPACE}*+ (?: (?:{single}|{double}|(?!['"])[^\r\n]*+) (?:{_SPACE}*+\#[^\r\n]*+)?+ )?+ )?+
            )?+ [^\r\n]*+ (?:\r\n|\n|\r)?+
        )
        """
    try:
        return re.compile(pattern, re.VERBOSE | re.DOTALL)
    except re.error:  # before Python 3.11, where the guard may run
        return re.compile(_backtracking(pattern), re.VERBOSE | re.DOTALL)


def _backtracking(pattern: str) -> str:
    """`pattern` as older regular expressions have it: some malformed lines are read otherwise, and no good one."""
    for possessive, plain in (("(?>", "(?:"), ("++", "+"), ("*+", "*"), ("?+", "?")):
        pattern = pattern.replace(possessive, plain)
    return pattern


class ParsedText:
    """A text as one grammar reads it; malformed lines and comments are passed over, as python-dotenv does."""

    def __init__(self, text: str, grammar: Grammar = Grammar.CURRENT) -> None:
        self._text = text
        self._first = len(BYTE_ORDER_MARK) if grammar is Grammar.CURRENT and text.startswith(BYTE_ORDER_MARK) else 0
        pattern = _pattern(grammar)
        if max(map(text.count, "=\n\r")) > ASSIGNMENTS_MAX:  # bait is not taken whole before it is refused
            found = (match for match in pattern.finditer(text, self._first) if match["key"])
            if next(islice(found, ASSIGNMENTS_MAX, None), None):
                raise _too_many()
        # findall, because it is several times faster than match objects; what did not take part in a match is ""
        self._matches: list[tuple[str, ...]] = pattern.findall(text, self._first)

    def assignments(self) -> list[tuple[str, str]]:
        """Every key with the text of its right-hand side, in order: where these are equal, so are the values."""
        return [(key if key[0] != "'" else key[1:-1], right) for _, _, _, key, right, *_ in self._matches if key]

    def values(self) -> list[tuple[str, str | None]]:
        """Every key with its value before expansion, in order, as read from a file opened in text mode."""
        return [(_translated(key), _read(right)[0]) for key, right in self.assignments()]

    def statements(self, wanted: str) -> list[Statement]:
        """The assignments of one key, in order."""
        found: list[Statement] = []
        position, quoted = self._first, f"'{wanted}'"
        for whole, lead, export, key, right, comment, newline, skipped in self._matches:
            start, position = position, position + len(whole or skipped)
            if key in (wanted, quoted):
                indent = lead[max(lead.rfind("\n"), lead.rfind("\r")) + 1 :]
                start += len(lead) - len(indent)
                value, taken_along = _read(right)
                found.append(Statement(start, position, indent, export, value, comment or taken_along, newline))
        return found

    def spans(self) -> Iterator[tuple[int, int]]:
        """Where each assignment lies, its line end too."""
        position = self._first
        for whole, lead, _, key, *_, skipped in self._matches:
            start, position = position + len(lead), position + len(whole or skipped)
            if key:
                yield start, position

    def skipped(self) -> list[tuple[int, str]]:
        """Where python-dotenv passes over text without a word, and that text: a line, or several between quotes."""
        found, position = [], self._first
        for whole, *_, text in self._matches:
            if text.strip():
                found.append((position, text))
            position += len(whole or text)
        return found

    def newline(self) -> str:
        """The line end of the file: of its first assignment (a value of several lines has line feeds in any file)."""
        newlines = [match[-2] for match in self._matches if match[3] and match[-2]]
        if newlines:
            return newlines[0]
        found = _NEWLINE.search(self._text)
        return found[0] if found else "\n"


def _read(right: str) -> tuple[str | None, str]:
    """The value of a right-hand side, None where there is none, and the comment that an unquoted one takes along.

    `right` starts with its equals sign; the comment comes with the white space before it.
    """
    if not right:
        return None, ""
    body = _translated(right[1:].lstrip())
    if body.startswith(("'", '"')):
        return _unescape(body[1:-1], body[0]), ""
    if "#" not in body:
        return body.rstrip(), ""
    if body[0] == "#" and right[1] != "#":
        return "", right[1:].rstrip()
    value = _INLINE_COMMENT.sub("", body).rstrip()
    return value, body[len(value) :].rstrip()


def _unescape(text: str, quote: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE[quote].sub(lambda match: _ESCAPED.get(match[0][1], match[0][1]), text)


def _translated(text: str) -> str:
    """What opening a file in text mode makes of its line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def reads_alike(text: str) -> bool:
    """Whether the two grammars surely read `text` alike."""
    return "\\" not in text and not text.startswith(BYTE_ORDER_MARK)


def expanded(values: Iterable[tuple[str, str | None]]) -> Iterator[tuple[str, str | None]]:
    """The same with `${NAME}` and `${NAME:-default}` expanded from the lines above, the environment being empty.

    Raises:
        FileRefused: it is bait: far more than an environment can hold, or lines that each double the one before.
    """
    seen: dict[str, str | None] = {}
    characters = 0
    for number, (key, value) in enumerate(values, 1):
        if number > ASSIGNMENTS_MAX:
            raise _too_many()
        if value is not None and "${" in value:
            pieces, place = [], 0
            for start, end, name, default in _variables(value):
                found = seen.get(name, default) or ""
                characters += len(found)
                if characters > EXPANDED_MAX:
                    raise FileRefused("the variables in this .env expand without end", "look at what is in it")
                pieces += [value[place:start], found]
                place = end
            seen[key] = "".join([*pieces, value[place:]])
        else:
            seen[key] = value
        yield key, seen[key]


def has_variable(value: str) -> bool:
    """Whether python-dotenv would expand something in `value`."""
    return next(_variables(value), None) is not None


def _variables(value: str) -> Iterator[tuple[int, int, str, str]]:
    r"""Where a variable stands, its name and its default: `\$\{([^}:]*)(:-([^}]*))?}`, but in linear time."""
    start = value.find("${")
    brace = colon = -1
    while start >= 0:
        inside = start + 2
        if brace < inside:
            brace = value.find("}", inside)
            if brace < 0:
                return
        if colon < inside:
            colon = value.find(":", inside) if colon < len(value) else colon
            colon = colon if colon >= 0 else len(value)
        if brace < colon:
            yield start, brace + 1, value[inside:brace], ""
        elif value.startswith(":-", colon):
            yield start, brace + 1, value[inside:colon], value[colon + 2 : brace]
        else:
            start = value.find("${", inside)
            continue
        start = value.find("${", brace + 1)


def _too_many() -> FileRefused:
    return FileRefused(f"this .env has more than {ASSIGNMENTS_MAX} assignments", "look at what is in it")
