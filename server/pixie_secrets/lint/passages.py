"""The lines of a file that hold a telling text, with what stands below them, as one short text to search.

Most bytes of most files are far from any name that says secret. Patterns that need such a name find the same in a tenth
of the bytes; where they found it, `at` puts back into the file.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

# A name and its value may stand lines apart: no pattern has more places where white space may be a line break.
_BELOW = pattern(rb"(?:\n\s*+[^\n]*+){0,6}")
_BETWEEN = b"\n\0\n"  # no pattern reaches over it: it is neither white space nor part of a line
_NEAR = 240  # bytes; what is nearer is taken along, whatever the lines between are
_MOST = 0.5  # of the file, from which on it is searched whole


class Passages(NamedTuple):
    """text: what to search. begins: where each passage begins in it; moved: how much later that is in the file."""

    text: bytes
    begins: tuple[int, ...] = (0,)
    moved: tuple[int, ...] = (0,)

    def at(self, offset: int) -> int:
        """Where in the file an offset into `text` is."""
        return offset + self.moved[bisect_right(self.begins, offset) - 1]


class TellingLines:
    """Collects the passages of one file: `add` is told where telling texts begin, in order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._spans: list[tuple[int, int]] = []
        self._begin = 0
        self._end = -1  # of the last telling line; -1: there is none yet

    def add(self, starts: Iterable[int]) -> None:
        """Take these along, each with its line and what is below it."""
        data, begin, end = self._data, self._begin, self._end
        for start in starts:
            if start < end:  # on the same line
                continue
            line = data.rfind(b"\n", max(end, 0), start) + 1 or max(end, 0)
            if end < 0:
                begin = line
            elif line > end + _NEAR and line > (below := _end_below(data, end)) + 1:
                self._spans.append((begin, below))
                begin = line
            newline = data.find(b"\n", start)
            end = newline if newline >= 0 else len(data)
        self._begin, self._end = begin, end

    def passages(self) -> Passages:
        """What was collected; the whole file, where that is not much more."""
        if self._end < 0:
            return Passages(b"", (0,), (0,))
        spans = [*self._spans, (self._begin, _end_below(self._data, self._end))]
        if sum(end - begin for begin, end in spans) > len(self._data) * _MOST:
            return Passages(self._data)
        begins, moved, at = [], [], 0
        for begin, end in spans:
            begins.append(at)
            moved.append(begin - at)
            at += end - begin + len(_BETWEEN)
        return Passages(_BETWEEN.join(self._data[begin:end] for begin, end in spans), tuple(begins), tuple(moved))


def _end_below(data: bytes, line_end: int) -> int:
    found = _BELOW.match(data, line_end)
    return found.end() if found else line_end
