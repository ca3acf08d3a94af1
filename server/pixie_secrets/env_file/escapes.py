r"""What readers of a `.env` make of backslashes and variables in one piece of a line: every distinct result.

Nearly every reader has rules of its own for `\n`, `\\`, `\$`, `$NAME` and `${NAME:-default}`, in which quotes they
hold, and which of the two comes first. Programs change them between versions. So no reader is imitated here: each rule
that some reader has is an entry in a table, and `variants` applies them one after the other, in either order.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONG = 4096  # from here on only the rules of the commonest readers, and no two of them in a row
BRACES_MAX = 50  # how many variables a piece may have for what would take the square of them
EXPANSION_MAX = 16  # how many times its own length a piece may grow by variables; more is bait

_LINE_ENDS = {"n": "\n", "r": "\r"}
_CONTROL = {**_LINE_ENDS, "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "0": "\0"}
_QUOTES = {sign: sign for sign in "'\"`"}
_JOINED = {"\n": ""}  # a backslash before a line end joins the lines
_DOUBLE_QUOTED = _JOINED | {sign: sign for sign in '$"`\\'}

# What a character behind a backslash becomes, and whether a backslash before any other is dropped. The commonest rules
# first: a long piece is given to these only.
_ESCAPES: tuple[tuple[Mapping[str, str], bool], ...] = (
    ({"n": "\n"}, False),
    (_JOINED, True),
    (_DOUBLE_QUOTED, False),
    (_CONTROL, True),
    (_LINE_ENDS, False),
    (_CONTROL | _QUOTES | {"\\": "\\", "$": "$"}, False),
    (_LINE_ENDS, True),
    ({"$": "$"}, False),
    (_QUOTES, False),
    (_QUOTES | {"\\": "\\"}, False),
    ({"\\": "\\"}, False),
)
_COMMON = 4
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ANSI = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))", re.DOTALL)

# A variable behind a backslash is none. Braces hold no braces, so that time is linear.
_BRACES = r"\\.|\$\{([^{}\n]*+)\}"
_AS_SHELLS = re.compile(rf"{_BRACES}|\$([A-Za-z_][A-Za-z0-9_]*|[0-9*@#?!$-])", re.DOTALL)
_IN_BRACES = re.compile(rf"{_BRACES}|(?!)()", re.DOTALL)
_TO_FIRST_BRACE = re.compile(r"\$\{([^}\n]*)\}|\$([A-Za-z_][A-Za-z0-9_]*)")  # who knows no defaults
_ANY_BRACES = re.compile(r"\$\{?([A-Za-z0-9_]+)\}?()")  # who takes braces for signs that may be missing
_PLAIN_DEFAULT = re.compile(r"\$\{?([A-Za-z0-9_]+)(?::-([^}\\$]*))?\}?")  # the same, and a default is plain text
_VARIABLES = (
    re.compile(rf"{_BRACES}|\$([A-Za-z0-9_.]+)", re.DOTALL),
    _IN_BRACES,
    re.compile(r"\\.|(?!)()|\$([A-Za-z_][A-Za-z0-9_]*)", re.DOTALL),
)
_NAMED = re.compile(rf"{_BRACES}|\$([A-Za-z_][A-Za-z0-9_]*)", re.DOTALL)
_DEFAULT = re.compile(r":?[-=?+]")


class Variables:
    """What variables stand for: those of the file, by name; one that is not there is empty."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def as_shells(self, text: str) -> str:
        """`text` between double quotes, but for its backslashes; nothing is run."""
        return self._expanded(_AS_SHELLS, text)

    def every_way(self, text: str) -> Iterator[str]:
        """What each way to expand variables makes of `text`, once where several come to the same."""
        found = {text, self.as_shells(text)}
        found.update(self._expanded(pattern, text) for pattern in _VARIABLES)
        found.add(self._expanded(_NAMED, text, keep_unknown=True))
        if "${" in text:
            found.update([self._expanded(_IN_BRACES, each) for each in sorted(found) if each.count("${")])
            if text.count("${") <= BRACES_MAX:
                for pattern in (_TO_FIRST_BRACE, _ANY_BRACES):
                    found.add(pattern.sub(lambda match: self._values.get(match[1] or match[2] or "", ""), text))
                found.add(_PLAIN_DEFAULT.sub(lambda match: self._values.get(match[1]) or match[2] or "", text))
        found.add(text.replace("$$", "$"))
        found.discard(text)
        yield from sorted(found)

    def _expanded(self, pattern: re.Pattern[str], text: str, *, keep_unknown: bool = False) -> str:
        left = len(text) * EXPANSION_MAX + LONG

        def resolve(match: re.Match[str]) -> str:
            nonlocal left
            if match[0][0] == "\\":
                return match[0]
            name, default = _name_and_default(match[1]) if match[1] is not None else (match[2] or "", "")
            found = self._values.get(name) or default
            left -= len(found)
            return "" if left < 0 else found or (match[0] if keep_unknown else "")

        return pattern.sub(resolve, text)


