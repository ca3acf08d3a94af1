"""A folder locked as `files` does it: who saves a value into a tool and who exchanges the tool wait for each other."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pixie_secrets.errors import FileRefused
from pixie_secrets.files import open_folder

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_SECONDS = 30.0


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """`folder`, opened and locked.

    Raises:
        FileRefused: another process has it and does not let go.
        OSError: it cannot be opened.
    """
    descriptor = open_folder(folder)
    try:
        deadline = time.monotonic() + LOCK_SECONDS
        pause = 0.001
        while not taken(descriptor):
            if time.monotonic() > deadline:
                raise FileRefused(
                    f"{folder.name} has been locked by another process for 30 seconds",
                    "see whether another pixie-secrets hangs, and end it",
                )
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
        yield descriptor
    finally:
        os.close(descriptor)


def taken(descriptor: int) -> bool:
    """Lock it, unless somebody else has."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
