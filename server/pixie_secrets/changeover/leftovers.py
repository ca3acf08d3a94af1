"""What processes left in `tools/` that died while they imported: ended, then taken away.

Whoever is at work in such a folder holds a lock on it, so one that can be locked is nobody's.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pixie_secrets.changeover.locks import locked, taken
from pixie_secrets.changeover.replacing import JOURNAL, Changeover
from pixie_secrets.errors import FileRefused
from pixie_secrets.filenames import STAGED_PREFIX
from pixie_secrets.files import open_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def clear(tools: Path) -> None:
    """End and remove it all, as far as that can be done: a project that is only read is read as it is.

    Whoever only looks for tools comes by here, so an import at work is not waited for.
    """
    with suppress(OSError, FileRefused):
        if any(_nobodys(folder) for folder in tools.glob(f"{STAGED_PREFIX}*")):
            with locked(tools):
                clear_locked(tools)


def clear_locked(tools: Path) -> None:
    """The same, for who has the lock on `tools`."""
    for folder in sorted(tools.glob(f"{STAGED_PREFIX}*")):
        with suppress(OSError, ValueError), _ours(folder) as descriptor:  # a path that is none is a ValueError
            if taken(descriptor):
                end(folder, descriptor)


def is_at(descriptor: int, path: Path) -> bool:
    """Whether the folder that is open is the one at `path`, and no link to it."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def end(folder: Path, descriptor: int) -> None:
    """End what was begun in `folder`, which is open, and remove it; for who has the lock on it.

    Raises:
        OSError: it cannot be ended, or something else is at its path by now. What is there stays: there may be
            something of the person's in it.
    """
    if not is_at(descriptor, folder):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    if begun := Changeover.left(folder):
        begun.repair()
        (folder / JOURNAL).unlink()
    shutil.rmtree(folder, ignore_errors=True)
    if is_at(descriptor, folder):
        _make_removable(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _make_removable(folder: Path) -> None:
    """An old tool may have folders that even their owner cannot write to, as caches of modules are."""
    for _, names, _, within in os.fwalk(folder):
        for name in names:
            with suppress(OSError):
                if not stat.S_ISLNK(os.stat(name, dir_fd=within, follow_symlinks=False).st_mode):
                    os.chmod(name, 0o700, dir_fd=within)


def _nobodys(folder: Path) -> bool:
    with suppress(OSError), _ours(folder) as descriptor:
        return taken(descriptor)
    return False


@contextmanager
def _ours(folder: Path) -> Iterator[int]:
    """`folder`, opened, if it is as this program makes them: a project that came from elsewhere may bring its own.

    Raises:
        OSError: it is somebody else's, or cannot be opened.
    """
    descriptor = open_folder(folder)
    try:
        found = os.fstat(descriptor)
        if (stat.S_IMODE(found.st_mode), found.st_uid) != (0o700, os.geteuid()):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        yield descriptor
    finally:
        os.close(descriptor)
