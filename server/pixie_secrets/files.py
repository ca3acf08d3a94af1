"""Files read and edited whole, atomically, durably, one writer at a time; owner-only ones, and the project's ordinary
ones; and the one way to open what is a plain file. The only platform split.

What holds, and how:
- Never readable by others: the new file is created 0600 before its first byte and takes the place of the old one.
- A crash leaves the old file or the new one: written beside it, flushed, renamed over it, the folder flushed.
- Nothing is lost between writers: an advisory lock on the folder itself, so that no lock file lies about. A writer
  that takes no lock (an editor) is noticed just before the rename, and the edit is done again on what it wrote.
- No litter: the unfinished file has one fixed name, which `.env.*` ignores in git and every later edit removes.
- Nothing is followed: each folder of the path is opened in turn, never through a link, and the rest happens inside
  that open folder. FIFOs, devices and the like are told by their type before they are opened.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import FileRefused
from pixie_secrets.filenames import UNFINISHED_ENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Edit = Callable[[bytes | None], bytes | None]

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
_BYTES = getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK | getattr(os, "O_CLOEXEC", 0)


class NotPlainError(OSError):
    """A folder, a pipe, a device or the like where a plain file was looked for."""


class OpenedFile(NamedTuple):
    """descriptor: for the caller to close. status: as it was when it was opened."""

    descriptor: int
    status: os.stat_result


def open_plain(path: str | Path, *, folder: int | None = None, follow: bool = False) -> OpenedFile:
    """A plain file, opened for reading: never through a link (unless `follow`), never waiting for another program.

    folder: an open folder that `path` is in.

    Raises:
        NotPlainError: it is something else.
        OSError: it is not there, a link (ELOOP), or cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | _AT_ONCE | _BYTES | (0 if follow else _NO_LINK), dir_fd=folder)
    return _only_plain(descriptor)


def read_plain(path: str | Path, most: int, *, folder: int | None = None, follow: bool = False) -> bytes:
    """The first `most` bytes of a plain file. Raises what `open_plain` does."""
    descriptor = open_plain(path, folder=folder, follow=follow).descriptor
    with os.fdopen(descriptor, "rb") as file:
        return file.read(most)


def create_plain(path: str | Path, mode: int, *, folder: int | None = None, readable: bool = False) -> int:
    """A new file, opened for writing: the descriptor, for the caller to close.

    Raises:
        FileExistsError: there is something by that name, if only a link that leads nowhere.
        OSError: it cannot be made.
    """
    flags = (os.O_RDWR if readable else os.O_WRONLY) | os.O_CREAT | os.O_EXCL | _NO_LINK | _AT_ONCE | _BYTES
    return os.open(path, flags, mode, dir_fd=folder)


def append_plain(path: str | Path, *, folder: int | None = None) -> OpenedFile:
    """A log, opened for appending, made where there is none: for its owner only. folder: an open one, `path` is in it.

    Raises:
        NotPlainError, OSError: as `open_plain`.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_LINK | _AT_ONCE, 0o600, dir_fd=folder)
    return _only_plain(descriptor)


def open_folder(path: str | Path, *, folder: int | None = None) -> int:
    """A folder that is no link: the descriptor, for the caller to close.

    Raises:
        OSError: it is not there, something else (ENOTDIR, ELOOP), or cannot be read.
    """
    return os.open(path, _FOLDER, dir_fd=folder)


def _only_plain(descriptor: int) -> OpenedFile:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise NotPlainError(errno.EINVAL, "not a plain file")
    return OpenedFile(descriptor, status)


def write_all(descriptor: int, data: bytes) -> None:
    """All of `data`; a full disk may take a part of it and refuse the rest."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


if sys.platform == "win32":  # one clear refusal: locks, modes and links work differently there

    def read_private(path: Path) -> bytes | None:
        raise FileRefused(f"{path} cannot be kept private on Windows yet", "use WSL")

    def edit_private(path: Path, edit: Edit) -> None:  # noqa: ARG001  one signature on every platform
        raise FileRefused(f"{path} cannot be kept private on Windows yet", "use WSL")

    def remove_unfinished(path: Path) -> None:
        raise FileRefused(f"{path} cannot be written safely on Windows yet", "use WSL")

    def edit_plain(path: Path, edit: Edit) -> None:  # noqa: ARG001  one signature on every platform
        raise FileRefused(f"{path} cannot be written safely on Windows yet", "use WSL")

    @contextmanager
    def locked_folder(path: Path, seconds: float | None = None) -> Iterator[int]:  # noqa: ARG001  as above
        raise FileRefused(f"{path} cannot be locked on Windows yet", "use WSL")
        yield 0

    def flush(file: int) -> None:
        """See to it that what was written survives a power failure."""
        os.fsync(file)

