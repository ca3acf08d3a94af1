"""From a submitted form to the values of a person: which secrets were filled in, and what is wrong with the others.

The way of a value: the form's part, a `SecretStr` here, `set_secret`. It is in no exception, no page and no log, and
gone when the request ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixie_secrets.audit.entry import day_of
from pixie_secrets.errors import PixieError, ValueRefused
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from pixie_secrets.channels.page.form import Form

WAYS = ("line", "block", "file")  # a secret's three fields: `line.KEY`, `block.KEY`, `file.KEY`
FIELDS = len(WAYS) + 2  # and `expires.KEY`, `probe.KEY`


class _LineBreaksLost(ValueRefused):
    """A key file pasted into a field of one line."""


@dataclass(frozen=True)
class Answers:
    """values: what was filled in and may be stored. problems: by key, what was filled in and may not.

    several_lines: the keys whose second way (several lines or a file) was used, or should have been. expires: by key,
    the last day that was given, with a value or for the one that is set.
    """

    values: dict[str, SecretStr]
    problems: dict[str, PixieError]
    several_lines: frozenset[str]
    expires: dict[str, date]


def read_answers(
    form: Form, keys: Collection[str], check: Callable[[str, SecretStr], object], already_set: Collection[str] = ()
) -> Answers:
    """The answers to `keys` in `form`; a secret whose fields are all empty is in neither.

    check: raises ValueRefused for what is not a value for a key. already_set: those that a day may be given for without
    a value.
    """
    values: dict[str, SecretStr] = {}
    problems: dict[str, PixieError] = {}
    expires: dict[str, date] = {}
    several_lines = {key for key in keys if _text(form, f"block.{key}") or form.part(f"file.{key}").file}
    for key in keys:
        try:
            value = _answer(form, key)
            if value is not None:
                check(key, value)
                values[key] = value
            if day := _day(form, key, has_value=value is not None or key in already_set):
                expires[key] = day
        except PixieError as problem:
            problems[key] = problem
            if isinstance(problem, _LineBreaksLost):
                several_lines.add(key)
    return Answers(values, problems, frozenset(several_lines), expires)


def _day(form: Form, key: str, *, has_value: bool) -> date | None:
    text = form.plain(f"expires.{key}")
    if not text:
        return None
    if not has_value:
        raise ValueRefused(f"a day was given for {key}, and no value", "give the value that is good until then, too")
    return day_of(text)


def _answer(form: Form, key: str) -> SecretStr | None:
    parts = {way: form.part(f"{way}.{key}") for way in WAYS}
    if any(part.text is None for part in parts.values()):
        raise ValueRefused(f"the file for {key} is not UTF-8 text", "choose a text file; binary keys need a text form")
    if parts["file"].file and not _text(form, f"file.{key}"):
        raise ValueRefused(f"the file for {key} is empty", "choose the file that holds the value")
    given = [way for way in WAYS if _text(form, f"{way}.{key}")]
    if not given:
        return None
    if len(given) > 1:
        raise ValueRefused(f"{key} was given in more than one way", "type it, or paste the lines, or choose a file")
    text = _text(form, f"{given[0]}.{key}")
    if given == ["line"] and text.startswith("-----BEGIN ") and "\\n" not in text:
        raise _LineBreaksLost(
            f"{key} has lost its line breaks: a one-line field drops them",
            "paste it under “Several lines or a file”",
        )
    if given == ["block"]:
        text = text.replace("\r\n", "\n")  # browsers send every line break of a text area as CRLF
    return SecretStr(text)


def _text(form: Form, name: str) -> str:
    part = form.part(name)
    return part.text.get_secret_value() if part.text else ""
