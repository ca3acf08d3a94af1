"""Audit: what became of the secrets of a project, oldest first; never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.audit import record
from pixie_secrets.audit.due import due_keys
from pixie_secrets.secret.key import KeyName

if TYPE_CHECKING:
    from pixie_secrets.audit.entry import Entry
    from pixie_secrets.operations.context import Context


class AuditRequest(NamedTuple):
    """Of whom."""

    tool_id: Annotated[str | None, "left out: of every tool and app, also of those that are gone"] = None


class AuditedChange(NamedTuple):
    """at: UTC. channel: by which way it came; client: the coding agent that asked; null where there was none.

    detail: where a value leaked, the last day it is good for, a recipient's public key, a file's name or format.
    """

    at: str
    change: str
    tool_id: str | None
    key: KeyName | None
    channel: str | None
    client: str | None
    detail: str | None


class DueKey(NamedTuple):
    tool_id: str
    key: KeyName
    why: str


class Audited(NamedTuple):
    """due: the keys that need a new value. unread_lines: of the file, that are no entries. file: the record itself.

    known_by_path: this folder is no repository, so its record is not found any more once it is moved.
    """

    changes: tuple[AuditedChange, ...]
    due: tuple[DueKey, ...]
    unread_lines: int
    file: str
    known_by_path: bool


def audit(context: Context, request: AuditRequest) -> Audited:
    """What the record says.

    Raises:
        FileRefused: it cannot be read.
    """
    found = record.read(context.project.root)
    asked = request.tool_id
    return Audited(
        changes=tuple(_shown(entry) for entry in found.entries if asked in {None, entry.tool_id}),
        due=tuple(
            DueKey(due.tool_id, due.key, due.message)
            for due in due_keys(context.project)
            if asked in {None, due.tool_id}
        ),
        unread_lines=found.unread,
        file=found.path,
        known_by_path=found.by_path,
    )


def _shown(entry: Entry) -> AuditedChange:
    texts = {name: text or None for name, text in entry._asdict().items() if name not in {"at", "change"}}
    return AuditedChange(at=entry.at.strftime("%Y-%m-%dT%H:%M:%SZ"), change=entry.change, **texts)
