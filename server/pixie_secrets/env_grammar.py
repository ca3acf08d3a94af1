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
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BYTE_ORDER_MARK = "\ufeff"


class Grammar(Enum):
    """The two ways in which released versions of python-dotenv read."""

    CURRENT = "1.2.3 and later"
    OLDER = "1.0.0 to 1.2.2"


class Statement(NamedTuple):
    """One assignment: `text[start:end]`, with its indentation and line end but not the blank lines before it.

    export: `export` and its white space, or "". value: as read, before `${NAME}` is expanded; None for a bare key.
    comment: the inline comment with the white space before it, or "". newline: the line end, "" at the end of text.
    """

    start: int
    end: int
    indent: str
    export: str
    key: str
    value: str | None
    comment: str
    newline: str


# Inside quotes. The older one tries `\'` first and gives it back when no later quote closes the value.
_QUOTED = {
    Grammar.CURRENT: r"{quote}(?:[^{quote}\\]++|\\.)*+{quote}",
    Grammar.OLDER: r"(?>{quote}(?:[^{quote}\\]++|\\{quote}|\\)*{quote})",
}
_SPACE = r"[^\S\r\n]"  # white space within a line; Unicode's, as python-dotenv has it

_VARIABLE = re.compile(r"\$\{(?P<name>[^\}:]*)(?::-(?P<default>[^\}]*))?\}")
_ESCAPE = {"'": re.compile(r"\\[\\']"), '"': re.compile(r"\\[\\'\"abfnrtv]")}
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_INLINE_COMMENT = re.compile(r"\s+#.*")


@cache
def _pattern(grammar: Grammar) -> re.Pattern[str]:
    """Matches at any position: a statement, a comment or the end, else what is skipped where there is none of them.

    python-dotenv reads piece by piece and never goes back, so nothing here may backtrack either: every piece is
    possessive, or excludes what the next one starts with. No group is captured inside a possessive one (CPython 3.11
    has bugs there).
    """
    single = _QUOTED[grammar].format(quote="'")
    double = _QUOTED[grammar].format(quote='"')
    key = r"'[^']++'|(?!')[^=\#\s]++"
    return re.compile(
        rf"""
        (?P<whole>
            (?P<lead>\s*+) (?: (?P<export>export{_SPACE}++) | (?!export{_SPACE}) )
            (?: (?P<key>{key}) {_SPACE}*+
                (?P<equals>={_SPACE}*+ (?: (?P<quoted>{single}|{double}) | (?!['"])(?P<plain>[^\r\n]*+) ) )?
              | (?=\#) | \Z )
            (?P<comment>{_SPACE}*+\#[^\r\n]*+)? {_SPACE}*+ (?P<newline>\r\n|\n|\r|\Z)
        )
        | (?P<skipped>
            \s*+ (?:export{_SPACE}++|(?!export{_SPACE})) (?: (?:{key}) {_SPACE}*+
                (?: ={_SPACE}*+ (?: (?:{single}|{double}|(?!['"])[^\r\n]*+) (?:{_SPACE}*+\#[^\r\n]*+)?+ )?+ )?+
            )?+ [^\r\n]*+ (?:\r\n|\n|\r)?+
        )
        """,
        re.VERBOSE | re.DOTALL,
    )


def statements(text: str, grammar: Grammar = Grammar.CURRENT) -> list[Statement]:
    """The assignments in `text`, in order; malformed lines and comments are passed over, as python-dotenv does."""
    found: list[Statement] = []
    position = len(BYTE_ORDER_MARK) if grammar is Grammar.CURRENT and text.startswith(BYTE_ORDER_MARK) else 0
    # findall, because it is several times faster than match objects; what did not take part in a match is ""
    matches = _pattern(grammar).findall(text, position)
    for whole, lead, export, key, equals, quoted, plain, comment, newline, skipped in matches:
        start, position = position, position + len(whole) + len(skipped)
        if not key:
            continue
        value: str | None = None
        if quoted:
            value = _unescape(quoted[1:-1], quoted[0])
        elif equals:
            value, comment = _plain_value(equals, plain)  # noqa: PLW2901  the pattern leaves it to us
        indent = lead[max(lead.rfind("\n"), lead.rfind("\r")) + 1 :] if lead else ""
        name = key[1:-1] if key[0] == "'" else key
        start += len(lead) - len(indent)
        found.append(Statement(start, position, indent, export, name, value, comment, newline))
    return found


def _plain_value(equals: str, plain: str) -> tuple[str, str]:
    """The value of an unquoted right-hand side, and the comment after it with the white space before that."""
    if "#" not in plain:
        return plain.rstrip(), ""
    if plain[0] == "#" and len(equals) > len(plain) + len("="):
        return "", equals[1:].rstrip()
    value = _INLINE_COMMENT.sub("", plain).rstrip()
    return value, plain[len(value) :].rstrip()


def _unescape(text: str, quote: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE[quote].sub(lambda match: _ESCAPED.get(match[0][1], match[0][1]), text)


def raw_values(text: str, grammar: Grammar) -> list[tuple[str, str | None]]:
    """Every key with its value before expansion, in order, as read from a file opened in text mode."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [(statement.key, statement.value) for statement in statements(text, grammar)]


def reads_alike(text: str) -> bool:
    """Whether the two grammars surely read `text` alike."""
    return "\\" not in text and not text.startswith(BYTE_ORDER_MARK)


def expanded(values: Iterable[tuple[str, str | None]]) -> Iterator[tuple[str, str | None]]:
    """The same with `${NAME}` and `${NAME:-default}` expanded from the lines above, the environment being empty."""
    seen: dict[str, str | None] = {}

    def resolve(match: re.Match[str]) -> str:
        return seen.get(match["name"], match["default"] or "") or ""

    for key, value in values:
        seen[key] = _VARIABLE.sub(resolve, value) if value is not None and "${" in value else value
        yield key, seen[key]


def has_variable(value: str) -> bool:
    """Whether python-dotenv would expand something in `value`."""
    return _VARIABLE.search(value) is not None
