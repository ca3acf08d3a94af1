"""Which keys need a new value, and why: known to have leaked, past the day they are good for, refused by their
service, or too old.

A key that leaked is due from that moment on until it is set again, whatever the new value is: to say whether it is
another would say something of both. Unset, it has no value that could be due.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.audit import record
from pixie_secrets.audit.entry import Change, Entry, now
from pixie_secrets.errors import FileRefused
from pixie_secrets.secret.duration import duration_of, in_words

if TYPE_CHECKING:
    from datetime import date, datetime

    from pixie_secrets.audit.entry import KeyRecord
    from pixie_secrets.layouts.project import Project


class DueReason(StrEnum):
    """The most urgent first."""

    LEAKED = "leaked"
    EXPIRED = "expired"
    REFUSED = "refused"
    OLD = "old"


class Due(NamedTuple):
    """since: the day it became so, in UTC.

    detail: of a leak, the place that was named to `mark_leaked`; of a refused one, the service; of an old one, the
    declared `rotate_after`.
    """

    tool_id: str
    key: str
    reason: DueReason
    since: date
    detail: str = ""

    @property
    def message(self) -> str:
        """For a person, after the key's name."""
        match self.reason:
            case DueReason.LEAKED:
                return f"known to have leaked{f' ({self.detail})' if self.detail else ''} since {self.since}"
            case DueReason.EXPIRED:
                return f"expired since {self.since}"
            case DueReason.REFUSED:
                return f"refused by {self.detail} since {self.since}"
            case DueReason.OLD:
                return f"older than {in_words(self.detail)} since {self.since}"


CLEAN_UP = "while the old value is still set here: pixie-secrets find-leaks --clean, and what it names; "


def leaked_steps(owner_id: str, key: str) -> str:
    """What to do about a key that leaked. The order matters: once a new value is set, nothing knows the old one."""
    return (
        f"revoke it where it was issued, for others may have read it; {CLEAN_UP}"
        f"then: pixie-secrets set-secret {owner_id} {key}"
    )


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


def mark_probed(project: Project, owner_id: str, key: str, service: str, *, works: bool) -> str:
    """Note that `service` refuses the value of `key` that is set now, or takes it again; why that could not be noted.

    Due from a refusal on until the next set, or until it works after all. Said again, nothing is added.
    """
    try:
        known = record.keys(project.root).get((owner_id, key))
    except FileRefused:
        known = None
    if bool(known and known.refused) is not works:
        return ""
    change = Change.ACCEPTED if works else Change.REFUSED
    return record.add(project.root, Entry(now(), change, owner_id, key, detail=service))


def due_keys(project: Project, at: datetime | None = None) -> tuple[Due, ...]:
    """Each key that is due, with the most urgent reason, by tool and key. at: now, where nothing is said.

    Raises:
        FileRefused: the record cannot be read.
    """
    keys = record.keys(project.root)
    if not keys:
        return ()
    limits = {
        (tool.id, secret.key): secret.rotate_after
        for tool in project.tools
        for secret in tool.secrets
        if secret.rotate_after
    }
    at = at or now()
    found = (due(name, known, limits.get(name), at) for name, known in sorted(keys.items()))
    return tuple(each for each in found if each)


def due(name: tuple[str, str], known: KeyRecord, rotate_after: str | None, at: datetime) -> Due | None:
    """Why the key of that tool and name is due at that time; None: it is not.

    rotate_after: as its declaration has it.
    """
    if known.leaked:
        return Due(*name, DueReason.LEAKED, known.leaked.date(), known.where)
    if known.expires and known.expires < at.date():
        return Due(*name, DueReason.EXPIRED, known.expires)
    if known.refused:
        return Due(*name, DueReason.REFUSED, known.refused.date(), known.service)
    if rotate_after and known.updated and at - known.updated > duration_of(rotate_after):
        return Due(*name, DueReason.OLD, (known.updated + duration_of(rotate_after)).date(), rotate_after)
    return None
