"""What the readers of a file find in it: offsets into its bytes, before anybody says anything about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Hit(NamedTuple):
    """A finding before it has a file: where in the bytes it begins, and what to say.

    detail: completes the code's message; a rule's name or a variable's, never a value. end: where what was found ends,
        so that two readers who found the same say so once; it is not shown.
    """

    start: int
    code: str
    detail: str
    end: int = 0


def apart(hits: Iterable[Hit]) -> list[Hit]:
    """In order, and of those that overlap the most telling one: a known value, else the smallest code."""
    levels: dict[str, list[Hit]] = {}
    for hit in hits:
        levels.setdefault("" if hit.code.startswith("KV") else hit.code, []).append(hit)
    kept: list[Hit] = []
    for level in sorted(levels):
        kept = _merged(kept, sorted(levels[level]))
    return kept


def _merged(kept: list[Hit], others: list[Hit]) -> list[Hit]:
    """Both in order; without those of the others that overlap one that is kept, or one another."""
    merged: list[Hit] = []
    at = done = 0
    for hit in others:
        while at < len(kept) and kept[at].start <= hit.start:
            merged.append(kept[at])
            done = max(done, _end(kept[at]))
            at += 1
        if hit.start >= done and (at == len(kept) or kept[at].start >= _end(hit)):
            merged.append(hit)
            done = _end(hit)
    return merged + kept[at:]


def _end(hit: Hit) -> int:
    return max(hit.end, hit.start + 1)


class ScanResult(NamedTuple):
    """What the rules about single files find in one; kept where its bytes are at hand only once.

    is_marked: whether a comment in it may let something pass.
    """

    hits: list[Hit]
    is_marked: bool


class Line(NamedTuple):
    """What an entry of a baseline is made from: a finding and its whole line, without the white space around."""

    code: str
    file: str
    text: bytes


class SourceFile(NamedTuple):
    """One file as the rules see it: `data` is UTF-8, or the nearest thing to it, whatever the file was written in."""

    path: str
    data: bytes


class Places:
    """Lines and columns of offsets that are asked for in order: each byte is looked at once, however many there are."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = self._start = self._counted = self._measured = 0
        self._line = self._column = 1
        self._text_at, self._text = -1, b""

    def line_start(self, offset: int) -> int:
        """Where the line begins that `offset` is in."""
        if offset < self._at:  # out of order after all: from the beginning
            self._at = self._start = self._counted = self._measured = 0
            self._line = self._column = 1
        found = self._data.rfind(b"\n", self._at, offset)
        if found >= 0:
            self._start = found + 1
        self._at = offset
        return self._start

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1; columns count characters."""
        start = self.line_start(offset)
        if start > self._counted:
            self._line += self._data.count(b"\n", self._counted, start)
            self._counted = self._measured = start
            self._column = 1
        self._column += len(self._data[self._measured : offset].decode("utf-8", "replace"))
        self._measured = offset
        return self._line, self._column

    def text(self, offset: int) -> bytes:
        """The line that `offset` is in; the same object for every offset in it."""
        start = self.line_start(offset)
        if self._text_at != start:
            end = self._data.find(b"\n", start)
            self._text_at, self._text = start, self._data[start : end if end >= 0 else len(self._data)]
        return self._text


def place(data: bytes, start: int) -> tuple[int, int]:
    """Line and column, from 1, of one offset into `data`."""
    return Places(data).place(start)
