"""Looks into a file's contents for what may not travel: compiled code, and the same again in archives within.

A wheel, a zip or a packed tar is opened in memory, each of its files is judged like any other, and nothing of it is
written. What cannot be opened cannot be judged, so it is refused.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import tarfile
import threading
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

from zlib_ng import zlib_ng

from pixie_secrets.archives import inflate, limits
from pixie_secrets.archives.native_code import HEAD, native
from pixie_secrets.archives.refusals import ArchiveRefused, display_name
from pixie_secrets.archives.source import Memory
from pixie_secrets.archives.zip_check import read_members
from pixie_secrets.filenames import HOOK, PERHAPS_HOLDING_VALUES, file_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pixie_secrets.archives.source import Source

    Look = Callable[[str, bytes], None]

_END_TAIL = 22 + 0xFFFF
_TAR_AT = 257
_TAR_CHECKSUM_AT = 148
_OCTAL = re.compile(rb"[ 0-7]{1,7}[ \0]")
_SLICE_FIRST, _SLICE = 512, 64 * 1024  # bytes; a file may be made of a million tiny parts
_CLOSED = {
    b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR", b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "LZ4",
    b"MSCF": "a cabinet", b"xar!": "a macOS package", b"\xed\xab\xee\xdb": "an RPM package", b"LZIP": "lzip",
    b"\x1f\x9d": "compress", b"070701": "cpio", b"070707": "cpio",
}  # fmt: skip
_CLOSED_MARKS = tuple(_CLOSED)


class NestedArchives:
    """Looks into the files of one tool, from several threads; `look` is shown every file of every archive within.

    seconds: how long that may take in all; None: as long as it takes.
    """

    def __init__(self, look: Look, seconds: float | None = None) -> None:
        self.look = look
        self._seconds = seconds
        self._began = time.monotonic()
        self._room = limits.NESTED_TOTAL_MAX
        self._lock = threading.Lock()
        self._opening = threading.Lock()  # an archive within takes memory several times its size: one at a time

    def judge(self, name: str, source: Source) -> None:
        """Judge the contents of the file `name`.

        Raises:
            ArchiveRefused: compiled code, a `.env`, something that runs by itself, or an archive that cannot be opened.
        """
        self._judge(name, source, depth=0)

    def check_time(self) -> None:
        """Raises ArchiveRefused when it has taken too long."""
        if self._seconds is not None and time.monotonic() - self._began > self._seconds:
            raise ArchiveRefused(
                f"to look into the archive takes longer than {self._seconds:.0f} seconds, which is the limit",
                "ask for the tool without large data; on a busy machine, import it again later",
            )

    def _judge(self, name: str, source: Source, depth: int) -> None:
        self.check_time()
        head = source.read(0, HEAD)
        _refuse_by_head(name, head)
        opened = _opener(head, source)
        if opened is None:
            return
        with self._opening if depth == 0 else nullcontext():
            self._judge_each(name, opened(name, source), depth)

    def _judge_each(self, name: str, files: Iterator[tuple[str, bytes]], depth: int) -> None:
        if depth == limits.NESTED_DEPTH:
            raise ArchiveRefused(f"{display_name(name)} holds archives too deep to look into", "unpack them one level")
        total = 0
        for inner, data in files:
            total += len(data)
            if total > limits.NESTED_MAX:
                raise _too_large(name)
            self._take_room(len(data) + limits.NESTED_FILE_COST)
            path = f"{name}!{inner}" if inner else name
            _judge_name(path, inner)
            self.look(path, data)
            self._judge(path, Memory(data), depth + 1)

    def _take_room(self, size: int) -> None:
        """An archive of archives of archives may be small, and each of them within its bounds."""
        with self._lock:
            self._room -= size
        if self._room < 0:
            raise ArchiveRefused(
                f"what is packed in its files unpacks to more than {limits.NESTED_TOTAL_MAX // limits.MIB} MiB in all",
                "this is how bombs look",
            )


def _refuse_by_head(name: str, head: bytes) -> None:
    if found := native(head):
        raise ArchiveRefused(
            f"{display_name(name)} is {found}",
            "nobody can read it before it runs; let the recipient install it as a package",
        )
    if head.startswith(_CLOSED_MARKS):
        kind = next(kind for mark, kind in _CLOSED.items() if head.startswith(mark))
        raise ArchiveRefused(
            f"{display_name(name)} is packed as {kind}, which is not opened here", "pack it as a zip or tar.gz"
        )


def _judge_name(path: str, inner: str) -> None:
    for part in inner.replace("\\", "/").split("/"):
        kind = file_kind(part)
        if kind in PERHAPS_HOLDING_VALUES:
            raise ArchiveRefused(
                f"{display_name(path)} is a .env in an archive within", "take it out; values do not travel"
            )
        if kind == HOOK and not part.startswith("conftest"):
            raise ArchiveRefused(
                f"{display_name(path)} runs by itself once it is installed", "take it out of the archive within"
            )


def _opener(head: bytes, source: Source) -> Callable[[str, Source], Iterator[tuple[str, bytes]]] | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) or _ends_as_zip(source):
        return _zip
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar" or _is_tar_of_old(head):
        return _tar
    if head.startswith(b"\x1f\x8b"):
        return _gzip
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return _bzip2
    return _xz if head.startswith((b"\xfd7zXZ\0", b"\x5d\0\0\x80\0", b"\x5d\0\0\0\x04")) else None


def _is_tar_of_old(head: bytes) -> bool:
    """A tar from before `ustar`, which every tar program still reads: it has nothing but the checksum of a header."""
    if not _OCTAL.match(head, _TAR_CHECKSUM_AT):
        return False
    try:
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


def _ends_as_zip(source: Source) -> bool:
    """Whether a zip reader would open this, whatever stands in front."""
    tail = source.read(max(0, source.size - _END_TAIL), _END_TAIL)
    if b"\x05" not in tail:  # one byte is found ten times as fast as four, and text has none
        return False
    at = tail.find(b"PK\x05\x06")
    while at >= 0:
        if at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail):
            return True
        at = tail.find(b"PK\x05\x06", at + 1)
    return False


def _zip(name: str, source: Source) -> Iterator[tuple[str, bytes]]:
    if source.read(0, 22)[:4] == b"PK\x05\x06" and source.size == 22:  # an archive of nothing
        return
    try:
        members = read_members(source)
    except ArchiveRefused as refused:
        raise ArchiveRefused(f"in {display_name(name)}: {refused.message}", refused.hint) from None
    if sum(member.size for member in members) > limits.NESTED_MAX:
        raise _too_large(name)
    for member in members:
        yield member.name, b"" if member.is_folder else inflate.whole(source, member)


def _tar(name: str, source: Source) -> Iterator[tuple[str, bytes]]:
    if source.size > limits.NESTED_MAX:
        raise _too_large(name)
    data = source.read(0, source.size)
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                if not (member.isfile() or member.isdir()):
                    raise ArchiveRefused(f"{display_name(name)} holds a link or a device", "pack plain files only")
                if member.size > limits.NESTED_MAX or member.sparse is not None:
                    raise _too_large(name)
                file = archive.extractfile(member)
                yield member.name, file.read() if file else b""
            end = archive.offset
    except (tarfile.TarError, EOFError, ValueError, RecursionError):
        raise _unreadable(name) from None
    if data[end:].strip(b"\0"):  # some readers go on there
        raise ArchiveRefused(f"{display_name(name)} has something hidden behind its end", "pack it again")


def _gzip(name: str, source: Source) -> Iterator[tuple[str, bytes]]:
    """One file, in as many parts as there are one after the other."""
    found = bytearray()
    packed = _packed(name, source)
    at = 0
    try:
        while packed.startswith(b"\x1f\x8b", at):
            at = _gzip_part(name, packed, at, found)
    except inflate.BadDeflate:
        raise _unreadable(name) from None
    if packed[at:].strip(b"\0"):
        raise ArchiveRefused(f"{display_name(name)} has something hidden behind its packed data", "pack it again")
    yield "", bytes(found)


def _gzip_part(name: str, packed: bytes, at: int, found: bytearray) -> int:
    """Add the part at `at` to `found`; where it ends. It goes in by slices, for what is behind it is copied."""
    inflater = zlib_ng.decompressobj(31)
    size = _SLICE_FIRST
    while not inflater.eof:
        piece = packed[at : at + size]
        if not piece:
            raise _unreadable(name)
        found += inflater.decompress(piece, limits.NESTED_MAX + 1 - len(found))
        if len(found) > limits.NESTED_MAX:
            raise _too_large(name)
        at += len(piece) - len(inflater.unused_data)
        size = _SLICE
    return at


def _bzip2(name: str, source: Source) -> Iterator[tuple[str, bytes]]:
    yield "", _limited(name, bz2.BZ2Decompressor(), _packed(name, source))


def _xz(name: str, source: Source) -> Iterator[tuple[str, bytes]]:
    yield "", _limited(name, lzma.LZMADecompressor(memlimit=limits.NESTED_MAX), _packed(name, source))


def _limited(name: str, unpacker: bz2.BZ2Decompressor | lzma.LZMADecompressor, packed: bytes) -> bytes:
    try:
        data = unpacker.decompress(packed, limits.NESTED_MAX + 1)
    except (OSError, lzma.LZMAError, EOFError):
        raise _unreadable(name) from None
    if len(data) > limits.NESTED_MAX:
        raise _too_large(name)
    if not unpacker.eof or unpacker.unused_data:
        raise _unreadable(name)
    return data


def _packed(name: str, source: Source) -> bytes:
    if source.size > limits.NESTED_MAX:
        raise _too_large(name)
    return source.read(0, source.size)


def _too_large(name: str) -> ArchiveRefused:
    return ArchiveRefused(
        f"{display_name(name)} unpacks to more than {limits.NESTED_MAX // limits.MIB} MiB, too much to look into",
        "keep large data out of the tool and fetch it when it runs",
    )


def _unreadable(name: str) -> ArchiveRefused:
    return ArchiveRefused(f"{display_name(name)} is an archive that cannot be opened", "pack it again, or take it out")
