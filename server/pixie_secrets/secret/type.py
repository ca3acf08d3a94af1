"""Whether a value is what its declaration in `tool.json` asks for: type, pattern, schema.

It stands between the person and the file: what does not fit is refused where it is typed. A refusal says the rule and
what it is good for, never the value or a part of it. A new type is a function, its entry in `TYPES` and its name in
`TypeName`; all else that speaks of types asks this table.

    type      a value fits that is
    string    anything
    url       an address with its scheme: https://…, postgres://…
    json      one JSON document; with `schema`, one that fits it
    integer   decimal digits, with a minus sign or without
    file      the path of an existing file, absolute or from the tool's folder
    oauth2    what an authorization server issues, once a person agreed; never typed
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn, Protocol

from pixie_secrets.errors import ValueRefused
from pixie_secrets.extras import needed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pixie_secrets.secret.text import SecretStr


TypeName = Literal["string", "url", "json", "integer", "file", "oauth2"]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\x00-\x1f\x7f]+")
_URL_RULE = "must be a whole address with its scheme, without white space"
_INTEGER = re.compile(r"-?[0-9]{1,4300}")  # what int() takes
_INTEGER_RULE = "must be a whole number"
_JSON_RULE = "must be one JSON document"


class Declared(Protocol):
    """What a declaration asks of a value; `manifest.secret.Secret` is one. See there for the fields."""

    @property
    def key(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def pattern(self) -> str | None: ...
    @property
    def example(self) -> str | None: ...
    @property
    def schema_(self) -> dict[str, Any] | None: ...


def check_type(secret: Declared, value: SecretStr, folder: Path) -> None:
    """Refuse a `value` that is not what `secret` declares; `folder` is the tool's.

    Raises:
        ValueRefused: says which rule it breaks.
    """
    text = value.get_secret_value()
    wrong = TYPES[secret.type].wrong(secret, text, folder)
    if not wrong and secret.pattern is not None and not _matches(secret.pattern, text):
        wrong = pattern_rule(secret.pattern)
    if wrong:
        raise ValueRefused(wrong_value(secret, wrong), f"one looks like {secret.example}" if secret.example else "")


def wrong_value(secret: Declared, rule: str) -> str:
    """What a person is told of a value that breaks `rule`."""
    return f"that is not a value for {secret.key}: it {rule}"


def pattern_rule(pattern: str) -> str:
    """The rule that a declared pattern is."""
    return f"must match the pattern {pattern}"


def _wrong_string(_secret: Declared, _text: str, _folder: Path) -> str:
    return ""


def _wrong_url(_secret: Declared, text: str, _folder: Path) -> str:
    return "" if _URL.fullmatch(text) else _URL_RULE


def _wrong_integer(_secret: Declared, text: str, _folder: Path) -> str:
    return "" if _INTEGER.fullmatch(text) else _INTEGER_RULE


def _wrong_json(secret: Declared, text: str, _folder: Path) -> str:
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return _JSON_RULE
    if secret.schema_ is None:
        return ""
    rule = needed("pixie_secrets.secret.value_schema").broken_rule(secret.schema_, document)
    return f"breaks a rule of its schema, {rule}" if rule else ""


def _wrong_file(_secret: Declared, text: str, folder: Path) -> str:
    if "\n" in text or "\r" in text:
        return "must be the path of a file, not what is in it"
    try:
        there = (folder / text).is_file()
    except OSError:
        there = False
    return "" if there else "must be the path of an existing file, absolute or from the tool's folder (~ is not read)"


def _wrong_oauth2(_secret: Declared, _text: str, _folder: Path) -> str:
    return "is issued by its provider, not typed: authorize it"


def _matches(pattern: str, text: str) -> bool:
    return needed("pixie_secrets.secret.pattern").compiled(pattern).fullmatch(text) is not None


def _no_constant(_word: str) -> NoReturn:
    raise ValueError


class ValueType(NamedTuple):
    """One type. wrong: what is wrong with a text by it; empty when nothing is.

    shape, rule: what a browser can check beforehand: an expression for the whole value, and what is wrong without it.
    about: what a value is, for people. annotation, convert: how it is typed in Python, and what makes it of the text,
    which may fail. read_as: how the library (`pixie_secrets.tool`) types it; `json` by its schema.
    """

    wrong: Callable[[Declared, str, Path], str]
    about: str = ""
    annotation: str = "str"
    convert: str = ""
    may_fail: bool = False
    shape: str = ""
    rule: str = ""
    read_as: str = "SecretStr"


TYPES: dict[str, ValueType] = {
    "string": ValueType(_wrong_string),
    "url": ValueType(_wrong_url, "a web or database address", shape=_URL.pattern, rule=_URL_RULE),
    "json": ValueType(_wrong_json, "JSON", "Any", "json.loads", may_fail=True, rule=_JSON_RULE, read_as="Any"),
    "integer": ValueType(
        _wrong_integer,
        "a whole number",
        "int",
        "int",
        may_fail=True,
        shape=_INTEGER.pattern,
        rule=_INTEGER_RULE,
        read_as="int",
    ),
    "file": ValueType(_wrong_file, "a file's path", "Path", "Path", read_as="Path"),
    "oauth2": ValueType(_wrong_oauth2, "authorized with `pixie-secrets authorize`, not typed", read_as="OAuth2Secret"),
}
