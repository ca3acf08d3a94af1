"""A new file that appears under its name all at once, whole, or not at all; never in the place of another one."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets.archives.refusals import ShareRefused
from pixie_secrets.changeover.rename import rename_new
from pixie_secrets.filenames import UNFINISHED_ENDING
from pixie_secrets.files import open_folder

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_UNNAMED = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.EPERM}


def check(path: Path, tool: Path) -> None:
    """Whether an archive may be written there.

    Raises:
        ShareRefused: why not.
    """
    if path.is_symlink():
        raise ShareRefused("the output is a link", "name a file that does not exist yet")
    if path.is_dir():
        raise ShareRefused("the output is a folder", "name a file in it, such as my-tool.zip")
    if os.path.lexists(path):
        raise ShareRefused("the output exists already, and is left as it is", "name another output, or remove it")
    if not path.parent.is_dir():
        raise ShareRefused("the folder of the output does not exist", "make it first, or name another one")
    inside, real = tool.resolve(), path.parent.resolve()
    if real == inside or inside in real.parents:
        raise ShareRefused("the output would lie in the tool itself", "name a file outside its folder")


@contextmanager
def appearing(path: Path) -> Iterator[int]:
    """A file to write; it gets its name when the block ends well, and is never seen before.

    Raises:
        ShareRefused: something else has that name by then.
    """
    folder = open_folder(path.parent.resolve())
    try:
        descriptor, name = _create(path, folder)
        try:
            yield descriptor
            os.fsync(descriptor)
            _name(path, folder, descriptor, name)
        finally:
            os.close(descriptor)
            if name is not None:
                name.unlink(missing_ok=True)
    finally:
        os.close(folder)


def _name(path: Path, folder: int, descriptor: int, name: Path | None) -> None:
    try:
        if name is None:
            # dst_dir_fd makes Python call linkat, which follows the link that /proc has for an open file
            os.link(f"/proc/self/fd/{descriptor}", path.name, dst_dir_fd=folder, follow_symlinks=True)
        else:
            rename_new(name, path)
    except FileExistsError:
        raise ShareRefused("the output has come into being meanwhile", "name another output") from None
    with suppress(OSError):
        os.fsync(folder)


def _create(path: Path, folder: int) -> tuple[int, Path | None]:
    """An open file, without a name where the system can do that: then nothing is left of it, whatever happens."""
    unnamed = getattr(os, "O_TMPFILE", None)
    if unnamed is not None and Path("/proc/self/fd").is_dir():
        try:
            return os.open(".", unnamed | os.O_RDWR | os.O_CLOEXEC, 0o666, dir_fd=folder), None
        except OSError as error:
            if error.errno not in _NO_UNNAMED:
                raise
    name = path.with_name(
        f".{path.name}{UNFINISHED_ENDING}"
    )  # one name, so that the next share takes over what a dead one left
    descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
    except BlockingIOError:
        os.close(descriptor)
        raise ShareRefused("another share is writing that output", "wait for it, or name another file") from None
    return descriptor, name
