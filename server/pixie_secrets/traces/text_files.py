"""Texts in pieces, however large they are and however long their lines: a value is in one piece as a whole."""

from __future__ import annotations

import gzip
import os
import zipfile
import zlib
from typing import TYPE_CHECKING, Protocol

from pixie_secrets.files import open_plain
from pixie_secrets.known_values import KNOWN
from pixie_secrets.patterns import pattern
from pixie_secrets.traces import NotReadError, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIECE = 8 << 20  # bytes
OVERLAP = 1 << 20  # bytes that two pieces share: the longest value in its longest spelling
SCREENED = 1 << 20  # bytes that are screened at once: as many as stay in a processor's cache
_ANCHOR = 16  # bytes that what is screened shares with what comes before; more than an anchor has
_META = 0x83  # before a byte that zsh keeps with its bit 5 turned (Src/utils.c, metafy)
_TURNED = 0x20
_NEEDS_META = pattern(rb"[\x00\x83-\xa2]")


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Screenable(Protocol):
    def readinto(self, buffer: memoryview, /) -> int | None: ...


def pieces(path: Path) -> Iterator[Piece]:
    """A plain file's. Raises OSError where it cannot be read."""
    with os.fdopen(open_plain(path).descriptor, "rb") as file:
        yield from _pieces(file)


def may_hold(path: Path) -> bool:
    """Whether a known value may be in it: never false where one is. Raises OSError where it cannot be read."""
    with os.fdopen(open_plain(path).descriptor, "rb", buffering=0) as file:
        return _may_hold(file)


def _may_hold(file: _Screenable) -> bool:
    buffer = bytearray(SCREENED)
    whole = memoryview(buffer)
    kept = 0
    while size := file.readinto(whole[kept:]):
        if KNOWN.may_hold(whole[: kept + size]):
            return True
        end = kept + size
        kept = min(_ANCHOR, end)
        buffer[:kept] = buffer[end - kept : end]
    return False


def zsh_pieces(path: Path) -> Iterator[Piece]:
    """Those of a history that zsh wrote, as it was typed."""
    for piece in pieces(path):
        yield piece._replace(data=unmetafied(piece.data)) if _META in piece.data else piece


def inflated_pieces(path: Path) -> Iterator[Piece]:
    """Those of a file that is one zlib stream.

    Raises:
        NotReadError: it is none.
    """
    with os.fdopen(open_plain(path).descriptor, "rb") as file:
        try:
            yield from _pieces(_Inflating(file))
        except zlib.error:
            raise NotReadError("it is no zlib stream") from None


def gzip_pieces(path: Path) -> Iterator[Piece]:
    """Those of a file that gzip packed.

    Raises:
        NotReadError: it is none.
    """
    with os.fdopen(open_plain(path).descriptor, "rb") as file:
        try:
            yield from _pieces(gzip.GzipFile(fileobj=file, mode="rb"))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise NotReadError("it is no gzip file, or damaged") from None


def zip_pieces(path: Path) -> Iterator[Piece]:
    """Those of every file of a zip archive; `part` is its name.

    Raises:
        NotReadError: it is none, or needs a password.
    """
    with os.fdopen(open_plain(path).descriptor, "rb") as file:
        try:
            before = 0
            for member in zipfile.ZipFile(file).infolist():
                end = 0
                with zipfile.ZipFile(file).open(member) as inside:
                    for piece in _pieces(inside):
                        yield piece._replace(at=before + piece.at, part=member.filename)
                        end = piece.at + len(piece.data)
                before += end
        except (EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError):
            raise NotReadError("it is no zip archive, damaged, or needs a password") from None


def _pieces(file: _Source) -> Iterator[Piece]:
    kept, at, line = b"", 0, 1
    while more := _filled(file, PIECE):
        data = kept + more
        yield Piece(data, at, line)
        kept = data[-OVERLAP:]
        at += len(data) - len(kept)
        line += data.count(b"\n", 0, len(data) - len(kept))


def _filled(file: _Source, size: int) -> bytes:
    """`size` bytes, fewer only at the end."""
    read = []
    while size and (some := file.read(size)):
        read.append(some)
        size -= len(some)
    return b"".join(read)


def unmetafied(data: bytes) -> bytes:
    """A history of zsh's as it was typed."""
    first, *others = data.split(bytes([_META]))
    return first + b"".join(bytes([part[0] ^ _TURNED]) + part[1:] for part in others if part)


def metafied(data: bytes) -> bytes:
    """The same as zsh writes it."""
    return _NEEDS_META.sub(lambda match: bytes([_META, match[0][0] ^ _TURNED]), data)


class _Inflating:
    """What a zlib stream unpacks to, a bounded piece at a time."""

    def __init__(self, packed: _Source) -> None:
        self._packed = packed
        self._unpacking = zlib.decompressobj()

    def read(self, size: int) -> bytes:
        while not self._unpacking.eof:
            given = self._unpacking.unconsumed_tail or self._packed.read(1 << 16)
            some = self._unpacking.decompress(given, size)
            if some or not given:
                return some
        return b""