else:
    import fcntl

    OWNER_ONLY = 0o600
    ANYBODY = 0o666  # less the umask
    BYTES_MAX = 64 * 2**20
    LOCK_SECONDS = 10.0
    ATTEMPTS = 20

    _PASSING = _FOLDER | getattr(os, "O_PATH", os.O_RDONLY)  # a folder one may enter but not list is enough
    _KINDS = {
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }

    def read_private(path: Path) -> bytes | None:
        """The bytes of the file, or None where there is none (nor a folder for it).

        Raises:
            FileRefused: it, or a folder on the way, is a link; it is no regular file, somebody else's, or unreadable.
        """
        try:
            with _opened_folder(path) as folder, _opened(path, folder) as opened:
                return None if opened is None else _read(opened.descriptor, path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _refusal(path, "read", error) from None

    def edit_private(path: Path, edit: Edit) -> None:
        """Replace the file's bytes by `edit(bytes)`; None stands for no file, coming in and going out.

        `edit` may be called more than once, and what it raises passes through with the file untouched. A file that
        is already as wanted, mode included, is not written.

        Raises:
            FileRefused: as `read_private`; also a hard link (its other name would keep the old bytes), a lock not
                obtained in 10 seconds, a file that keeps changing, or the system's refusal (a full disk): untouched.
        """
        _edit(path, edit, private=True)

    def edit_plain(path: Path, edit: Edit) -> None:
        """The same for an ordinary file of the project: it keeps its own mode, and a new one gets what the umask says.

        Raises:
            FileRefused: as `edit_private`.
        """
        _edit(path, edit, private=False)

    def remove_unfinished(path: Path) -> None:
        """Remove what a killed edit of `path` left beside it.

        Raises:
            FileRefused: the lock was not obtained in 10 seconds, or what is there is no file.
        """
        try:
            with locked_folder(path) as folder:
                _sweep(path, folder)
        except OSError as error:
            raise _refusal(path, "written", error) from None

    def _edit(path: Path, edit: Edit, *, private: bool) -> None:
        try:
            with locked_folder(path) as folder:
                try:
                    for _ in range(ATTEMPTS):
                        _sweep(path, folder)
                        if _edited(path, folder, edit, private=private):
                            return
                except BaseException:
                    _sweep(path, folder)
                    raise
                _sweep(path, folder)
        except OSError as error:
            raise _refusal(path, "written", error) from None
        raise FileRefused(f"{path} keeps changing while it is edited", "close what writes to it, and try again")

    def _sweep(path: Path, folder: int) -> None:
        """Remove the unfinished file: of an edit that failed, or of a process that was killed."""
        try:
            os.unlink(path.name + UNFINISHED_ENDING, dir_fd=folder)
        except FileNotFoundError:
            pass
        except (IsADirectoryError, PermissionError):  # macOS says of a folder that it is not permitted
            raise FileRefused(f"{path}{UNFINISHED_ENDING} is in the way and is no file of ours", "remove it") from None

    def _edited(path: Path, folder: int, edit: Edit, *, private: bool) -> bool:
        """One attempt; False: the file was changed meanwhile by somebody without the lock."""
        name, unfinished = path.name, path.name + UNFINISHED_ENDING
        with _opened(path, folder) as opened:
            if opened and opened.status.st_nlink > 1:
                raise _second_name(path)
            before = _read(opened.descriptor, path) if opened else None
            mode = OWNER_ONLY if private else stat.S_IMODE(opened.status.st_mode) if opened else None
            after = edit(before)
            if after == before and (opened is None or stat.S_IMODE(opened.status.st_mode) == mode):
                return True
            if after is None:
                if not _unchanged(name, folder, opened, before):
                    return False
                os.unlink(name, dir_fd=folder)
            else:
                _write(unfinished, folder, after, mode)
                if not _unchanged(name, folder, opened, before):
                    return False
                os.rename(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
        _flush_folder(path, folder)
        return True

    def _second_name(path: Path) -> FileRefused:
        from shlex import quote

        own, copy = quote(str(path)), quote(f"{path}{UNFINISHED_ENDING}")
        return FileRefused(
            f"{path} has a second name (a hard link), which would keep the old values",
            f"delete the other name, or make this one a file of its own: cp -p {own} {copy} && mv {copy} {own}",
        )

    def _unchanged(name: str, folder: int, opened: OpenedFile | None, before: bytes | None) -> bool:
        """Whether the name still stands for the file that was read, with the same bytes (its times are too coarse)."""
        try:
            now = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return opened is None
        if opened is None or before is None or not os.path.samestat(now, opened.status):
            return False
        return now.st_size == len(before) and os.pread(opened.descriptor, len(before) + 1, 0) == before

    def _write(name: str, folder: int, data: bytes, mode: int | None) -> None:
        """mode: None leaves it to the umask."""
        file = create_plain(name, ANYBODY if mode is None else OWNER_ONLY, folder=folder)
        try:
            if mode is not None:
                os.fchmod(file, mode)  # a umask may have taken from the owner, too
            write_all(file, data)
            flush(file)
        finally:
            os.close(file)

    def flush(file: int) -> None:
        """See to it that what was written survives a power failure."""
        if sys.platform == "darwin":  # fsync stops at the drive's cache there
            fcntl.fcntl(file, fcntl.F_FULLFSYNC)
        else:
            os.fsync(file)

    def _flush_folder(path: Path, folder: int) -> None:
        try:
            os.fsync(folder)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # a file system that cannot, and says so
                reason = os.strerror(error.errno or 0).lower()
                raise FileRefused(
                    f"{path} was replaced, but may not survive a power failure: {reason}",
                    "see whether the disk is failing",
                ) from None

    @contextmanager
    def _opened(path: Path, folder: int) -> Iterator[OpenedFile | None]:
        """The regular file of that name in `folder`, opened for reading; None where there is no such name."""
        try:
            found = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            yield None
            return
        _check(path, found)  # before it is opened: opening a device may already do something
        try:
            opened = open_plain(path.name, folder=folder)
        except NotPlainError:  # it took the place at the last moment
            _check(path, os.stat(path.name, dir_fd=folder, follow_symlinks=False))
            raise
        try:
            _check(path, opened.status)
            yield opened
        finally:
            os.close(opened.descriptor)

    def _check(path: Path, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            kind = _KINDS.get(stat.S_IFMT(found.st_mode), "not a regular file")
            raise FileRefused(f"{path} is {kind}", "put a regular file there, or remove it")
        if found.st_uid != os.geteuid():
            raise FileRefused(f"{path} belongs to another user", "run this as its owner, or change the owner")
        if found.st_size > BYTES_MAX:
            raise FileRefused(f"{path} is larger than 64 MiB", "that is no .env; look at what is in it")

    def _read(file: int, path: Path) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while piece := os.read(file, 2**16):
            pieces.append(piece)
            size += len(piece)
            if size > BYTES_MAX:
                raise FileRefused(f"{path} is larger than 64 MiB", "that is no .env; look at what is in it")
        return b"".join(pieces)

    @contextmanager
    def _opened_folder(path: Path) -> Iterator[int]:
        """The folder of `path`, reached from the root (or the working folder) without following a single link."""
        parts = path.parent.parts
        folder = -1
        try:
            for number, part in enumerate(parts or (".",), 1):
                flags = _FOLDER if number >= len(parts) else _PASSING
                try:
                    deeper = os.open(part, flags, dir_fd=folder if folder >= 0 else None)
                except OSError as error:
                    if error.errno in {errno.ENOTDIR, errno.ELOOP}:
                        here = Path(*parts[:number])
                        kind = "a symbolic link" if here.is_symlink() else "not a folder"
                        raise FileRefused(f"{here} is {kind}", "nothing is written through links") from None
                    raise
                if folder >= 0:
                    os.close(folder)
                folder = deeper
            yield folder
        finally:
            if folder >= 0:
                os.close(folder)

    @contextmanager
    def locked_folder(path: Path, seconds: float | None = None) -> Iterator[int]:
        """The folder of `path`, opened and locked, and still in its place once the lock is ours.

        Raises:
            FileRefused: a folder on the way is a link, or the lock was not obtained in `seconds` (10).
            OSError: it is not there, or cannot be read.
        """
        seconds = LOCK_SECONDS if seconds is None else seconds
        deadline = time.monotonic() + seconds
        while True:
            with _opened_folder(path) as folder:
                _lock(folder, path, deadline)
                try:
                    if os.path.samestat(os.fstat(folder), os.lstat(path.parent)):
                        yield folder
                        return
                    if time.monotonic() > deadline:
                        raise FileRefused(f"{path.parent} keeps being replaced", "end what does that, and try again")
                finally:
                    fcntl.flock(folder, fcntl.LOCK_UN)  # at once, even if a child inherited the descriptor

    def _lock(folder: int, path: Path, deadline: float) -> None:
        pause = 0.001
        while True:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise FileRefused(
                        f"{path.parent} is locked by another process, and stays so",
                        "see whether another pixie-secrets hangs, and end it",
                    ) from None
                time.sleep(pause)
                pause = min(pause * 2, 0.02)
            else:
                return

    def _refusal(path: Path, done: str, error: OSError) -> FileRefused:
        reason = os.strerror(error.errno).lower() if error.errno else "the system refused"
        hint = {
            errno.ENOSPC: "the file is as it was; make room and try again",
            errno.EDQUOT: "the file is as it was; make room and try again",
            errno.EACCES: "it must be readable and its folder writable by you",
            errno.ENOENT: "the tool's folder is gone",
        }.get(error.errno or 0, "the file is as it was")
        return FileRefused(f"{path} could not be {done}: {reason}", hint)