def _name_and_default(inside: str) -> tuple[str, str]:
    """Name and default of what stands between braces; the default is itself read as between double quotes."""
    found = _DEFAULT.search(inside)
    if not found:
        return inside, ""
    default = "" if found[0].endswith("+") else inside[found.end() :]
    return inside[: found.start()], double_quoted(default)


def variants(piece: str, variables: Variables) -> Iterator[str]:
    """`piece` and whatever readers make of it, some of it more than once; linear in its length."""
    yield piece
    escaped = dict.fromkeys(_unescaped(piece)) if "\\" in piece else {}
    yield from escaped
    if "$" not in piece:
        return
    for text in (piece, *escaped):
        yield text.replace("\\$", "$")  # even where the backslash is itself escaped
    expanded = set(variables.every_way(piece))
    yield from sorted(expanded)
    if len(piece) <= LONG:
        for text in sorted(expanded):
            yield from _unescaped(text)
        for text in escaped:
            yield from variables.every_way(text)


def _unescaped(piece: str) -> Iterator[str]:
    """What each rule for backslashes makes of `piece`; rules that come to the same are applied once."""
    for escapes in _effects("".join(sorted(set(_ESCAPE.findall(piece)))), long=len(piece) > LONG):
        yield _replaced(piece, escapes)
    if "\\\\n" in piece:  # many look for `\n` only, even where its backslash is itself escaped
        yield piece.replace("\\n", "\n")
        yield piece.replace("\\n", "\n").replace("\\r", "\r")
        yield piece.replace("\\\\", "\\").replace("\\n", "\n")  # the same again once it is not


@lru_cache(maxsize=1024)
def _effects(present: str, *, long: bool) -> tuple[dict[str, str], ...]:
    """The distinct ways to read backslashes before the characters of `present`."""
    effects: list[dict[str, str]] = []
    for escapes, drops in _ESCAPES[:_COMMON] if long else _ESCAPES:
        effect = {sign: escapes.get(sign, sign if drops else f"\\{sign}") for sign in present}
        if effect not in effects:
            effects.append(effect)
    return tuple(effects)


def _replaced(text: str, escapes: Mapping[str, str]) -> str:
    return _ESCAPE.sub(lambda match: escapes.get(match[1], match[0]), text)


def double_quoted(text: str) -> str:
    """What shells make of backslashes between double quotes."""
    return _replaced(text, _DOUBLE_QUOTED) if "\\" in text else text


def unquoted(text: str) -> str:
    """What shells make of backslashes outside quotes: they go."""
    return _ESCAPE.sub(lambda match: _JOINED.get(match[1], match[1]), text) if "\\" in text else text


def ansi_quoted(text: str) -> str:
    r"""What bash, zsh and ksh read between `$'` and `'`."""
    return _ANSI.sub(_ansi_character, text)


def _ansi_character(match: re.Match[str]) -> str:
    for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
        if match[group]:
            code = int(match[group], base)
            return chr(code) if code <= sys.maxunicode else ""
    return _CONTROL.get(match[5]) or (match[5] if match[5] in "'\"\\?" else match[0])
