"""Writes a zip of which every byte follows from names and contents: no time, no mode, no user, no path, no machine.

Text is deflated by libdeflate at level 1, within a tenth of the size that zlib takes seven times as long for; a file
too large for memory, which libdeflate cannot pack in pieces, by zlib-ng at level 5. Both give the same bytes on every
machine. What is compressed already (pictures, sound, archives) is stored, and so is what packs so well that it would
look like a bomb.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, NamedTuple

import deflate
from zlib_ng import zlib_ng

from pixie_secrets.archives import limits

if TYPE_CHECKING:
    from collections.abc import Iterable

STORED, DEFLATED = 0, 8

_LEVEL, _LEVEL_IN_PIECES = 1, 5
_RAW = -15
_MEMORY = 9  # its own default may change
_DATE = 0x21  # 1980-01-01, the earliest day the format knows
_VERSION, _UNIX = 20, 3
_UTF8 = 1 << 11
_ATTRIBUTES = 0o100644 << 16  # a plain file that its owner may write

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sBBHHHHHLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")

_PROBE_FROM, _PROBE = 64 * 1024, 16 * 1024
_COMPRESSED = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"OggS", b"fLaC",
    b"ID3", b"\xff\xfb", b"wOF2", b"wOFF", b"\x1aE\xdf\xa3",
)  # fmt: skip


class Packed(NamedTuple):
    """A file's bytes as they stand in the archive, and what its headers say of them."""

    method: int
    crc: int
    size: int
    data: bytes | bytearray


def pack(data: bytes) -> Packed:
    """A file that is in memory."""
    crc = zlib_ng.crc32(data)
    if data and not _is_compressed(data):
        packed = deflate.deflate_compress(data, _LEVEL)
        if len(packed) < len(data) and not _looks_like_a_bomb(len(packed), len(data)):
            return Packed(DEFLATED, crc, len(data), packed)
    return Packed(STORED, crc, len(data), data)


def _looks_like_a_bomb(packed: int, size: int) -> bool:
    return size > limits.STORED_FROM and size > packed * limits.RATIO_MAX


def _deflater() -> zlib_ng._Compress:
    return zlib_ng.compressobj(_LEVEL_IN_PIECES, zlib_ng.DEFLATED, _RAW, _MEMORY)


def _is_compressed(data: bytes) -> bool:
    if data.startswith(_COMPRESSED) or data[4:8] == b"ftyp" or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return True
    if len(data) < _PROBE_FROM:
        return False
    middle = len(data) // 2
    probe = data[middle : middle + _PROBE]
    return len(zlib_ng.compress(probe, 1)) > len(probe) * 0.97


class ZipWriter:
    """Writes into an open file from its beginning; None: only counts."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._at = self._reached = 0
        self._directory: list[bytes] = []

    def add(self, name: str, packed: Packed) -> None:
        """A file at once."""
        header = self._record(name, packed.method, packed.crc, len(packed.data), packed.size)
        self._write(header + packed.data if len(packed.data) < limits.MIB else header, self._at)
        if len(packed.data) >= limits.MIB:
            self._write(packed.data, self._at + len(header))
        self._at += len(header) + len(packed.data)

    def add_pieces(self, name: str, pieces: Iterable[bytes], *, store: bool) -> bool:
        """A file piece by piece; False, and nothing is added: it packs so well that it has to be stored."""
        start = self._at + len(self._header(name, STORED, 0, 0, 0))
        deflater = None if store else _deflater()
        at, size, crc = start, 0, 0
        for piece in pieces:
            crc = zlib_ng.crc32(piece, crc)
            size += len(piece)
            packed = deflater.compress(piece) if deflater else piece
            self._write(packed, at)
            at += len(packed)
        if deflater:
            packed = deflater.flush()
            self._write(packed, at)
            at += len(packed)
            if at - start >= size or _looks_like_a_bomb(at - start, size):
                return False  # what was written is written over
        self._write(self._record(name, STORED if store else DEFLATED, crc, at - start, size), self._at)
        self._at = at
        return True

    def finish(self) -> int:
        """Write the list of files and the end; the size of the archive."""
        directory = b"".join(self._directory)
        count = len(self._directory)
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), self._at, 0)
        self._write(directory + end, self._at)
        size = self._at + len(directory) + len(end)
        if self._descriptor is not None and self._reached > size:
            os.ftruncate(self._descriptor, size)
        return size

    def _record(self, name: str, method: int, crc: int, packed: int, size: int) -> bytes:
        """The local header; the same is noted for the list at the end."""
        raw = name.encode()
        flags = 0 if name.isascii() else _UTF8
        start = _CENTRAL.pack(
            *(b"PK\x01\x02", _VERSION, _UNIX, _VERSION, flags, method, 0, _DATE, crc, packed, size, len(raw)),
            *(0, 0, 0, 0, _ATTRIBUTES, self._at),
        )
        self._directory.append(start + raw)
        return self._header(name, method, crc, packed, size)

    @staticmethod
    def _header(name: str, method: int, crc: int, packed: int, size: int) -> bytes:
        raw = name.encode()
        flags = 0 if name.isascii() else _UTF8
        return _LOCAL.pack(b"PK\x03\x04", _VERSION, flags, method, 0, _DATE, crc, packed, size, len(raw), 0) + raw

    def _write(self, data: bytes | bytearray, at: int) -> None:
        self._reached = max(self._reached, at + len(data))
        if self._descriptor is None:
            return
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._descriptor, rest, at)
            rest = rest[written:]
            at += written
