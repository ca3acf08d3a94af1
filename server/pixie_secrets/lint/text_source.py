"""Names with values in any text: `name = value`, `"name": "value"`, `<name>value</name>`, `--name value`.

RE2 finds them; which ways to write a value count depends on the language, and `placeholders` decides whether it is
one.
"""

from __future__ import annotations

import base64
import binascii
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.lint.hits import Hit
from pixie_secrets.lint.languages import Language
from pixie_secrets.lint.names import STEMS, Kind, kind_of
from pixie_secrets.lint.patterns import pattern
from pixie_secrets.lint.placeholders import LENGTH_MAX, plausible
from pixie_secrets.lint.rules import compiled, load

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
_VARIABLE = pattern(rb"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")  # in prose too, this is code
_BEHIND = pattern(rb"(?<!\s)\s++[#;]|</")
_SCHEME_MAX = 16
_QUOTED = {Language.CODE, Language.DATA, Language.PYTHON, Language.NOTEBOOK}

# Nothing in these is counted: `{0,40}` is forty states to RE2, and forty times forty do not fit its DFA.
_NAME = rf"([\w.$-]*(?:{STEMS})[\w.\x80-\xff-]*)"
_TYPE = r"(?:\s?:\s?[A-Za-z&][\w<>\[\], |.?&']*)?"
_OPERATOR = r"(?:=>|:=|\?\?=?|\?=|\|\|=?|\+=|===?|!==?|=|:|,|<-|\()"
_LITERAL = r"""(?:[A-Za-z_.]*\(\s*)?[brfu@$]*(?:\\?"([^"\n\\]+)|'([^'\n]+)|`([^`\n]+))"""
_BARE = r"""([^\s"'`<>,(\[{=~][^\s"'`<>]+)"""


@cache
def _any_name() -> Any:
    """What every name that counts has; most files have none, and one look is quicker than three."""
    return compiled(f"(?i){STEMS}")


@cache
def _quoted() -> Any:
    """Groups: 1 the name, 2 to 4 the value in ", ' or `."""
    return compiled(rf"""(?i){_NAME}\\?["'`]?\s*[\])]?{_TYPE}\s*{_OPERATOR}\s*{_LITERAL}""")


@cache
def _bare() -> Any:
    """Groups: 1 the name, 2 the operator, 3 the value without quotes."""
    return compiled(
        rf"""(?i){_NAME}["'`*]*\s?(=>|:=|\?=|=|:|<-|>|[ \t]+\|[ \t]|\s(?:is|to|as)\s)[ \t]*[*`]*[ \t]*{_BARE}"""
    )


@cache
def _spaced() -> Any:
    """Groups: 1 the name, 2 the value: `--password x`, `ENV API_TOKEN x`, `<add key="Password" value="x"`."""
    option = rf"--?([\w-]*(?:{STEMS})[\w-]*)[ =]+"
    command = rf"(?:ENV|ARG|set|setenv|export|setx|#define)\s+(?:-\w+\s+)*([\w.]*(?:{STEMS})[\w.]*)\s+"
    pair = rf"""(?:key|name)=["']([\w.:-]*(?:{STEMS})[\w.-]*)["']\s+(?:value|content)="""
    return compiled(rf"""(?i)(?:{option}|{command}|{pair})["']?([^\s"'`<>]+)""")


@cache
def _default() -> Any:
    """Groups: 1 the name, 2 the value: `${JWT_SECRET:-x}`, in shells and what reads like one."""
    return compiled(rf"""(?i)\$\{{([\w]*(?:{STEMS})\w*):?[-=]([^}}$\s]+)\}}""")


@cache
def _sentence() -> Any:
    """Groups: 1 and 3 the name, 2 and 4 the value: `the password for now is x`, `password x` as a whole line."""
    noun = r"(password|passwort|pass|pwd|api[ _-]?key|token|secret)"
    between = r"(?:(?:\s[\w.]+){0,5}?\s(?:is|ist|lautet|=|:)\s+[\"'`]?|\s+`)"
    line = r"^[ \t]*(password|passwd|requirepass|masterauth|pass)[ \t]+[\"']?([^\s\"']+)[\"']?[ \t]*\r?$"
    return compiled(rf"(?im)\b{noun}{between}([^\s\"'`]+)|{line}")


class _Beside(NamedTuple):
    """A name and what stands beside it. loose: where prose and code stand, too."""

    name: bytes
    start: int
    value: bytes
    loose: bool = False


