"""Masks a stream as it passes: output of programs, our own, and the filter `pixie-secrets mask`.

A value may arrive in any number of pieces, so the end of what has arrived is held back, but only as long as it is the
beginning of a known form: `Password: ` appears at once, and so do colors and progress bars. Memory is bounded by the
longest form and the pieces fed, whatever the stream.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pixie_secrets.known_values.masks import Masks
from pixie_secrets.known_values.opaque import Opaque
from pixie_secrets.known_values.shown import ShownMasker

if TYPE_CHECKING:
    from pixie_secrets.known_values import KnownValues
    from pixie_secrets.known_values.index import FormIndex
    from pixie_secrets.known_values.spelled import Rest

READ_SIZE = 1 << 18


class BytesMasker(Opaque):
    """Masks UTF-8 that arrives in pieces. All that comes out equals `mask_bytes` of all that went in."""

    __slots__ = ("_done", "_expected", "_held", "_known", "_masks", "_open", "_shown")

    def __init__(self, known: KnownValues) -> None:
        self._known = known
        self._held: list[bytes] = []  # what may become a form, and what was masked already but may overlap one
        self._done = 0  # as much of it as is masked already
        self._open = False  # whether the last that came out was a mask, which what follows may extend
        self._expected: Rest | None = None  # what is left of the long form that all of it is the beginning of
        self._masks = Masks()
        self._shown = ShownMasker()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._known!r}>"

    def feed(self, data: bytes) -> bytes:
        """What can come out now that `data` has arrived."""
        return self._pass(data, final=False)

    def finish(self) -> bytes:
        """The rest, once nothing more will arrive."""
        return self._pass(b"", final=True)

    def waiting(self) -> bytes:
        """What is held back, while all of it is plain text that may yet become a form; else nothing."""
        shown = self._shown.waiting()
        return b"" if self._done or self._open or self._masks or shown is None else b"".join((shown, *self._held))

    def _pass(self, data: bytes, *, final: bool) -> bytes:
        index = self._known.index()
        if index is None:
            return data
        if not final and self._expected and (rest := self._expected.after(data)):
            self._expected = rest
            self._held.append(data)
            return b""
        if self._held:
            data = b"".join((*self._held, data))
        passed = self._masks.join(index, self._pieces(index, data, final=final), final=final)
        return self._shown.feed(index, passed, final=final)

    def _pieces(self, index: FormIndex, data: bytes, *, final: bool) -> list[bytes]:
        """The text that can come out, parted where a mask belongs; holds back the rest."""
        occurrences, pending = index.scan(data)
        hold = len(data) if final else pending.start
        pieces = [b""]
        place = self._done
        for start, end, _ in occurrences:
            if end <= place:
                continue
            if self._open and start <= place:
                place = end
            elif start <= hold:
                pieces[-1] += data[place:start]
                pieces.append(b"")
                place, self._open = end, True
            else:
                break
        if place < hold:
            pieces[-1] += data[place:hold]
            place, self._open = hold, False
        self._held = [data[hold:]] if hold < len(data) else []
        self._done = place - hold
        self._expected = pending.rest
        return pieces


class TextMasker(Opaque):
    """The same for text. A lone surrogate passes as it is."""

    __slots__ = ("_bytes",)

    def __init__(self, known: KnownValues) -> None:
        self._bytes = BytesMasker(known)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._bytes!r}>"

    def feed(self, text: str) -> str:
        """What can come out now that `text` has arrived."""
        return self._bytes.feed(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def finish(self) -> str:
        """The rest, once nothing more will arrive."""
        return self._bytes.finish().decode("utf-8", "surrogatepass")


def run_filter(known: KnownValues, read_fd: int, write_fd: int) -> None:
    """Copy `read_fd` to `write_fd`, masked, until its end; what has arrived is written before more is awaited.

    Raises:
        BrokenPipeError: nobody reads `write_fd` any more.
    """
    masker = BytesMasker(known)
    while data := _read(read_fd):
        _write(write_fd, masker.feed(data))
    _write(write_fd, masker.finish())


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, READ_SIZE)
    except OSError as error:
        import errno

        if error.errno == errno.EIO:  # how a pseudo-terminal says that its other side is gone
            return b""
        raise


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
