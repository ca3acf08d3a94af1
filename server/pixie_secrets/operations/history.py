"""When each key was set, by which way, and whether it is due: the audit record as `list-secrets` and the page show it.

Of a value that was put into the file by hand, or before there was a record, nothing is known, and nothing is said.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.audit import record
from pixie_secrets.audit.due import due
from pixie_secrets.audit.entry import KeyRecord, now
from pixie_secrets.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.audit.entry import Keys
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.manifest.essentials import DeclaredSecret
    from pixie_secrets.sealed.about import About

DAYS_OF_A_MONTH, DAYS_OF_A_YEAR = 30, 365


class KeyHistory(NamedTuple):
    """created_at: first set since it was last unset. updated_at: last set; both UTC, null where it is not known.

    channel: how it was last set. expires: the last day it is good for, as
    somebody said. due: why a new value is due, for a person; null: it is not.
    """

    created_at: str | None = None
    updated_at: str | None = None
    channel: str | None = None
    expires: str | None = None
    due: str | None = None


class Histories(NamedTuple):
    """What the record says of each key. warnings: why it could not be read."""

    keys: Keys
    at: datetime
    warnings: tuple[str, ...] = ()

    def with_abouts(self, tool_id: str, abouts: Mapping[str, About]) -> Histories:
        """The same, and what a store itself keeps of its values, where that is of a later value than the record's.

        What is known of an older value (that it leaked, when it expires) says nothing of a newer one.
        """
        keys = dict(self.keys)
        for key, about in abouts.items():
            updated = _read(about.updated)
            known = keys.get((tool_id, key), KeyRecord())
            if updated and (known.updated is None or known.updated < updated):
                keys[tool_id, key] = KeyRecord(_read(about.created) or updated, updated, about.channel)
        return self._replace(keys=keys)

    def of(self, tool_id: str, key: str, declared: DeclaredSecret | None, *, is_set: bool) -> KeyHistory:
        """Of one key. Of one that has no value nothing is of interest."""
        known = self.keys.get((tool_id, key))
        if known is None or not is_set:
            return KeyHistory()
        found = due((tool_id, key), known, declared.rotate_after if declared else None, self.at)
        return KeyHistory(
            created_at=_written(known.created),
            updated_at=_written(known.updated),
            channel=known.channel or None,
            expires=str(known.expires) if known.expires else None,
            due=found.message if found else None,
        )


def histories(project: Project) -> Histories:
    """What the record of `project` says now; a record that cannot be read is no reason to show nothing."""
    try:
        return Histories(record.keys(project.root), now())
    except FileRefused as refused:
        return Histories({}, now(), (f"{refused.message}: when secrets were set is not known, nor what is due",))


def set_when(updated_at: str | None, channel: str | None) -> str:
    """`12 days ago by page`, `today by prompt`; "" where it is not known. Both as in `KeyHistory`."""
    if updated_at is None:
        return ""
    return days_ago(days_since(updated_at)) + (f" by {channel}" if channel else "")


def days_since(at: str) -> int:
    """Whole days since then; `at` as in `KeyHistory`."""
    return (now() - datetime.fromisoformat(at)).days


def days_ago(days: int) -> str:
    """Roughly, as a person says it."""
    number, unit = roughly(days)
    return f"{number} {unit}{'' if number == 1 else 's'} ago" if number else "today"


def roughly(days: int) -> tuple[int, str]:
    """How many days, months or years; 0 of them: today."""
    if days < 2 * DAYS_OF_A_MONTH:
        return max(0, days), "day"
    if days < 2 * DAYS_OF_A_YEAR:
        return days // DAYS_OF_A_MONTH, "month"
    return days // DAYS_OF_A_YEAR, "year"


def _read(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:  # somebody else wrote it
        return None
    return found if found.tzinfo else None


def _written(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
