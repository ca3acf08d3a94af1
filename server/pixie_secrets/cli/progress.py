"""One line at a person's terminal that says how far something is, once there is something to wait for."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from pixie_secrets.cli import surface

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.operations.context import Progress

_PATIENCE_SECONDS = 1.0
_PAUSE_SECONDS = 0.1  # ten times a second is smooth


def progress(text: Callable[[Progress], str]) -> Callable[[Progress], None]:
    """What to call with how far it is; it does nothing where nobody looks. text: how to say that."""
    shown_next = time.monotonic() + _PATIENCE_SECONDS

    def show(step: Progress) -> None:
        nonlocal shown_next
        now = time.monotonic()
        if now >= shown_next:
            shown_next = now + _PAUSE_SECONDS
            sys.stderr.write(f"\r{text(step)} …\x1b[K")
            sys.stderr.flush()

    return show if surface.before_a_person() else _nothing


def _nothing(_step: Progress) -> None:
    pass


def erase() -> None:
    """Take the line away again; harmless where there was none."""
    if surface.before_a_person():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
