"""Known values in the pieces of one place: whose, where, and what a transcript says of the line."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.known_values import KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pixie_secrets.known_values import Span
    from pixie_secrets.traces import Piece

SHORTEST = 8  # bytes; what is shorter stands in transcripts by chance
_LINE_MAX = 4 << 20  # bytes of a line that is looked into for its time
_ROLES = frozenset({"user", "assistant", "tool", "system", "developer"})
_TIMES = ("timestamp", "ts", "time", "created_at", "createdAt", "date")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MILLISECONDS_FROM = 10**11  # as seconds, that is the year 5138


class Trace(NamedTuple):
    """One occurrence. line: 0 where there are no lines. when: the day, as ISO 8601 has it; role: whose words."""

    key: str
    tool: str
    line: int
    part: str
    when: str | None = None
    role: str | None = None


def traces(pieces: Iterable[Piece], is_leak: Callable[[Span, bytes], bool]) -> Iterator[Trace]:
    """What stands in them, in order. is_leak: whether an occurrence counts."""
    done = 0
    for piece in pieces:
        counted, line = 0, piece.line
        for span in KNOWN.find(piece.data):
            if piece.at + span.start < done or not counts(span, piece.data, is_leak):
                continue
            if line:
                line += piece.data.count(b"\n", counted, span.start)
                counted = span.start
            when, role = _said_of(_line(piece.data, span.start))
            yield Trace(span.key, span.tool, line, piece.part, when, role)
            done = piece.at + span.end


def counts(span: Span, data: bytes, is_leak: Callable[[Span, bytes], bool]) -> bool:
    """Whether an occurrence is long enough to be none by chance, and counts."""
    return span.end - span.start >= SHORTEST and is_leak(span, data)


def _line(data: bytes, at: int) -> bytes:
    """The line or row that `at` is in, if it is a JSON object of a bearable size."""
    start = data.rfind(b"\n", max(0, at - _LINE_MAX), at) + 1
    end = data.find(b"\n", at, at + _LINE_MAX)
    found = data[start : end if end >= 0 else min(len(data), at + _LINE_MAX)].strip()
    return found if found.startswith(b"{") and found.endswith(b"}") else b""


def _said_of(line: bytes) -> tuple[str | None, str | None]:
    """The day and the role that a line of a transcript names; nothing else of it is taken."""
    try:
        document = json.loads(line) if line else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return None, None
    parts = [document, *(part for part in document.values() if isinstance(part, dict))]
    days = (_day(part.get(name)) for part in parts for name in _TIMES)
    roles = (part.get(name) for part in parts for name in ("role", "type"))
    role = next((each for each in roles if isinstance(each, str) and each in _ROLES), None)
    return next(filter(None, days), None), role


def _day(given: Any) -> str | None:
    if isinstance(given, str) and _DAY.match(given):
        return given[:10]
    if isinstance(given, int | float) and not isinstance(given, bool) and given > 0:
        try:
            return day_of(given / 1000 if given > _MILLISECONDS_FROM else given)
        except (ValueError, OverflowError, OSError):
            return None
    return None


def day_of(seconds: float) -> str:
    """The day of a time, given in seconds since 1970, as ISO 8601 has it."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
