"""Masks what this program itself prints: `print`, a message of `sys.exit`, whatever writes to `sys.stdout`."""

from __future__ import annotations

import atexit
import io
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from pixie_secrets.known_values import KNOWN
from pixie_secrets.known_values.stream import BytesMasker

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO


class MaskedStream(io.TextIOBase):
    """A text stream in front of another; all else (`isatty`, `fileno`, `encoding`) is the other one's."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._masker = BytesMasker(KNOWN)
        self._binary = _MaskedBinary(stream, self._masker)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._put(self._masker.feed(text.encode("utf-8", "surrogatepass")))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]  # as print and click call it
        self.write("".join(lines))

    def finish(self) -> None:
        """Write what is held back: nothing more will come."""
        self._put(self._masker.finish())
        self._stream.flush()

    def _put(self, data: bytes) -> None:
        if not data:
            return
        try:
            self._stream.write(data.decode("utf-8", "surrogatepass"))
        except UnicodeDecodeError:  # bytes that are no text were held back before this text came
            self._stream.flush()
            self._stream.buffer.write(data)

    @property
    def buffer(self) -> _MaskedBinary:
        return self._binary

    def flush(self) -> None:
        if not self._stream.closed:
            self._stream.flush()

    def close(self) -> None:
        self.finish()
        self._stream.close()

    @property
    def closed(self) -> bool:
        return self._stream.closed

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def writable(self) -> bool:
        return True

    def __getattribute__(self, name: str) -> Any:
        if name in ("encoding", "errors", "newlines"):  # which TextIOBase would answer with None
            return getattr(self._stream, name)
        return super().__getattribute__(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _MaskedBinary(io.BufferedIOBase):
    """The bytes of such a stream, with the same memory of what is held back."""

    def __init__(self, stream: TextIO, masker: BytesMasker) -> None:
        self._stream = stream
        self._masker = masker

    def write(self, data: Any) -> int:
        self._stream.flush()
        size = memoryview(data).nbytes
        self._stream.buffer.write(self._masker.feed(bytes(data)))
        return size

    def flush(self) -> None:
        self._stream.flush()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream.buffer, name)


def install_stream(name: Literal["stdout", "stderr"]) -> None:
    """Put a masked stream in place of `sys.stdout` or `sys.stderr`; once is enough."""
    stream = getattr(sys, name)
    if stream is None or isinstance(stream, MaskedStream):
        return
    covered = MaskedStream(stream)
    setattr(sys, name, covered)
    atexit.register(_finish, covered)


def _finish(stream: MaskedStream) -> None:
    with suppress(OSError, ValueError):  # closed already, or nobody reads: there is nobody left to tell
        stream.finish()
