"""Bytes that can be asked for by place: in memory, or in a file that stays open from the first look to the last."""

from __future__ import annotations

import os
import threading
from typing import Protocol


class Source(Protocol):
    """Where an archive is read from."""

    size: int

    def read(self, start: int, length: int) -> bytes:
        """The bytes from `start`, fewer than `length` only where they end."""


class Memory:
    """Bytes as a source."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read(self, start: int, length: int) -> bytes:
        return self._data[start : start + length]


class OpenFile:
    """An open file as a source; many threads may read. Its size is the one it had at first."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self.size = os.fstat(descriptor).st_size

    def read(self, start: int, length: int) -> bytes:
        if not hasattr(os, "pread"):  # Windows
            with self._lock:
                os.lseek(self._descriptor, start, os.SEEK_SET)
                return os.read(self._descriptor, length)
        pieces = []
        while length > 0 and (piece := os.pread(self._descriptor, length, start)):
            pieces.append(piece)
            start += len(piece)
            length -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
