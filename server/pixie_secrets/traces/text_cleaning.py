"""Takes known values out of a file of text: a new file in the place of the old one, at once, and no copy of the old.

What holds, and how:
- A crash leaves the old file or the new one: written beside it under the name that every edit of ours has, for its
  owner alone, then given the old one's mode and times, flushed, and renamed over it.
- Nothing that somebody adds meanwhile is lost. Before the rename, a file that changed is cleaned again. After it, what
  still went into the old one, by a program that had opened it a moment before, is cleaned and added to the new one.
- Refused and left alone: a link, a second name (it would keep the value), somebody else's, a file that is open.
- Memory does not grow with the file, nor with its lines.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.filenames import UNFINISHED_ENDING
from pixie_secrets.files import append_plain, create_plain, flush, locked_folder, open_plain, write_all
from pixie_secrets.traces import in_use, text_files
from pixie_secrets.traces.cleaning import CHECKED, CannotCleanError, cleaned, cut_after, is_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pixie_secrets.traces.cleaning import IsLeak

    Pieces = Iterator[tuple[bytes, int]]  # of the new file, each with how much was taken out of it

PIECE = 8 << 20  # bytes in memory, twice
ATTEMPTS = 20
LOCK_SECONDS = 5.0
WAIT_SECONDS = 5.0  # for a program to close the old file


class _Clean(NamedTuple):
    """What to take out, and how the file is written: `pieces` of an open file and `is_leak`."""

    is_leak: IsLeak
    pieces: Callable[[int, IsLeak], Pieces]


class _Opened(NamedTuple):
    """The file as it was when it was opened."""

    descriptor: int
    status: os.stat_result

    def unchanged(self) -> bool:
        return _state(os.fstat(self.descriptor)) == _state(self.status)


def clean_text(path: Path, is_leak: IsLeak, *, zsh: bool = False, same_size: bool = False) -> int:
    """Take what counts out of the file; how many occurrences there were.

    zsh: it is a history of zsh's. same_size: each line keeps its length, with spaces at its end, which JSON allows.

    Raises:
        CannotCleanError: it is open, has a second name, keeps changing, or could not be read without them.
        FileRefused, OSError: it cannot be written.
    """
    clean = _Clean(is_leak, _cleaned_zsh if zsh else _cleaned_same_size if same_size else _cleaned_pieces)
    with locked_folder(path, LOCK_SECONDS) as folder:
        try:
            for _ in range(ATTEMPTS):
                with _opened(path, folder) as old:
                    times = _written(path, folder, old, clean)
                    if not times:
                        return 0
                    if not old.unchanged() or not _is_there(path, folder, old):
                        continue
                    _replace(path, folder)
                    _add_what_came_late(path, folder, old, clean)
                    return times
        finally:
            _sweep(path, folder)
    raise CannotCleanError("it keeps changing")


@contextmanager
def _opened(path: Path, folder: int) -> Iterator[_Opened]:
    descriptor, status = open_plain(path.name, folder=folder)
    try:
        if status.st_uid != os.geteuid():
            raise CannotCleanError("it belongs to another user")
        if status.st_nlink > 1:
            raise CannotCleanError("it has a second name (a hard link), which would keep the value")
        if held := in_use.holder([path]):
            raise CannotCleanError(f"it is open in {held}; end that first")
        yield _Opened(descriptor, status)
    finally:
        os.close(descriptor)


def _written(path: Path, folder: int, old: _Opened, clean: _Clean) -> int:
    """Write the new file beside the old one, and look whether it is clean."""
    _sweep(path, folder)
    new = create_plain(path.name + UNFINISHED_ENDING, 0o600, folder=folder, readable=True)
    times = 0
    try:
        for data, found in clean.pieces(old.descriptor, clean.is_leak):
            times += found
            write_all(new, data)
        os.fchmod(new, stat.S_IMODE(old.status.st_mode))
        os.utime(new, ns=(old.status.st_atime_ns, old.status.st_mtime_ns))  # clients list sessions by them
        flush(new)
    finally:
        os.close(new)
    return times


def _cleaned_pieces(descriptor: int, is_leak: IsLeak) -> Pieces:
    for piece in _pieces(descriptor, is_leak):
        yield _by_lines(piece, is_leak)


def _cleaned_same_size(descriptor: int, is_leak: IsLeak) -> Pieces:
    missing = 0  # of a line that goes on
    for piece in _pieces(descriptor, is_leak):
        data, times = _by_lines(piece, is_leak)
        before, after = piece.split(b"\n"), data.split(b"\n")
        if len(before) != len(after):
            raise CannotCleanError("a value in it stands on several lines")
        lines = []
        for old, new in zip(before[:-1], after[:-1], strict=True):
            lines.append(new + b" " * (missing + len(old) - len(new)))
            missing = 0
        missing += len(before[-1]) - len(after[-1])
        yield b"\n".join((*lines, after[-1])), times
    yield b" " * missing, 0


def _pieces(descriptor: int, is_leak: IsLeak) -> Iterator[bytes]:
    """The file from its beginning, a bounded piece at a time, none of which ends within a value."""
    kept, at = b"", 0
    first = os.pread(descriptor, CHECKED + 1, 0)
    whole = len(first) <= CHECKED and is_json(first)  # a document of many lines is judged as one
    while more := os.pread(descriptor, PIECE, at):
        at += len(more)
        data = kept + more
        cut = 0 if whole else cut_after(data, is_leak, len(data) - text_files.OVERLAP)
        if cut > 0:
            yield data[:cut]
            data = data[cut:]
        kept = data
    yield kept


def _by_lines(data: bytes, is_leak: IsLeak) -> tuple[bytes, int]:
    """And judge each line that was changed by itself."""
    done = cleaned(data, is_leak)
    if done.times:
        before, after = data.splitlines(), done.data.splitlines()
        pairs = zip(before, after, strict=True) if len(before) == len(after) else ()
        if any(old != new and is_json(old) and not is_json(new) for old, new in pairs):
            raise CannotCleanError("a line of it would be no JSON any more")
    return done


def _cleaned_zsh(descriptor: int, is_leak: IsLeak) -> Pieces:
    """A history of zsh's: what is changed is written as it writes it, everything else as it was."""
    size = os.fstat(descriptor).st_size
    if size > PIECE:
        raise CannotCleanError(f"it is larger than {PIECE >> 20} MiB")
    raw = os.pread(descriptor, size, 0)
    typed = text_files.unmetafied(raw)
    done = cleaned(typed, is_leak)
    if not done.times:
        yield raw, 0
        return
    if text_files.metafied(typed) != raw:
        raise CannotCleanError("zsh would write it in another way")
    yield text_files.metafied(done.data), done.times


