"""The exchange of a tool for a new one, in an order that leaves the person's own in its place at every instant.

What is the person's own stands in two places for a while, or behind a stand-in, and is never away:

1. The new tool gets copies of the small files that are theirs (`.env`), and for each folder of theirs (`data/`,
   `.venv`) a stand-in: a link to where that folder will be once the two tools have changed places.
2. A journal is written. From here on, whoever finds this folder knows what was meant.
3. The two tools change places in one step. The new one is there, with its `.env`, and `data/` works through the link.
4. Each folder changes places with its stand-in, one step each. The old tool goes.

Killed before 3, the old tool is there, and nothing of it was touched. Killed after 3, the new one is there with
everything that is theirs, and `repair` does what is left of 4. A failure that is no kill undoes it. To move the folders
first and then exchange the tools, or the other way round without stand-ins, has instants in which there is no `data/`,
and a program that is started then makes itself an empty one.

Where a file system cannot exchange names in one step, 3 is two renames, and after a kill between them there is no tool
until `repair` puts the old one back; in 4 there is such an instant between a stand-in and its folder.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.changeover.rename import exchange, rename_new
from pixie_secrets.files import NotPlainError, create_plain, open_plain, read_plain, write_all

if TYPE_CHECKING:
    from pathlib import Path

    Look = list[int]

JOURNAL = "journal.json"
JOURNAL_MAX = 16 * 2**20


class Copied(NamedTuple):
    """A file that both tools have. old, new: how each looked then; one that looks otherwise was saved to since."""

    path: str
    old: Look
    new: Look


class Changeover:
    """One exchange. staged: the private folder. moved: the folders that are the person's; copied: the files.

    old, new: the inodes of the tools' folders, which tell where each is; devices have other numbers after a restart.
    """

    def __init__(
        self, staged: Path, name: str, inodes: tuple[int, int], moved: list[str], copied: list[Copied]
    ) -> None:
        self._target = staged.parent / name
        self._unpacked = staged / "tool" / name
        self._aside = staged / "new"  # where the new tool is between two renames
        self._link = f"{staged.name}/tool/{name}"
        self._inodes = inodes
        self._moved = moved
        self._copied = copied

    @classmethod
    def begun(cls, staged: Path, target: Path, moved: list[str], copied: list[str]) -> Changeover:
        """Make the new tool ready, and say so in the journal. The old one is not touched."""
        unpacked = staged / "tool" / target.name
        both = [_copied(path, target, unpacked) for path in copied]
        inodes = os.lstat(target).st_ino, os.lstat(unpacked).st_ino
        this = cls(staged, target.name, inodes, moved, both)
        for path in moved:
            place = unpacked / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # a file system without links: then the folder is away for an instant
                place.symlink_to(this._stand_in(path))
        _write(staged / JOURNAL, json.dumps([target.name, inodes, moved, both]).encode())
        return this

    @classmethod
    def left(cls, staged: Path) -> Changeover | None:
        """The one that the journal in `staged` is about; None: none was begun."""
        try:
            name, (old, new), moved, copied = json.loads(_read(staged / JOURNAL))
            both = [Copied(*each) for each in copied]
            paths = [name, *moved, *(each.path for each in both)]
        except (FileNotFoundError, ValueError, TypeError, RecursionError):  # never begun, or killed while it wrote that
            return None
        if not all(map(_is_below, paths)) or "/" in name or not isinstance(old, int) or not isinstance(new, int):
            return None  # whoever wrote this, it was not this program
        return cls(staged, name, (old, new), moved, both)

    def perform(self) -> None:
        """Exchange the tools. Where it fails, `undo` is next."""
        if not exchange(self._unpacked, self._target):
            self._unpacked.rename(self._aside)
            self._target.rename(self._unpacked)
            self._aside.rename(self._target)
        self._finish()

    def repair(self) -> None:
        """End what a killed process began: after it, the tool is the old one or the new one, whole.

        Raises:
            OSError: it is not to be had; what is the person's is where it was.
        """
        old, new = self._places()
        if old is None and new is None and _inode(self._unpacked) is not None:
            # The project was copied or restored from a backup, and nobody can tell any more which tool is which. What
            # is the person's may be in this folder, and the tool in its place works with it through the stand-ins.
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        if new != self._target:
            self.undo()
            return
        try:
            self._finish()
        except OSError:
            self.undo()

    def undo(self) -> None:
        """Put the old tool back, with all that is the person's."""
        old, new = self._places()
        if old is None:  # somebody took it away meanwhile
            return
        if new is not None:
            for path in self._moved:
                self._give(path, new, old)
            for each in self._copied:
                _take_back(_below(new, each.path), each.new, _below(old, each.path))
        if old == self._target or (new == self._target and exchange(old, new)):
            return
        if new == self._target:
            new.rename(self._aside)
        rename_new(old, self._target)

    def _finish(self) -> None:
        """The new tool is in its place: give it all that is the person's."""
        old, new = self._places()
        if old is None or new is None:
            return
        for path in self._moved:
            self._give(path, old, new)
        for each in self._copied:  # an editor takes no lock and may have saved into the old one at the last moment
            _take_back(_below(old, each.path), each.old, _below(new, each.path))

    def _places(self) -> tuple[Path | None, Path | None]:
        """Where the old tool and the new one are."""
        there = {_inode(path): path for path in (self._aside, self._unpacked, self._target)}
        old, new = self._inodes
        return there.get(old), there.get(new)

    def _give(self, path: str, giver: Path, taker: Path) -> None:
        """Move a folder of the person's, unless it is there. What came into being in its place is kept beside it."""
        there, here = _below(giver, path), _below(taker, path)
        if self._is_stand_in(there, path) or not os.path.lexists(there):
            return
        if os.path.lexists(here) and not self._is_stand_in(here, path):
            here.rename(here.with_name(f"{here.name}.made-meanwhile-{secrets.token_hex(4)}"))
        if os.path.lexists(here):
            if exchange(there, here):
                return
            here.unlink()
        rename_new(there, here)

    def _stand_in(self, path: str) -> str:
        """From the new tool in its place to the old one, aside: relative, so that the project may be moved."""
        return f"{'../' * (path.count('/') + 1)}{self._link}/{path}"

    def _is_stand_in(self, place: Path, path: str) -> bool:
        return place.is_symlink() and str(place.readlink()) == self._stand_in(path)


