"""The private folder an import is unpacked into, and the one step by which it becomes a tool.

It lies in `tools/`, so that a rename is enough, and begins with a dot, so that it is no tool. Its owner holds a lock on
it; one that nobody holds was left by a process that died, and the next import clears it away. While a tool is exchanged
a journal in it says what has to be put back.

    tools/.pixie-import-x/           mode 700, locked
        .gitignore                   `*`: git does not see a half imported tool
        journal.json                 only while a tool is exchanged
        tool/<id>/                   what was unpacked; after the exchange, the old tool
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.archives.rename import exchange, flush_file_system, rename_new
from pixie_secrets.archives.replacement import kept_of, make_way

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIX = ".pixie-import-"
LOCK_SECONDS = 30.0

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_JOURNAL = "journal.json"
_COPY = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def staging(tools: Path) -> Iterator[Path]:
    """A new private folder below `tools`, gone afterwards whatever happens; what dead processes left goes first."""
    folder = tools / f"{PREFIX}{secrets.token_hex(8)}"
    with _locked(tools):
        _clear(tools)
        folder.mkdir(0o700)
        descriptor = os.open(folder, _FOLDER)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        (folder / "tool").mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def clear(tools: Path) -> None:
    """Put back and remove what processes left that died while they imported."""
    if any(tools.glob(f"{PREFIX}*")):
        with _locked(tools):
            _clear(tools)


def _clear(tools: Path) -> None:
    for folder in sorted(tools.glob(f"{PREFIX}*")):
        try:
            descriptor = os.open(folder, _FOLDER)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _repair(tools, folder)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass  # somebody is at work there
        finally:
            os.close(descriptor)


def place(unpacked: Path, target: Path) -> None:
    """Make `unpacked` the tool `target`, which must not exist.

    Raises:
        ArchiveRefused: it exists by now.
    """
    with _locked(target.parent) as tools:
        flush_file_system(tools)
        try:
            rename_new(unpacked, target)
        except FileExistsError:
            raise ArchiveRefused(
                f"tools/{target.name} has come into being meanwhile", "import again, with replace if it is to go"
            ) from None
        os.fsync(tools)


def replace(unpacked: Path, target: Path) -> None:
    """Exchange the tool `target` for `unpacked` in one step, with what is the person's own in the new one.

    Raises:
        ArchiveRefused: what is the person's own would have no place in it; the old tool is as it was.
        OSError: it could not be done; as above.
    """
    staged = unpacked.parents[1]
    with _locked(target.parent) as tools, _locked(target):
        kept = kept_of(target)
        make_way(kept, unpacked)
        journal = {"target": target.name, "new": _identity(unpacked), "moved": [k.path for k in kept if not k.copied]}
        _write(staged / _JOURNAL, json.dumps(journal).encode())
        flush_file_system(tools)
        try:
            copies = {keep.path: _copy(target / keep.path, unpacked / keep.path) for keep in kept if keep.copied}
            for keep in kept:
                if not keep.copied:
                    (unpacked / keep.path).parent.mkdir(parents=True, exist_ok=True)
                    rename_new(target / keep.path, unpacked / keep.path)
            flush_file_system(tools)
            if not exchange(unpacked, target):
                target.rename(staged / "old")
                unpacked.rename(target)
        except BaseException:
            _repair(target.parent, staged)
            raise
        os.fsync(tools)
        old = unpacked if unpacked.exists() else staged / "old"
        for path, seen in copies.items():  # an editor takes no lock and may have saved meanwhile
            with suppress(FileNotFoundError):
                if _look(old / path) != seen:
                    (old / path).replace(target / path)
        (staged / _JOURNAL).unlink(missing_ok=True)


def _repair(tools: Path, staged: Path) -> None:
    """Finish or undo an exchange that was not finished: after it, the tool is the old one or the new one, whole."""
    try:
        journal: dict[str, Any] = json.loads((staged / _JOURNAL).read_bytes())
        target, new, moved = tools / journal["target"], list(journal["new"]), list(journal["moved"])
    except (OSError, ValueError, KeyError, TypeError):
        return  # nothing was begun
    if target.name != journal["target"] or (os.path.lexists(target) and _identity(target) == new):
        return
    old = staged / "old"
    home = target if os.path.lexists(target) else old
    for path in moved:
        for unpacked in (staged / "tool").iterdir():
            if os.path.lexists(unpacked / path) and not os.path.lexists(home / path):
                (unpacked / path).rename(home / path)
    if home is old and os.path.lexists(old):
        old.rename(target)


def _identity(path: Path) -> list[int]:
    found = os.lstat(path)
    return [found.st_dev, found.st_ino]


def _look(path: Path) -> tuple[int, int, int]:
    found = os.lstat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


def _copy(source: Path, target: Path) -> tuple[int, int, int]:
    """Copy a plain file with its mode, never readable by more people than it was; how it looked."""
    seen = _look(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as old:
        mode = os.fstat(old.fileno()).st_mode & 0o777
        with os.fdopen(os.open(target, _COPY, 0o600), "wb") as new:
            shutil.copyfileobj(old, new)
            os.fchmod(new.fileno(), mode)
    return seen


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, _COPY, 0o600)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    """`folder`, opened and locked as `files` does it, so that no value is saved into a tool that is on its way out."""
    descriptor = os.open(folder, _FOLDER)
    try:
        deadline = time.monotonic() + LOCK_SECONDS
        pause = 0.001
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ArchiveRefused(
                        f"{folder.name} has been locked by another process for 30 seconds",
                        "see whether another pixie-secrets hangs, and end it",
                    ) from None
                time.sleep(pause)
                pause = min(pause * 2, 0.02)
        yield descriptor
    finally:
        os.close(descriptor)
