"""One run at a time for a tool that says `concurrent: false`, across all processes of this machine."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pixie_secrets.errors import PixieError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from pixie_secrets.layouts.project import Tool

LOOK_SECONDS = 0.05


class Busy(PixieError):
    """Another run of the tool did not end."""


@contextmanager
def turn(tool: Tool, patience: float, cancelled: threading.Event) -> Iterator[None]:
    """Hold the tool's turn; at once for one that can run many times.

    The lock is on `tool.json` itself, so that no lock file lies about; it ends with the process that holds it.
    patience: seconds to wait for another run to end.

    Raises:
        Busy: it did not end, or the call was cancelled meanwhile.
    """
    if tool.manifest.concurrent:
        yield
        return
    held = os.open(tool.folder / "tool.json", os.O_RDONLY)
    try:
        until = time.monotonic() + patience
        while not _taken(held, fcntl.LOCK_EX | fcntl.LOCK_NB):
            if cancelled.wait(LOOK_SECONDS) or time.monotonic() > until:
                raise Busy(f"{tool.id} runs one at a time, and another run has not ended", "try again later")
        yield
    finally:
        os.close(held)


def _taken(held: int, how: int) -> bool:
    try:
        fcntl.flock(held, how)
    except BlockingIOError:
        return False
    return True