def _is_below(path: object) -> bool:
    return isinstance(path, str) and not {"", ".", ".."} & set(path.split("/"))


def _below(folder: Path, path: str) -> Path:
    """`path` in `folder`, never through a link.

    Raises:
        OSError: there is one on the way.
    """
    place = folder / path
    if any((folder / parent).is_symlink() for parent in place.relative_to(folder).parents):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return place


def _take_back(saved: Path, looked: Look, place: Path) -> None:
    """Let a file that was saved to at the last moment win over the copy that was made before."""
    with suppress(FileNotFoundError):
        if _look(saved) != looked:
            saved.replace(place)


def _copied(path: str, old: Path, new: Path) -> Copied:
    """Copy a plain file with its mode, never readable by more people than it was."""
    source, target = old / path, new / path
    seen = _look(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(open_plain(source).descriptor, "rb") as file:
        mode = os.fstat(file.fileno()).st_mode & 0o777
        with os.fdopen(create_plain(target, 0o600), "wb") as copy:
            shutil.copyfileobj(file, copy)
            os.fchmod(copy.fileno(), mode)
    return Copied(path, seen, _look(target))


def _look(path: Path) -> Look:
    found = os.lstat(path)
    return [found.st_ino, found.st_size, found.st_mtime_ns]


def _inode(path: Path) -> int | None:
    try:
        return os.lstat(path).st_ino
    except FileNotFoundError:
        return None


def _read(path: Path) -> bytes:
    """A journal; another may have written it, so nothing is waited for and not much is read."""
    try:
        return read_plain(path, JOURNAL_MAX)
    except NotPlainError:
        return b""


def _write(path: Path, data: bytes) -> None:
    descriptor = create_plain(path, 0o600)
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
