r"""The ways to write a value in a `.env` that every release of python-dotenv reads alike, best first.

    spelling        for values
    KEY=v           of letters, digits and `_-.,:/@%+=` only; every program reads it, so there is no other choice
    KEY=v           of these and backslashes, the last sign being none: nothing else is harmless where a shell reads it
    KEY='v'         without `'`, CR, `${…}`, `\\`, or a backslash at the end
    KEY="v"         without `${…}`, `$(`, a backtick beside a `$`, or a backslash at the end: every `$` as it is
    KEY="v"         any: a `$` as `${X_9999:-$}`, a final backslash as `${X_9999:-\\}`, which is the default of a
                    variable that does not exist; python-dotenv, shells and docker compose expand it alike

Between double quotes `"` and CR are written `\"` and `\r`; a backslash is doubled, or left where that means the same to
python-dotenv and to shells; a line feed is written as one, or `\n`.

Of these the one comes first that the fewest programs which the project uses misread, then the fewest of all
(`misreadings`), then the first of the table. Of a variable whose name begins with a digit docker compose refuses the
whole file; so the 9999 and the nameless `${:-$}` come last, for files that define an X_9999.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixie_secrets.env_file.grammar import has_variable
from pixie_secrets.env_file.misreadings import misread_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_PLAIN = r"[A-Za-z0-9_.,:/@%+=-]+"
_PLAIN_WITH_BACKSLASHES = r"[A-Za-z0-9_.,:/@%+=\\-]+(?<!\\)"
_NOWHERE, *_ELSEWHERE_NOWHERE = ("X_9999", "9999", "")  # variables that do not exist; the last cannot
_READ_FOR_MORE = r"\\(?:[\\'\"abfnrtv$`\r\n]|\Z)"  # by python-dotenv or a shell


def spellings(value: str, programs: Collection[str] = ()) -> Iterator[str]:
    """The text to the right of the equals sign, best first.

    programs: those that read the file besides (`project_readers`).
    """
    if re.fullmatch(_PLAIN, value):
        yield value
        return
    choice = list(dict.fromkeys(_choice(value)))
    yield from sorted(choice, key=lambda right: misread_by(right, programs))
    for name in _ELSEWHERE_NOWHERE:
        yield _with_defaults(value, name)


def _choice(value: str) -> Iterator[str]:
    if not ("'" in value or "\r" in value or "\\\\" in value or value.endswith("\\") or has_variable(value)):
        yield f"'{value}'"
    if re.fullmatch(_PLAIN_WITH_BACKSLASHES, value):
        yield value
    is_run = "$(" in value or ("$" in value and "`" in value)
    for body in _double_quoted(value):
        if not (is_run or value.endswith("\\") or has_variable(value)):
            yield f'"{body}"'
    yield _with_defaults(value, _NOWHERE)
    if "\n" in value:
        yield _with_defaults(value, _NOWHERE).replace("\n", "\\n")


def _double_quoted(value: str) -> Iterator[str]:
    """`value` as it is written between double quotes, with every `$` as it is."""
    escaped = value.replace('"', '\\"').replace("\r", "\\r")
    if "\\" in value and not re.search(_READ_FOR_MORE, value):
        yield escaped
    doubled = value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    yield doubled
    if "\n" in value:
        yield doubled.replace("\n", "\\n")


def _with_defaults(value: str, name: str) -> str:
    """`value` between double quotes, with the default of the variable `name` for `$` and a last backslash."""
    escaped = value.removesuffix("\\").replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    last = f"${{{name}:-\\\\}}" if value.endswith("\\") else ""
    return '"' + escaped.replace("$", f"${{{name}:-$}}") + last + '"'
