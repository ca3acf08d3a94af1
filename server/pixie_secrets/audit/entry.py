"""One line of the record, and what a key's lines add up to."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.errors import PixieError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TEXT_MAX = 1000  # characters of one field
_CHANGE = re.compile(r"[a-z][a-z-]{0,39}")
_SNAPSHOT = "snapshot"  # what the lines before this file added up to: its first line, and no change


class Change(StrEnum):
    """What happened. A record of a newer version may name others; they are shown as they are."""

    SET = "set"
    UNSET = "unset"
    EXPIRES = "expires"
    LEAKED = "leaked"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    COPIED = "copied"
    IMPORTED = "imported"
    SHARED = "shared"
    MIGRATED = "migrated"
    SEALED = "sealed"
    UNSEALED = "unsealed"
    RECIPIENT_ADDED = "recipient-added"
    RECIPIENT_REMOVED = "recipient-removed"
    KEY_ROTATED = "key-rotated"
    CANARY = "canary"


class Way(StrEnum):
    """By which way a change came: the channel that a value took, or the surface where there was none."""

    PAGE = "page"
    PROMPT = "prompt"
    POPUP = "popup"
    STDIN = "stdin"
    FILE = "file"
    COMMAND = "command"
    TOOL_CALL = "tool call"
    LIBRARY = "library"
    API = "api"


class Entry(NamedTuple):
    """One change.

    at: in UTC, to the second. tool_id, key: "" where it is about no single one. channel: a `Way`, or "". client: the
    coding agent that asked. detail: of LEAKED and CANARY where, of REFUSED and ACCEPTED by whom, of EXPIRES the day
    (ISO), of a recipient the public key, of the others "" or a file's name or format; never anything of a value.
    """

    at: datetime
    change: str
    tool_id: str = ""
    key: str = ""
    channel: str = ""
    client: str = ""
    detail: str = ""


class KeyRecord(NamedTuple):
    """What is known of a key that was set. created: when it was first set, since it was last unset.

    leaked: since when its value is known to have leaked, and where. expires: the last day it is good for, as somebody
    said. refused: since when its service refuses it, and which that is. All None for a key that leaked and was never
    set here.
    """

    created: datetime | None = None
    updated: datetime | None = None
    channel: str = ""
    client: str = ""
    leaked: datetime | None = None
    where: str = ""
    expires: date | None = None
    refused: datetime | None = None
    service: str = ""


Keys = dict[tuple[str, str], KeyRecord]  # by tool and key


def now() -> datetime:
    """The time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def day_of(text: str) -> date:
    """The day that a person wrote, as 2027-01-31.

    Raises:
        PixieError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PixieError("that is no day", "write year, month and day: 2027-01-31") from None


def line_of(entry: Entry) -> str:
    """`entry` as it stands in the file, without the line's end."""
    fields = {
        name: text[:TEXT_MAX]
        for name, text in entry._asdict().items()
        if name != "at" and isinstance(text, str) and text
    }
    return json.dumps({"at": _time_text(entry.at), **fields})


def snapshot_of(keys: Keys, at: datetime) -> str:
    """The first line of a file that follows another: nothing of what is known of a key is lost with the old lines."""
    rows = [
        {"tool_id": tool_id, "key": key} | {name: _plain(value) for name, value in known._asdict().items() if value}
        for (tool_id, key), known in keys.items()
    ]
    return json.dumps({"at": _time_text(at), "change": _SNAPSHOT, "keys": rows})


class Read(NamedTuple):
    """keys: what all lines add up to. unread: lines that are none of ours."""

    entries: tuple[Entry, ...]
    keys: Keys
    unread: int


def read_lines(data: bytes) -> Read:
    """The entries of a file, oldest first. A line that is none is passed over and counted."""
    entries: list[Entry] = []
    keys: Keys = {}
    unread = 0
    for line in data.split(b"\n"):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
            if document["change"] == _SNAPSHOT:
                keys = dict(_snapshot_row(row) for row in document["keys"])
                continue
            entry = _entry(document)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            unread += 1
            continue
        entries.append(entry)
        add_to(keys, entry)
    return Read(tuple(entries), keys, unread)


def add_to(keys: Keys, entry: Entry) -> None:
    """What `entry` changes in what is known of its key."""
    name = (entry.tool_id, entry.key)
    known = keys.get(name, KeyRecord())
    match entry.change:
        case Change.SET:  # a new value: what was known of the old one says nothing of it
            created = known.created or entry.at
            keys[name] = KeyRecord(created, entry.at, entry.channel, entry.client)
        case Change.UNSET:
            keys.pop(name, None)
        case Change.LEAKED if not known.leaked:
            keys[name] = known._replace(leaked=entry.at, where=entry.detail)
        case Change.EXPIRES:
            keys[name] = known._replace(expires=_day(entry.detail))
        case Change.REFUSED if not known.refused:
            keys[name] = known._replace(refused=entry.at, service=entry.detail)
        case Change.ACCEPTED if known.refused:
            keys[name] = known._replace(refused=None, service="")
        case _:
            pass


def _entry(document: Mapping[str, Any]) -> Entry:
    texts = {name: document.get(name, "") for name in Entry._fields[1:]}
    if not all(isinstance(text, str) and len(text) <= TEXT_MAX for text in texts.values()):
        raise ValueError
    if not _CHANGE.fullmatch(texts["change"]):
        raise ValueError
    if texts["change"] == Change.EXPIRES:
        _day(texts["detail"])
    return Entry(_time(document["at"]), **texts)


def _snapshot_row(row: Mapping[str, Any]) -> tuple[tuple[str, str], KeyRecord]:
    texts = {name: row.get(name, "") for name in ("tool_id", "key", "channel", "client", "where", "service")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError
    times = {name: _time(row[name]) if name in row else None for name in ("created", "updated", "leaked", "refused")}
    expires = _day(row["expires"]) if "expires" in row else None
    name = (texts.pop("tool_id"), texts.pop("key"))
    known = KeyRecord(times["created"], times["updated"], texts["channel"], texts["client"], times["leaked"])
    more = known._replace(where=texts["where"], expires=expires, refused=times["refused"], service=texts["service"])
    return name, more


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError
    return found.astimezone(UTC)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _time_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(value: Any) -> str:
    return _time_text(value) if isinstance(value, datetime) else str(value)


def lines_of(entries: Iterable[Entry]) -> bytes:
    """`entries` as they are appended."""
    return "".join(f"{line_of(entry)}\n" for entry in entries).encode()
