"""What in some pieces has the shape of a token, and is no known value: lint's rules, where lint does not look."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.known_values import KNOWN
from pixie_secrets.lint.codes import CODES
from pixie_secrets.lint.detect import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pixie_secrets.traces import Piece


class Shape(NamedTuple):
    """One kind of token in one place. line: of the first, 0 where there are no lines; times: how often."""

    line: int
    part: str
    code: str
    message: str
    times: int


def shapes(pieces: Iterable[Piece]) -> Iterator[Shape]:
    """Each kind of token once for each part of a place."""
    times: Counter[tuple[str, str, str]] = Counter()
    lines: dict[tuple[str, str, str], int] = {}
    done = 0
    for piece in pieces:
        hits = sorted(tokens(piece.data))
        known = KNOWN.find(piece.data) if hits else []
        for hit in hits:
            end = max(hit.end, hit.start + 1)
            if piece.at + hit.start < done or any(span.start < end and hit.start < span.end for span in known):
                continue
            done = piece.at + end
            kind = (piece.part, hit.code, hit.detail)
            times[kind] += 1
            lines.setdefault(kind, piece.line and piece.line + piece.data.count(b"\n", 0, hit.start))
    for (part, code, detail), often in times.items():
        yield Shape(lines[part, code, detail], part, code, CODES[code].message.format(detail), often)
