"""What every operation is given besides its request: on what it works, whom to keep informed, and when to stop."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from pixie_secrets.audit.entry import Change
    from pixie_secrets.layouts.project import Project


class Progress(NamedTuple):
    """How far an operation is, in units of its own (files, bytes), or what a tool streams meanwhile.

    total: where it is known. text: a piece of what is streamed, masked; empty for a mere step, which may be dropped.
    """

    done: int = 0
    total: int | None = None
    text: str = ""


def _ignored(_step: Progress) -> None:
    pass


class Context(NamedTuple):
    """progress: called from the thread of the operation. cancelled: set by another thread, and the operation stops.

    channel, client: by which way and for which coding agent, for the audit record; "" where there is none to name.
    """

    project: Project
    progress: Callable[[Progress], None] = _ignored
    cancelled: threading.Event | None = None
    channel: str = ""
    client: str = ""

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled is not None and self.cancelled.is_set()

    def record(self, change: Change, tool_id: str, keys: Iterable[str] = ("",), detail: str = "") -> tuple[str, ...]:
        """Note in the audit record what was done, once it is done: a line for each key. A warning where that failed."""
        entry, record = (import_module(f"pixie_secrets.audit.{name}") for name in ("entry", "record"))
        at = entry.now()
        entries = (entry.Entry(at, change, tool_id, key, self.channel, self.client, detail) for key in keys)
        why = record.add(self.project.root, *entries)
        return (why,) if why else ()