def _is_there(path: Path, folder: int, old: _Opened) -> bool:
    """Whether the name still stands for the file that was read."""
    try:
        now = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(now, old.status)


def _replace(path: Path, folder: int) -> None:
    os.rename(path.name + UNFINISHED_ENDING, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)


def _add_what_came_late(path: Path, folder: int, old: _Opened, clean: _Clean) -> None:
    """What a program that had opened the old file before the rename did to it since."""
    done = old.status.st_size
    written = old.status.st_mtime_ns
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        held = in_use.holder([path], replaced=True)  # asked before reading: what comes after that is read next time
        now = os.fstat(old.descriptor)
        if now.st_size > done:
            late = os.pread(old.descriptor, now.st_size - done, done)
            new = append_plain(path.name, folder=folder).descriptor
            try:
                write_all(new, cleaned(late, clean.is_leak).data)
            finally:
                os.close(new)
        elif now.st_mtime_ns != written:  # written anew from its beginning
            _written(path, folder, old, clean)
            _replace(path, folder)
        done, written = now.st_size, now.st_mtime_ns
        if not held:
            return
        if time.monotonic() > deadline:
            raise CannotCleanError(f"it was cleaned, but {held} still writes to the old file; end that")
        time.sleep(0.01)


def _sweep(path: Path, folder: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path.name + UNFINISHED_ENDING, dir_fd=folder)


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns
