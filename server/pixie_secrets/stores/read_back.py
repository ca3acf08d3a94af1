"""python-dotenv has the last word: what is about to be written is read with the library that tools read it with.

`env_file` decides what to write by a grammar of its own, under all releases. This asks the real one, as a plain
`load_dotenv()` runs it, before the new file takes the place of the old one.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from dotenv.main import resolve_variables
from dotenv.parser import parse_stream
from dotenv.variables import Variable, parse_variables

from pixie_secrets.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_read_back(before: bytes, after: bytes, values: Mapping[str, str | None]) -> None:
    """See to it that `after` gives `values` (None: no such key) and whatever else `before` gave.

    Other values are compared as they are written: one that refers to a key that was set may change, as it should.

    Raises:
        FileRefused: it does not. Nothing of a value is said.
    """
    lines = _assignments(after)
    now = dict(lines)
    for key, value in dict(_assignments(before)).items():
        # what stands before the equals signs that end base64 is no key
        if key not in values and (now[key] != value if key in now else value and value.strip("=")):
            raise _refused("another key would be read differently")
    for key, value in values.items():
        if value is None:
            if key in now:
                raise _refused(f"{key} would still be there")
        elif _expanded(lines, key) != value:
            raise _refused(f"{key} would be read differently")


def _expanded(lines: list[tuple[str, str | None]], key: str) -> str | None:
    """What `load_dotenv` would set `key` to: only the lines that it refers to are asked for, for there may be many."""
    written = dict(lines).get(key) or ""
    named = {key, *(atom.name for atom in parse_variables(written) if isinstance(atom, Variable))}
    return resolve_variables([line for line in lines if line[0] in named], override=False).get(key)


def _assignments(data: bytes) -> list[tuple[str, str | None]]:
    """Every key and value before expansion, from the text as `load_dotenv` opens it."""
    stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
    return [(line.key, line.value) for line in parse_stream(stream) if line.key is not None]


def _refused(why: str) -> FileRefused:
    return FileRefused(
        f"python-dotenv was asked to read the new .env before it is written, and {why}",
        "mend the line that list-secrets names, or a quote that is never closed, and set the key again",
    )
