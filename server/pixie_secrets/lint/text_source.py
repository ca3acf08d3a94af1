"""Names with values in any text: `name = value`, `"name": "value"`, `<name>value</name>`, `--name value`.

RE2 finds them; which ways to write a value count depends on the language, and `placeholders` decides whether it is
one.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pixie_secrets.lint.hits import Hit
from pixie_secrets.lint.languages import Language
from pixie_secrets.lint.names import STEMS, Kind, kind_of
from pixie_secrets.lint.patterns import pattern
from pixie_secrets.lint.placeholders import plausible
from pixie_secrets.lint.rules import compiled, load

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
_QUOTED = {Language.CODE, Language.DATA, Language.PYTHON, Language.NOTEBOOK}

# Nothing in these is counted: `{0,40}` is forty states to RE2, and forty times forty do not fit its DFA.
_NAME = rf"([\w.$-]*(?:{STEMS})[\w.-]*)"
_TYPE = r"(?:\s?:\s?[A-Za-z][\w<>\[\], |.?&]*)?"
_OPERATOR = r"(?:=>|:=|\?=|\|\|=|\+=|===?|!==?|=|:|,|<-|\()"
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
    return compiled(rf"""(?i){_NAME}["'`*]*\s?(=>|:=|\?=|=|:|<-|>|\s(?:is|to|as)\s)[*`]*[ \t]*{_BARE}""")


@cache
def _spaced() -> Any:
    """Groups: 1 the name, 2 the value: `--password x`, `ENV API_TOKEN x`, `<add key="Password" value="x"`."""
    name = (
        rf"""(?:--?([\w-]*(?:{STEMS})[\w-]*)[ =]+|(?:ENV|ARG|set|setenv|export|setx)\s+([\w.]*(?:{STEMS})[\w.]*)\s+"""
    )
    pair = rf"""|(?:key|name)=["']([\w.:-]*(?:{STEMS})[\w.-]*)["']\s+(?:value|content)=)"""
    return compiled(rf"""(?i){name}{pair}["']?([^\s"'`<>]+)""")


def assignments(data: bytes, language: Language) -> Iterator[Hit]:
    """Every secret that stands beside its name."""
    if language is Language.GENERATED or not _any_name().search(data):
        return
    for match in _quoted().finditer(data):
        group = 2 if match.start(2) >= 0 else 3 if match.start(3) >= 0 else 4
        yield from _hit(match.group(1), match.start(group), match.group(group), loose=False)
    if language in _QUOTED:
        if b"</" in data:
            yield from _unquoted(data, language)
        return
    yield from _unquoted(data, language)
    for match in _spaced().finditer(data):
        name = match.group(1) or match.group(2) or match.group(3)
        yield from _hit(name, match.start(4), match.group(4).rstrip(b",;)|"), loose=False)


def _unquoted(data: bytes, language: Language) -> Iterator[Hit]:
    for match in _bare().finditer(data):
        operator, value = match.group(2), match.group(3)
        if operator != b">" and language in _QUOTED:
            continue
        if language is Language.CONFIG:
            end = data.find(b"\n", match.start(3))
            line = data[match.start(3) : end if end >= 0 else len(data)]
            value = re.split(rb"\s+[#;]|[,;]?\s*$|</", line, maxsplit=1)[0]
        elif language is not Language.DATA:
            value = value.rstrip(b",;).|*_")
        yield from _hit(match.group(1), match.start(3), value, loose=language is Language.PROSE)


def _hit(name_bytes: bytes, start: int, value_bytes: bytes, *, loose: bool) -> Iterator[Hit]:
    if len(value_bytes) < 5:  # noqa: PLR2004  the shortest password worth a word
        return
    name = name_bytes.decode("latin-1").strip(".-$_")
    kind = kind_of(name)
    if kind is None:
        return
    value = value_bytes.decode("utf-8", "replace")
    if value[0].isspace():  # between two strings, not in one
        return
    if is_value(value, kind, loose=loose):
        yield Hit(start, "HS006", shown_name(name))


def is_value(value: str, kind: Kind, *, loose: bool = False) -> bool:
    """Whether a value under a name of that kind is a secret: itself, behind `Bearer`, or in base64."""
    if plausible(value, kind, loose=loose):
        return not any(known in value for known in documented())
    head, _, rest = value.partition(" ")
    if head.lower() in {"bearer", "token", "basic", "apikey", "key"} and rest:
        return plausible(rest, Kind.TOKEN)
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
