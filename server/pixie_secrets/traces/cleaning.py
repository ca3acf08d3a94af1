r"""Takes known values out of a text, so that what reads the text still can: `***` stands where a value stood.

In JSON an escape is never cut in two (`\nSECRET` where the value is `nSECRET`: the whole of `\n` goes), and a number
that was a value is `0`. A value's length goes with it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.known_values import KNOWN
from pixie_secrets.patterns import pattern
from pixie_secrets.traces.search import counts

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.known_values import Span

    IsLeak = Callable[[Span, bytes], bool]

MASK, NUMBER = b"***", b"0"
ROUNDS = 3  # what a mask makes of its surroundings may be another value
CONTEXT = 64  # bytes around a value that decide how it is taken out
CHECKED = 4 << 20  # bytes of a line of JSON, or a file of it, that is parsed before and after
_BEGUN_ESCAPE = pattern(rb"\\(?:u[0-9a-fA-F]{0,3})?$")
_NUMERIC = pattern(rb"[0-9.eE+-]+")
_BEFORE_NUMBER = pattern(rb"(?:[:\[,]\s*|^\s*)([0-9.eE+-]*)$")
_AFTER_NUMBER = pattern(rb"([0-9.eE+-]*)(?:\s*[,\]}]|\s*$)")


class Cleaned(NamedTuple):
    """data: without values. times: how many were taken out; adjacent ones are one."""

    data: bytes
    times: int


class _Cut(NamedTuple):
    start: int
    end: int
    instead: bytes


def cleaned(data: bytes, is_leak: IsLeak) -> Cleaned:
    """`data` without the values in it that count.

    Raises:
        CannotCleanError: what reads it could not read the rest.
    """
    result, times = data, 0
    for _ in range(ROUNDS):
        cuts = _cuts(result, is_leak)
        if not cuts:
            if times and is_json(data) and not is_json(result):
                raise CannotCleanError("it would be no JSON any more")
            return Cleaned(result, times)
        result, times = _without(result, cuts), times + len(cuts)
    raise CannotCleanError("a value is still in it")


def is_json(data: bytes) -> bool:
    """Whether it is a JSON document of a bearable size, or lines of them."""
    if len(data) > CHECKED or data.lstrip()[:1] not in {b"{", b"[", b'"'}:
        return False
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        pass
    else:
        return True
    try:
        for line in data.splitlines():
            if line.strip():
                json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


class CannotCleanError(Exception):
    """A place from which a value cannot be taken; the text says why."""


def cut_after(data: bytes, is_leak: IsLeak, most: int) -> int:
    """Up to where `data` can be cleaned without what follows it: `most` at most, 0 for nowhere.

    At the end of a line, or in a long line; in no value, nor in what an escape or a number beside one may reach.
    """
    cuts = [] if most <= 0 else _cuts(data, is_leak)
    at = max(most, 0)
    for cut in reversed(cuts):
        if cut.start - CONTEXT < at < cut.end + CONTEXT:
            at = max(0, cut.start - CONTEXT)
    line = data.rfind(b"\n", 0, at) + 1
    return line if line and not any(cut.start < line < cut.end for cut in cuts) else at


def _cuts(data: bytes, is_leak: IsLeak) -> list[_Cut]:
    merged: list[_Cut] = []
    for span in KNOWN.find(data):
        if not counts(span, data, is_leak):
            continue
        cut = _cut(data, span.start, span.end)
        if merged and cut.start <= merged[-1].end:
            last = merged.pop()
            cut = _Cut(min(last.start, cut.start), max(last.end, cut.end), max(last.instead, cut.instead, key=len))
        merged.append(cut)
    return merged


def _cut(data: bytes, start: int, end: int) -> _Cut:
    before = data[max(0, start - CONTEXT) : start]
    if _NUMERIC.fullmatch(data[start:end]):
        first, last = _BEFORE_NUMBER.search(before), _AFTER_NUMBER.match(data[end : end + CONTEXT])
        if first and last:
            return _Cut(start - len(first[1]), end + len(last[1]), NUMBER)
    begun = _BEGUN_ESCAPE.search(before)
    if begun and _escapes(before[: begun.start() + 1]):
        start -= len(begun[0])
    if _escapes(data[max(start, end - CONTEXT) : end]):  # the value's last byte begins an escape
        end += 5 if data[end : end + 1] == b"u" else 1
    return _Cut(start, min(end, len(data)), MASK)


def _escapes(data: bytes) -> bool:
    """Whether it ends in a backslash that is not escaped itself."""
    return (len(data) - len(data.rstrip(b"\\"))) % 2 == 1


def _without(data: bytes, cuts: list[_Cut]) -> bytes:
    pieces = []
    place = 0
    for start, end, instead in cuts:
        pieces += [data[place:start], instead]
        place = end
    return b"".join((*pieces, data[place:]))