def assignments(data: bytes, language: Language, *, every: bool = False) -> Iterator[Hit]:
    """Every secret that stands beside its name.

    every: also what is not the first of its line, in one way to write it; nobody else has a use for those.
    """
    if language is Language.GENERATED or not _any_name().search(data) or b"kind: SealedSecret" in data:
        return
    ways = [_in_quotes(data), *([_defaults(data)] if b"${" in data else [])]
    if language not in _QUOTED:
        ways += [_unquoted(data, language), _spelled_apart(data), _said(data, language)]
    elif b"</" in data:
        ways.append(_unquoted(data, language))
    elif b"#define" in data:
        ways.append(_spelled_apart(data))
    for way in ways:
        done = 0
        for beside in way:
            if beside.start < done:
                continue
            if name := _secret_name(beside):
                yield Hit(beside.start, "HS006", shown_name(name))
                newline = -1 if every else data.find(b"\n", beside.start)
                done = newline if every or newline >= 0 else len(data)


def _in_quotes(data: bytes) -> Iterator[_Beside]:
    for match in _quoted().finditer(data):
        group = 2 if match.start(2) >= 0 else 3 if match.start(3) >= 0 else 4
        yield _Beside(match.group(1), match.start(group), match.group(group))


def _unquoted(data: bytes, language: Language) -> Iterator[_Beside]:
    ends = _Ends(data)
    for match in _bare().finditer(data):
        operator, value = match.group(2), match.group(3)
        if operator != b">" and language in _QUOTED:
            continue
        if b"|" in operator and language is not Language.PROSE:  # a column of a table, else a pipe
            continue
        if language is Language.CONFIG:
            value = ends.value(match.start(3))
        elif language is not Language.DATA:
            value = value.rstrip(b",;).|*_")
        loose = language is Language.PROSE and not _VARIABLE.fullmatch(match.group(1))
        yield _Beside(match.group(1), match.start(3), value, loose=loose)


def _spelled_apart(data: bytes) -> Iterator[_Beside]:
    for match in _spaced().finditer(data):
        name = match.group(1) or match.group(2) or match.group(3)
        yield _Beside(name, match.start(4), match.group(4).rstrip(b",;)|"))


def _defaults(data: bytes) -> Iterator[_Beside]:
    for match in _default().finditer(data):
        yield _Beside(match.group(1), match.start(2), match.group(2))


def _said(data: bytes, language: Language) -> Iterator[_Beside]:
    """In a sentence, or after nothing but white space on a line of its own, as some programs have it."""
    for match in _sentence().finditer(data):
        if match.start(3) >= 0:
            yield _Beside(match.group(3), match.start(4), match.group(4))
        elif language is Language.PROSE:
            yield _Beside(match.group(1), match.start(2), match.group(2).rstrip(b".,;:)"), loose=True)


class _Ends:
    """Values that go on to the end of their line, without the comment or tag behind them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._end = -1
        self._is_cut = False

    def value(self, start: int) -> bytes:
        """The one that begins at `start`; empty when it is too long for one. Asked for one after the other."""
        if start >= self._end:  # else it is the same line's, and ends where the one before it does
            newline = self._data.find(b"\n", start)
            last = newline if newline >= 0 else len(self._data)
            behind = _BEHIND.search(self._data, start, last)
            self._end, self._is_cut = (behind.start() if behind else last), behind is not None
        value = self._data[start : self._end] if self._end - start <= 2 * LENGTH_MAX else b""
        return value if self._is_cut else _without_comma(value.rstrip())


def _without_comma(value: bytes) -> bytes:
    return value[:-1] if value.endswith((b",", b";")) else value


def _secret_name(beside: _Beside) -> str:
    """The name, when what stands beside it is a secret; else nothing."""
    if len(beside.value) < 5:  # noqa: PLR2004  the shortest password worth a word
        return ""
    name = beside.name.decode("latin-1").strip(".-$_")
    kind = kind_of(name)
    if kind is None:
        return ""
    value = beside.value.decode("utf-8", "replace")
    if value[0].isspace():  # between two strings, not in one
        return ""
    return name if is_value(value, kind, loose=beside.loose) else ""


def is_value(value: str, kind: Kind, *, loose: bool = False) -> bool:
    """Whether a value under a name of that kind is a secret: itself, behind `Bearer`, or in base64."""
    if plausible(value, kind, loose=loose):
        return not any(known in value for known in documented())
    head, _, rest = value.partition(" ")
    if rest and head.isalpha() and len(head) <= _SCHEME_MAX and plausible(rest, Kind.TOKEN):
        return True  # `Bearer …`, and whatever else a vendor calls it
    inner = decoded(value) if kind is Kind.PASSWORD and len(value) % 4 == 0 else ""
    return bool(inner) and plausible(inner, kind)


@cache
def documented() -> tuple[str, ...]:
    """Beginnings of values that vendors print in their documentation."""
    return tuple(text.decode() for text in load().documented)


def decoded(value: str) -> str:
    """What base64 of text says; empty when it is not."""
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return text if text.isprintable() else ""


def shown_name(name: str) -> str:
    """A name that may be shown: an identifier, and not one that is itself a value."""
    return name if _SHOWN_NAME.fullmatch(name) and not plausible(name, Kind.TOKEN) else "a name that says secret"
