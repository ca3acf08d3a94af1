"""What lint says: a place, a code, a sentence and a fix. There is no field for what was found there."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pixie_secrets.frozen import Frozen


class Severity(StrEnum):
    """error: a secret is out or about to be. warning: it will break or leak one day. advice: taste of the format."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Finding(Frozen):
    """One thing to put right.

    file: relative to the project, with `/`. line, column: from 1; 0 where it is the file as a whole. Never the matched
    text, its length or where it ends.
    """

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: str
    fix: str


class Hit(NamedTuple):
    """A finding before it has a file: where in the bytes it begins, and what to say.

    said: completes the code's message; a rule's name or a variable's, never a value.
    """

    start: int
    code: str
    said: str


class Line(NamedTuple):
    """What an entry of a baseline is made from: a finding and its whole line, without the white space around."""

    code: str
    file: str
    text: bytes


class Source(NamedTuple):
    """One file as the rules see it: `data` is UTF-8, or the nearest thing to it, whatever the file was written in."""

    path: str
    data: bytes


def place(data: bytes, start: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset into `data`; columns count characters."""
    line_start = data.rfind(b"\n", 0, start) + 1
    before = data[line_start:start].decode("utf-8", "replace")
    return data.count(b"\n", 0, start) + 1, len(before) + 1
