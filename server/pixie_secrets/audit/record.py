"""A project's audit record: one line for each change, in a file of its owner's alone.

- Appended under a lock, each change in one write; what a full disk took of it is cut off again.
- At 1 MB it goes on in a new file, whose first line holds what the old ones say of each key; the one before stays.
- It never gets in the way: `add` answers in a line why nothing was recorded; what it was about is done all the same.
- Nothing is followed and nothing waited for: a link, a pipe, another user's or a huge file there is refused.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.audit.entry import Keys, Read, lines_of, now, read_lines, snapshot_of
from pixie_secrets.audit.project_file import ENDING, Names, record_names
from pixie_secrets.errors import FileRefused
from pixie_secrets.files import append_plain, create_plain, locked_folder, open_plain, read_plain, write_all
from pixie_secrets.state import state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pixie_secrets.audit.entry import Entry

BYTES_MAX = 1 << 20  # then a new file is begun
READ_MAX = 4 * BYTES_MAX  # more was not written by us
LOCK_SECONDS = 2.0  # a person waits behind this
OWNER_ONLY = 0o600
BEFORE = ".before"  # of the name of the file that went before
_NEW = ".new"
_MOVE = "move it away; a new one is begun with the next change"


class Record(NamedTuple):
    """entries: oldest first, of this file and the one before. unread: lines of them that are no entries.

    path: the file; it need not exist. by_path: it is known by the project's path alone, and not found after a move.
    """

    entries: tuple[Entry, ...]
    unread: int
    path: str
    by_path: bool


def add(root: str | Path, *entries: Entry) -> str:
    """Append `entries` to the record of the project at `root`; why they could not be, or "". Raises nothing.

    They are in the file together or not at all. A crash of the machine may lose the last of them, one of ours does not.
    """
    try:
        _append(str(root), lines_of(entries))
    except FileRefused as refused:
        return _not_recorded(refused.message)
    except OSError as error:
        return _not_recorded(os.strerror(error.errno).lower() if error.errno else "the system refused")
    return ""


def read(root: str | Path) -> Record:
    """What is recorded of the project at `root`.

    Raises:
        FileRefused: the file is not one of ours: a link, a pipe, somebody else's, too large, or it cannot be read.
    """
    names = record_names(str(root))
    folder = record_folder()
    name = _present(folder, names)
    before = _read(os.path.join(folder, name + BEFORE + ENDING))
    found = _read(os.path.join(folder, name + ENDING))
    path = os.path.join(folder, name + ENDING)
    return Record((*before.entries, *found.entries), before.unread + found.unread, path, by_path=not names.by_id)


def keys(root: str | Path) -> Keys:
    """What is recorded of each key, by tool and key. Raises as `read`."""
    folder = record_folder()
    return _keys(folder, _present(folder, record_names(str(root))))


def record_folder(environment: Mapping[str, str] = os.environ) -> str:
    """Where the records of all projects are; relative where a home is."""
    state = state_folder(environment)
    return os.path.join(os.path.realpath(state) if os.path.isabs(state) else state, "audit")


def _append(root: str, data: bytes) -> None:
    with _locked() as folder:
        names = record_names(root, create=True)
        name = names.by_id or names.by_path
        if names.by_id:
            _take_over(folder, names)
        if not _exists(name + ENDING, folder) and _exists(name + BEFORE + ENDING, folder):
            _begin(folder, name)  # a process was killed between the two renames
        opened = append_plain(name + ENDING, folder=folder)
        try:
            size = _checked(opened.status, name)
            if stat.S_IMODE(opened.status.st_mode) != OWNER_ONLY:
                os.fchmod(opened.descriptor, OWNER_ONLY)
            if size + len(data) <= BYTES_MAX or not size:
                _write(opened.descriptor, size, data, torn=_is_torn(name, size, folder))
                return
        finally:
            os.close(opened.descriptor)
        os.rename(name + ENDING, name + BEFORE + ENDING, src_dir_fd=folder, dst_dir_fd=folder)
        _begin(folder, name)
        opened = append_plain(name + ENDING, folder=folder)
        try:
            _write(opened.descriptor, opened.status.st_size, data, torn=False)
        finally:
            os.close(opened.descriptor)


@contextmanager
def _locked() -> Iterator[int]:
    folder = record_folder()
    if not os.path.isabs(folder):  # a home that is named from wherever one stands: nothing is left in a project
        raise FileRefused("there is no home folder to keep it in")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with locked_folder(Path(folder, "any"), LOCK_SECONDS) as descriptor:
        yield descriptor


def _write(descriptor: int, size: int, data: bytes, *, torn: bool) -> None:
    data = b"\n" + data if torn else data
    try:
        if os.write(descriptor, data) == len(data):
            return
    except OSError:
        os.ftruncate(descriptor, size)
        raise
    os.ftruncate(descriptor, size)
    raise OSError(errno.ENOSPC, "")


def _begin(folder: int, name: str) -> None:
    """Make the file that follows `BEFORE`: its first line says what is known of each key."""
    line = snapshot_of(read_lines(read_plain(name + BEFORE + ENDING, READ_MAX, folder=folder)).keys, now())
    if _exists(name + _NEW, folder):
        os.unlink(name + _NEW, dir_fd=folder)
    descriptor = create_plain(name + _NEW, OWNER_ONLY, folder=folder)
    try:
        write_all(descriptor, f"{line}\n".encode())
    finally:
        os.close(descriptor)
    os.rename(name + _NEW, name + ENDING, src_dir_fd=folder, dst_dir_fd=folder)


def _take_over(folder: int, names: Names) -> None:
    """What was recorded before the project had an id goes on under it."""
    if _exists(names.by_id + ENDING, folder) or _exists(names.by_id + BEFORE + ENDING, folder):
        return
    for ending in (BEFORE + ENDING, ENDING):
        if _exists(names.by_path + ending, folder):
            os.rename(names.by_path + ending, names.by_id + ending, src_dir_fd=folder, dst_dir_fd=folder)


def _present(folder: str, names: Names) -> str:
    """The name that there is a record by."""
    for name in filter(None, names):
        if any(os.path.lexists(os.path.join(folder, name + ending)) for ending in (ENDING, BEFORE + ENDING)):
            return name
    return names.by_id or names.by_path


def _keys(folder: str, name: str) -> Keys:
    """A file that follows another begins with all that one knew; where only the other is left, it is asked."""
    path = os.path.join(folder, name + ENDING)
    return _read(path if os.path.lexists(path) else os.path.join(folder, name + BEFORE + ENDING)).keys


def _read(path: str) -> Read:
    try:
        opened = open_plain(path)
    except FileNotFoundError:
        return Read((), {}, 0)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "the system refused"
        raise FileRefused(f"the audit record {path} cannot be read: {reason}", _MOVE) from None
    with os.fdopen(opened.descriptor, "rb") as file:
        _checked(opened.status, path)
        return read_lines(file.read(READ_MAX))


def _checked(status: os.stat_result, name: str) -> int:
    """The size of what may be a record."""
    if os.name == "posix" and status.st_uid != os.geteuid():
        raise FileRefused(f"the audit record {name} belongs to another user", _MOVE)
    if status.st_size > READ_MAX:
        raise FileRefused(f"the audit record {name} is larger than {READ_MAX >> 20} MB, so it is none of ours", _MOVE)
    return status.st_size


def _is_torn(name: str, size: int, folder: int) -> bool:
    """Whether the last line has no end: the machine went down, or somebody edited it."""
    if not size:
        return False
    opened = open_plain(name + ENDING, folder=folder)
    try:
        return os.pread(opened.descriptor, 1, size - 1) != b"\n"
    finally:
        os.close(opened.descriptor)


def _exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _not_recorded(why: str) -> str:
    return f"this is not in the audit record: {why}"
