"""Canaries: made-up values that nobody needs, so whoever has one has read what they should not.

Each lies in a file of its own beside a tool's real `.env`, `.env.backup`, where somebody who looks for values comes by
it and nothing that runs reads it. Here, outside the project, is kept which values are canaries. They are known values
like any other, so they are masked; and wherever one is found in what this program masks or searches, that is a line in
the project's audit record. They are never part of a tool's values, and so are handed to no program and sent nowhere.

The guard asks at every call: standard library only, and one look whether there are any.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.state import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "canaries.json"
BAIT = ".env.backup"
CANARY = " (canary)"  # behind the tool's id, where it is said whose a value is
BYTES_MAX = 1 << 20
KEPT_MAX = 1000

_doing: ContextVar[str] = ContextVar("doing")
_last = ["the command line"]  # of this process: threads of its own have no context
_rung: set[tuple[str, str, str, str]] = set()


class Canary(NamedTuple):
    """One of `key` of `tool_id` in the project at `root`. path: the file it lies in. made: when, ISO 8601."""

    root: str
    tool_id: str
    key: str
    path: str
    made: str
    value: str

    def __repr__(self) -> str:
        return f"Canary({self.tool_id!r}, {self.key!r})"


def canaries() -> tuple[Canary, ...]:
    """All that there are on this machine, of every project. A file that is none of ours has none."""
    from pixie_secrets.files import read_plain

    try:
        return read_rows(read_plain(canaries_path(), BYTES_MAX))
    except OSError:
        return ()


def canaries_path() -> str:
    """Where they are kept."""
    return os.path.join(state_folder(), FILE)


def read_rows(data: bytes) -> tuple[Canary, ...]:
    """What stands in the file."""
    import json

    try:
        rows = json.loads(data or b"[]")
        return tuple(Canary(**row) for row in rows if all(isinstance(text, str) for text in row.values()))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ()


def doing(what: str) -> None:
    """Say what this process does now, in a few words: where a canary is seen from here on."""
    _doing.set(what)
    _last[0] = what


def bell(canary: Canary) -> Callable[[], None]:
    """What is to be called when `canary` is found."""

    def ring() -> None:
        """Once for what a process does: a stream finds the same place again and again."""
        seen = (canary.root, canary.tool_id, canary.key, _doing.get(_last[0]))
        if seen not in _rung:
            _rung.add(seen)
            _record(*seen)

    return ring


def _record(root: str, tool_id: str, key: str, where: str) -> None:
    """A line of the record, and one a day for the same place, however often it is looked through."""
    from pixie_secrets.audit import record
    from pixie_secrets.audit.entry import Change, Entry, now
    from pixie_secrets.errors import FileRefused

    line = Entry(now(), Change.CANARY, tool_id, key, detail=where)
    try:
        before = record.read(root).entries
    except FileRefused:
        before = ()
    if not any(each._replace(at=line.at) == line and each.at.date() == line.at.date() for each in before):
        record.add(root, line)
