"""The last of what a tool printed, masked before it is cut: the end of a value is as secret as all of it."""

from __future__ import annotations

import os
import threading
from collections import deque

from pixie_secrets.known_values import KNOWN
from pixie_secrets.known_values.stream import READ_SIZE, BytesMasker

BYTES_KEPT = 16 * 1024


class LogTail:
    """Reads a descriptor to its end in a thread of its own, and remembers only the last of it, whatever comes."""

    def __init__(self, read_fd: int) -> None:
        self._read_fd = read_fd
        self._masker = BytesMasker(KNOWN)
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._dropped = False
        self._thread = threading.Thread(target=self._read, name="tool log", daemon=True)
        self._thread.start()

    def text(self, *, patience: float) -> str:
        """The last lines, once no process can add to them any more, or after `patience` seconds."""
        self._thread.join(patience)
        data = b"".join(self._pieces)
        if not self._dropped and len(data) <= BYTES_KEPT:
            return data.decode("utf-8", "replace")
        _, _, whole_lines = data[-BYTES_KEPT:].partition(b"\n")
        return "…\n" + (whole_lines or data[-BYTES_KEPT:]).decode("utf-8", "replace")

    def _read(self) -> None:
        try:
            while data := os.read(self._read_fd, READ_SIZE):
                self._keep(self._masker.feed(data))
            self._keep(self._masker.finish())
        finally:
            os.close(self._read_fd)

    def _keep(self, data: bytes) -> None:
        data = data if len(data) <= BYTES_KEPT else data[-BYTES_KEPT - 1 :]
        self._pieces.append(data)
        self._size += len(data)
        while self._size - len(self._pieces[0]) > BYTES_KEPT:
            self._size -= len(self._pieces.popleft())
            self._dropped = True
