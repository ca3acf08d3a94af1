"""Reads a tool's files once, and from the same bytes checks, hashes and packs them.

A file is opened by its path and taken only if it is the very file that was listed, so a link or a folder that was put
in its place meanwhile leads nowhere. At the end the folder is listed again: an archive is of one moment or is not made.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives import limits
from pixie_secrets.archives.contents import Contents, Entry, contents
from pixie_secrets.archives.inside import NestedArchives
from pixie_secrets.archives.refusals import ArchiveRefused, ShareRefused, display_name
from pixie_secrets.archives.share_manifest import Digest
from pixie_secrets.archives.source import Memory, OpenFile
from pixie_secrets.archives.unpack import overlapping
from pixie_secrets.archives.zip_write import STORED, Packed, ZipWriter, pack
from pixie_secrets.files import NotPlainError, open_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from pixie_secrets.archives.source import Source

    Look = Callable[[str, bytes], None]
    Progress = Callable[[int], None]

_COARSE = 100_000_000  # nanoseconds; file systems give changes within one tick of the clock the same time
_BATCH_FILES, _BATCH_BYTES = 32, 2 * limits.MIB


class GeneratedFile(NamedTuple):
    """A file that is not in the tool's folder but generated."""

    path: str
    data: bytes


class _Result(NamedTuple):
    path: str
    digest: Digest
    packed: Packed | None  # None: too large for memory


class Packing:
    """One archive in the making. look: sees every file that ships, nested ones too, from several threads."""

    def __init__(self, folder: Path, top: str, writer: ZipWriter, look: Look, progress: Progress) -> None:
        self._folder = folder
        self._top = top
        self._writer = writer
        self._inside = NestedArchives(look)
        self._progress = progress
        self._began = time.time_ns()
        self._added: list[tuple[Entry, Digest]] = []

    def add(self, entries: Iterable[Entry | GeneratedFile]) -> dict[str, Digest]:
        """Add all, in the order they come in; what each of them is.

        Raises:
            ShareRefused: a file changed meanwhile, or no import would accept it.
        """
        digests: dict[str, Digest] = {}
        batches = deque(_batches(entries))
        running: deque[Future[list[_Result]]] = deque()
        waiting: deque[list[Entry | GeneratedFile]] = deque()
        with ThreadPoolExecutor(limits.WORKERS) as pool:
            try:
                while batches or running:
                    while batches and len(running) <= limits.WORKERS:
                        waiting.append(batches.popleft())
                        running.append(pool.submit(self._packed, waiting[-1]))
                    results, batch = running.popleft().result(), waiting.popleft()
                    for result, entry in zip(results, batch, strict=True):
                        digests[result.path] = self._written(result, entry)
                        if isinstance(entry, Entry):
                            self._added.append((entry, digests[result.path]))
                    self._progress(sum(packed.digest.size for packed in results))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return digests

    def unchanged(self, before: Contents) -> None:
        """Raises ShareRefused when the folder is not what it was.

        Times are too coarse for what was written just before: such a file is read again.
        """
        after = contents(self._folder)
        was, now = ({entry.path: _look_of(entry.status) for entry in found.files} for found in (before, after))
        if was != now:
            changed = sorted(path for path in {*was, *now} if was.get(path) != now.get(path))
            raise _changed(changed[0])
        for entry, digest in self._added:
            fresh = max(entry.status.st_mtime_ns, entry.status.st_ctime_ns) > self._began - _COARSE
            if fresh and self._digest(entry) != digest.sha256:
                raise _changed(entry.path)

    def _digest(self, entry: Entry) -> str:
        digest = hashlib.sha256()
        with self._opened(entry) as source:
            for piece in _pieces(source):
                digest.update(piece)
        return digest.hexdigest()

    def _packed(self, batch: list[Entry | GeneratedFile]) -> list[_Result]:
        return [self._read(entry) for entry in batch]

    def _read(self, entry: Entry | GeneratedFile) -> _Result:
        if isinstance(entry, GeneratedFile):
            return _Result(entry.path, digest_of(entry.data), pack(entry.data))
        with self._opened(entry) as source:
            if source.size > limits.WHOLE_MAX:
                return _Result(entry.path, Digest("", source.size), None)
            data = source.read(0, source.size + 1)
            if len(data) != source.size:
                raise _changed(entry.path)
        self._inside.look(entry.path, data)
        self._look_into(entry.path, Memory(data))
        return _Result(entry.path, digest_of(data), pack(data))

    def _written(self, result: _Result, entry: Entry | GeneratedFile) -> Digest:
        name = f"{self._top}/{result.path}"
        if result.packed is not None:
            self._writer.add(name, result.packed)
            return result.digest
        assert isinstance(entry, Entry)  # noqa: S101  what is generated is small
        digest = self._write_large(name, entry, store=False)
        return digest or self._write_large(name, entry, store=True) or result.digest

    def _write_large(self, name: str, entry: Entry, *, store: bool) -> Digest | None:
        """A file in pieces; None: it was not written, because it has to be stored."""
        with self._opened(entry) as source:
            digest = hashlib.sha256()
            pieces = _pieces(source)
            first = next(pieces, b"")
            store = store or pack(first).method == STORED
            fresh: list[bytes] = []

            def looked_at() -> Iterator[bytes]:
                for piece in overlapping(chain((first,), pieces), fresh.append):
                    self._inside.look(entry.path, piece)
                    digest.update(fresh[0])
                    yield fresh.pop()

            written = self._writer.add_pieces(name, looked_at(), store=store)
            if written:
                self._look_into(entry.path, source)
            return Digest(digest.hexdigest(), source.size) if written else None

    def _look_into(self, path: str, source: Source) -> None:
        try:
            self._inside.judge(path, source)
        except ArchiveRefused as refused:
            raise ShareRefused(
                f"{refused.message}, and no import would take it",
                f"{refused.hint}; or list it in the tool's .gitignore to leave it out",
            ) from None

    @contextmanager
    def _opened(self, entry: Entry) -> Iterator[OpenFile]:
        """The file that was listed, unchanged from then until the block ends."""
        try:
            descriptor, status = open_plain(self._folder / entry.path)
        except NotPlainError:
            raise _changed(entry.path) from None
        except OSError as error:
            raise ShareRefused(
                f"{display_name(entry.path)} cannot be read: {(error.strerror or 'no reason given').lower()}",
                "give yourself access, or list it in the tool's .gitignore to leave it out",
            ) from None
        try:
            if _look_of(status) != _look_of(entry.status):
                raise _changed(entry.path)
            yield OpenFile(descriptor)
            if _look_of(os.fstat(descriptor)) != _look_of(entry.status):
                raise _changed(entry.path)
        finally:
            os.close(descriptor)


def digest_of(data: bytes) -> Digest:
    """What `pixie-share.json` says of a file."""
    return Digest(hashlib.sha256(data).hexdigest(), len(data))


def _batches(entries: Iterable[Entry | GeneratedFile]) -> Iterator[list[Entry | GeneratedFile]]:
    batch: list[Entry | GeneratedFile] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += entry.status.st_size if isinstance(entry, Entry) else len(entry.data)
        if len(batch) == _BATCH_FILES or size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _pieces(source: Source) -> Iterator[bytes]:
    for start in range(0, source.size, limits.CHUNK):
        yield source.read(start, min(limits.CHUNK, source.size - start))


def _look_of(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _changed(path: str) -> ShareRefused:
    return ShareRefused(
        f"{display_name(path)} changed while the tool was packed", "share again when nothing writes there"
    )
