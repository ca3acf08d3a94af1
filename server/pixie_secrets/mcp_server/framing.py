"""Messages out of bytes and back: one a line, or with a `Content-Length` before each, as some clients try next."""

from __future__ import annotations

import re

BYTES_MAX = 64 << 20  # of one message
_LENGTH = re.compile(rb"content-length:[ \t]*([0-9]{1,9})", re.IGNORECASE)


class Framing:
    """Takes bytes as they come. is_framed: the client writes lengths, and so is answered with them."""

    def __init__(self) -> None:
        self.is_framed = False
        self._buffer = bytearray()
        self._searched = 0  # where a line end was looked for already
        self._body: int | None = None  # bytes of the message that a header announced
        self._in_header = False
        self._announced = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole now, each without its line end; empty lines are none."""
        self._buffer += data
        messages = []
        while (message := self._next()) is not None:
            if message.strip():
                messages.append(message)
        return messages

    def frame(self, message: bytes) -> bytes:
        """`message`, one line, as the client wants to read it."""
        return b"Content-Length: %d\r\n\r\n%s" % (len(message), message) if self.is_framed else message + b"\n"

    def _next(self) -> bytes | None:
        """The next message, an empty one for what is none, or None while it is not whole."""
        if self._body is not None:
            return self._taken_body()
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        length = _LENGTH.fullmatch(line.strip())
        if length and int(length[1]) <= BYTES_MAX:
            self.is_framed = self._in_header = True
            self._announced = int(length[1])
            return b""
        if self._in_header:
            if not line.strip():
                self._in_header, self._body = False, self._announced
            return b""  # or another header, such as Content-Type
        return line

    def _taken_body(self) -> bytes | None:
        if self._body is None or len(self._buffer) < self._body:
            return None
        body = bytes(self._buffer[: self._body])
        del self._buffer[: self._body]
        self._body, self._searched = None, 0
        return body
