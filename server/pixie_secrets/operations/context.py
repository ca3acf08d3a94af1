"""What every operation is given besides its request: on what it works, whom to keep informed, and when to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

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
    """progress: called from the thread of the operation. cancelled: set by another thread, and the operation stops."""

    project: Project
    progress: Callable[[Progress], None] = _ignored
    cancelled: threading.Event | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled is not None and self.cancelled.is_set()
