"""Which keys need a new value, and why: known to have leaked, past the day they are good for, or too old.

A key that leaked is due from that moment on until it is set again, whatever the new value is: to say whether it is
another would say something of both. Unset, it has no value that could be due.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.audit import record
from pixie_secrets.audit.entry import Change, Entry, now
from pixie_secrets.errors import FileRefused

if TYPE_CHECKING:
    from datetime import date, datetime

    from pixie_secrets.layouts.project import Project


class DueReason(StrEnum):
    """The most urgent first."""

    LEAKED = "leaked"
    EXPIRED = "expired"


class Due(NamedTuple):
    """since: the day it became so, in UTC. where: of a leak, the place that was named to `mark_leaked`."""

    tool_id: str
    key: str
    reason: DueReason
    since: date
    where: str = ""

    @property
    def message(self) -> str:
        """For a person, after the key's name."""
        if self.reason is DueReason.LEAKED:
            return f"leaked{f' ({self.where})' if self.where else ''}, known since {self.since}"
        return f"expired on {self.since}"


def mark_leaked(project: Project, owner_id: str, key: str, where: str) -> str:
    """Note that the value of `key` that is set now stands in `where`; why that could not be noted, or "".

    Due from then on until the next set. Said again of the same value, nothing is added. Call it for values that are
    set now alone: a process that has been running for long knows replaced ones too.

    where: the place in a few words or a path, as a person is to read it; nothing of the value or its surroundings.
    """
    try:
        known = record.keys(project.root).get((owner_id, key))
    except FileRefused:
        known = None
    if known and known.leaked:
        return ""
    return record.add(project.root, Entry(now(), Change.LEAKED, owner_id, key, detail=where))


def due_keys(project: Project, at: datetime | None = None) -> tuple[Due, ...]:
    """Each key that is due, with the most urgent reason, by tool and key. at: now, where nothing is said.

    Raises:
        FileRefused: the record cannot be read.
    """
    today = (at or now()).date()
    found = []
    for (tool_id, key), known in sorted(record.keys(project.root).items()):
        if known.leaked:
            found.append(Due(tool_id, key, DueReason.LEAKED, known.leaked.date(), known.where))
        elif known.expires and known.expires < today:
            found.append(Due(tool_id, key, DueReason.EXPIRED, known.expires))
    return tuple(found)
