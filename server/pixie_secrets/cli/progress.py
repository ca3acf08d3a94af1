"""One line at a person's terminal that says how far something is, once there is something to wait for."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, ParamSpec

from pixie_secrets.cli import surface

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE_SECONDS = 1.0
_PAUSE_SECONDS = 0.1  # ten times a second is smooth

HowFar = ParamSpec("HowFar")


def progress(said: Callable[HowFar, str]) -> Callable[HowFar, None] | None:
    """What to call with how far it is; None where nobody looks. said: how to put that."""
    if not surface.before_a_person():
        return None
    last = time.monotonic() + _PATIENCE_SECONDS - _PAUSE_SECONDS

    def tell(*args: HowFar.args, **kwargs: HowFar.kwargs) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _PAUSE_SECONDS:
            last = now
            sys.stderr.write(f"\r{said(*args, **kwargs)} …\x1b[K")
            sys.stderr.flush()

    return tell


def erase() -> None:
    """Take the line away again; harmless where there was none."""
    if surface.before_a_person():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
