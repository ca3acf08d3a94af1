"""The private folder an import is unpacked into, and the one step by which it becomes a tool.

It lies in `tools/`, so that a rename is enough, and begins with a dot, so that it is no tool. Its owner holds a lock on
it; one that nobody holds was left by a process that died, and whoever looks for tools next clears it away (see
`changeover`).

    tools/.pixie-import-x/           mode 700, locked
        .gitignore                   `*`: git does not see a half imported tool
        journal.json                 only while a tool is exchanged
        tool/<id>/                   what was unpacked; after the exchange, the old tool
"""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.archives.replacement import kept_of, make_way
from pixie_secrets.archives.unpack import FILE_MODE, FOLDER_MODE
from pixie_secrets.changeover.leftovers import clear_locked, end, is_at
from pixie_secrets.changeover.locks import locked
from pixie_secrets.changeover.rename import flush_file_system, rename_new
from pixie_secrets.changeover.replacing import JOURNAL, Changeover
from pixie_secrets.filenames import STAGED_PREFIX
from pixie_secrets.files import create_plain, open_folder, write_all

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class NewFolder(NamedTuple):
    """Of an import at work. descriptor: the same folder, open: what is made in it goes through that."""

    path: Path
    descriptor: int

    def check(self) -> None:
        """Raises ArchiveRefused when another folder is at its path by now."""
        if not is_at(self.descriptor, self.path):
            raise ArchiveRefused(
                "the folder that was unpacked into was exchanged meanwhile", "see which program does that"
            )


@contextmanager
def staging(tools: Path) -> Iterator[NewFolder]:
    """A new private folder below `tools`, gone afterwards whatever happens; what dead processes left goes first."""
    folder = tools / f"{STAGED_PREFIX}{secrets.token_hex(8)}"
    with locked(tools):
        clear_locked(tools)
        folder.mkdir(0o700)
        descriptor = open_folder(folder)
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # nobody has it for longer than it takes to see that nobody has it
    try:
        ignored = create_plain(".gitignore", FILE_MODE, folder=descriptor)
        try:
            write_all(ignored, b"*\n")
        finally:
            os.close(ignored)
        os.mkdir("tool", FOLDER_MODE, dir_fd=descriptor)
        yield NewFolder(folder, descriptor)
    finally:
        with suppress(OSError):  # then it stays for the next one: there may be something of the person's in it
            end(folder, descriptor)
        os.close(descriptor)


@contextmanager
def new_folder(private: NewFolder, name: str) -> Iterator[NewFolder]:
    """A new folder `name` in the private one."""
    above = open_folder("tool", folder=private.descriptor)
    try:
        os.mkdir(name, FOLDER_MODE, dir_fd=above)
        descriptor = open_folder(name, folder=above)
    finally:
        os.close(above)
    try:
        yield NewFolder(private.path / "tool" / name, descriptor)
    finally:
        os.close(descriptor)


def place(new: NewFolder, target: Path) -> None:
    """Make `new` the tool `target`, which must not exist.

    Raises:
        ArchiveRefused: it exists by now.
    """
    with locked(target.parent) as tools:
        flush_file_system(tools)
        new.check()
        try:
            rename_new(new.path, target)
        except FileExistsError:
            raise ArchiveRefused(
                f"tools/{target.name} has come into being meanwhile", "import again, with replace if it is to go"
            ) from None
        os.fsync(tools)


def replace(new: NewFolder, target: Path, inode: int) -> None:
    """Exchange the tool `target` for `new`, with what is the person's own in the new one.

    inode: of the folder of the tool that was judged.

    Raises:
        ArchiveRefused: another tool is there by now, or what is the person's own would have no place in the new one;
            the old tool is as it was.
        OSError: it could not be done; as above.
    """
    with locked(target.parent) as tools:
        _require_same(target, inode)
        new.check()
        _exchange(new.path, target, tools)


def _require_same(target: Path, inode: int) -> None:
    try:
        now = os.lstat(target).st_ino
    except FileNotFoundError:
        raise ArchiveRefused(f"tools/{target.name} was removed meanwhile", "import again, without replace") from None
    if now != inode:
        raise ArchiveRefused(
            f"tools/{target.name} was replaced meanwhile by another import",
            "nothing of this one was kept; look at what would change now with a dry run, then import again",
        )


def _exchange(unpacked: Path, target: Path, tools: int) -> None:
    staged = unpacked.parents[1]
    with locked(target), locked(unpacked):
        kept = kept_of(target)
        make_way(kept, unpacked)
        moved, copied = ([keep.path for keep in kept if keep.copied is copy] for copy in (False, True))
        changeover = Changeover.begun(staged, target, moved, copied)
        flush_file_system(tools)
        try:
            changeover.perform()
            flush_file_system(tools)
        except BaseException:
            changeover.undo()
            raise
        (staged / JOURNAL).unlink()
