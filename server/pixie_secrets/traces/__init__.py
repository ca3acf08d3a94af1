"""Traces of values outside their stores: what programs keep of what was said and typed, and the project's git history.

`places` says where to look, `text_files`, `databases` and `git_history` read; each hands over pieces of bytes, `search`
finds known values in them, and `look` goes through all places. All this changes nothing and locks nothing. `cleaning`
takes values out: `text_cleaning` and `database_cleaning` write, once `in_use` says that nobody else does. No value
leaves this room: a trace says where, when and whose.
"""

from __future__ import annotations

from typing import NamedTuple


class Piece(NamedTuple):
    """Some bytes of a place, to be searched.

    at: where they begin in the whole; a value that two pieces share is found once. line: the line they begin in, from
    1; 0 where there are no lines. part: the column of a database, or the path of a file in git's history.
    """

    data: bytes
    at: int = 0
    line: int = 0
    part: str = ""


class NotReadError(Exception):
    """A place that could not be read, or not all of it; the text says why."""


class ChangedError(NotReadError):
    """A place that was written while it was read."""
