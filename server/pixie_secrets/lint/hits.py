"""What the readers of a file find in it: offsets into its bytes, before anybody says anything about them."""

from __future__ import annotations

from typing import NamedTuple


class Hit(NamedTuple):
    """A finding before it has a file: where in the bytes it begins, and what to say.

    said: completes the code's message; a rule's name or a variable's, never a value.
    """

    start: int
    code: str
    said: str


class Looked(NamedTuple):
    """What was seen in a file already, by another process or when its bytes were at hand.

    is_marked: whether a comment in it may let something pass.
    """

    hits: list[Hit]
    is_marked: bool


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
