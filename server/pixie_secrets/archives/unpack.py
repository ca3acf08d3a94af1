"""Unpacks accepted members into a new private folder, each file judged while its bytes are at hand.

What is judged is what is written: a small file is inflated, checked, looked into and written from one piece of memory;
a large one is written first and looked into where it then lies, in a folder nobody else can enter.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pixie_secrets.archives import inflate, limits
from pixie_secrets.archives.inside import NestedArchives
from pixie_secrets.archives.share_manifest import Digest
from pixie_secrets.archives.source import Memory, OpenFile
from pixie_secrets.files import create_plain, open_folder, write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from pixie_secrets.archives.accept import Accepted
    from pixie_secrets.archives.source import Source
    from pixie_secrets.archives.zip_check import Member

    Look = Callable[[str, bytes], None]

FILE_MODE, FOLDER_MODE = 0o644, 0o755  # ours; what the archive says of modes is not read

_BATCH = 32  # files a thread takes at once: handing over a file costs as much as unpacking a small one


def unpack(source: Source, accepted: Accepted, folder: int, look: Look) -> dict[str, Digest]:
    """Write every file below `folder`, which is open and empty; what each of them is, by its path.

    Each folder is opened within the one above it and never through a link: whoever exchanges one meanwhile redirects
    nothing.

    look: called with the path in the tool and the bytes, from several threads; a large file comes in overlapping
        pieces. What it raises ends the unpacking.

    Raises:
        ArchiveRefused: a file that is damaged, not what it says, or may not travel.
        OSError: no room, …
    """
    folders = _Folders(folder)
    try:
        _make_folders(folders, accepted)
    finally:
        folders.close()
    files = list(accepted.files.items())
    batches = deque(files[start : start + _BATCH] for start in range(0, len(files), _BATCH))
    running: deque[Future[list[tuple[str, Digest]]]] = deque()
    digests: dict[str, Digest] = {}
    inside = NestedArchives(look, limits.SECONDS_MAX)
    with ThreadPoolExecutor(limits.WORKERS) as pool:
        try:
            while batches or running:
                while batches and len(running) <= limits.WORKERS:
                    running.append(pool.submit(_write_all, source, batches.popleft(), folder, inside))
                digests.update(running.popleft().result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return digests


class _Folders:
    """The folders below an open one; the last that was asked for stays open. One for each thread."""

    def __init__(self, root: int) -> None:
        self._root = self._descriptor = root
        self._path = ""

    def parent(self, path: str) -> int:
        """The folder that the file or folder `path` is in, open until another one is asked for."""
        wanted = path.rpartition("/")[0]
        if wanted != self._path:
            self.close()
            for part in wanted.split("/") if wanted else ():
                deeper = open_folder(part, folder=self._descriptor)
                self.close()
                self._descriptor = deeper
            self._path = wanted
        return self._descriptor

    def close(self) -> None:
        if self._descriptor != self._root:
            os.close(self._descriptor)
        self._descriptor, self._path = self._root, ""


def _make_folders(folders: _Folders, accepted: Accepted) -> None:
    needed = set(accepted.folders)
    for path in (*accepted.folders, *accepted.files):
        parent = path.rpartition("/")[0]
        while parent and parent not in needed:
            needed.add(parent)
            parent = parent.rpartition("/")[0]
    for path in sorted(needed):
        os.mkdir(path.rpartition("/")[2], FOLDER_MODE, dir_fd=folders.parent(path))


def _write_all(
    source: Source, files: list[tuple[str, Member]], folder: int, inside: NestedArchives
) -> list[tuple[str, Digest]]:
    folders = _Folders(folder)
    try:
        return [(path, _write_one(source, member, folders, path, inside)) for path, member in files]
    finally:
        folders.close()


def _write_one(source: Source, member: Member, folders: _Folders, path: str, inside: NestedArchives) -> Digest:
    if member.size > limits.WHOLE_MAX or member.packed > limits.WHOLE_MAX:
        return _write_large(source, member, folders, path, inside)
    data = inflate.whole(source, member)
    inside.look(path, data)
    inside.judge(path, Memory(data))
    descriptor = create_plain(path.rpartition("/")[2], FILE_MODE, folder=folders.parent(path))
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)
    return Digest(hashlib.sha256(data).hexdigest(), len(data))


def _write_large(source: Source, member: Member, folders: _Folders, path: str, inside: NestedArchives) -> Digest:
    digest = hashlib.sha256()
    descriptor = create_plain(path.rpartition("/")[2], FILE_MODE, folder=folders.parent(path), readable=True)

    def keep(piece: bytes) -> None:
        digest.update(piece)
        write_all(descriptor, piece)

    try:
        for piece in overlapping(inflate.pieces(source, member), keep):
            inside.check_time()
            inside.look(path, piece)
        inside.judge(path, OpenFile(descriptor))
    finally:
        os.close(descriptor)
    return Digest(digest.hexdigest(), member.size)


def overlapping(pieces: Iterator[bytes], fresh: Callable[[bytes], object]) -> Iterator[bytes]:
    """`pieces` again, each with the end of the one before it in front; `fresh` gets them as they were."""
    before = b""
    for piece in pieces:
        fresh(piece)
        joined = before + piece
        yield joined
        before = joined[-limits.OVERLAP :]
