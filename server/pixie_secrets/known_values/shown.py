"""Masks a value that only a terminal shows in one piece: with colors, bold, cursor moves or overstriking within it.

`grep --color` puts its colors around what it found, `man` writes a bold letter as the letter, a backspace and the
letter again. Masking text as it stands comes first; what is left is looked at here once more without its control
sequences, wherever it has any. A mask takes the place of all that shows of the value; colors within it stay behind it,
so that what follows looks as it did.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from pixie_secrets.known_values.masks import Masks
from pixie_secrets.known_values.opaque import Opaque
from pixie_secrets.patterns import pattern

if TYPE_CHECKING:
    from pixie_secrets.known_values.index import FormIndex

ESCAPE = b"\x1b"
UNFINISHED_MAX = 1 << 12  # bytes of a control sequence that is waited for; a title or a link, no more
HELD_MAX = 1 << 16  # bytes of control sequences within what may be a value

# A color or a cursor move; a title or a link; other sequences; a character that the next one is written over; what
# takes no room (NUL, bell, shifts between character sets, delete).
_CONTROL = pattern(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\|\x1b[ -/]*[0-OQ-WYZ`-~=>]"
    rb"|(?:[\x20-\x7e]|[\xc2-\xf4][\x80-\xbf]+)\x08+|[\x00\x07\x0e\x0f\x7f]+"
)
_ESC, _BS, _NUL, _BEL, _SO, _SI, _DEL = 0x1B, 0x08, 0x00, 0x07, 0x0E, 0x0F, 0x7F  # each begins or is one
_UNFINISHED = pattern(rb"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[ -/]*)\Z")


def has_controls(data: bytes) -> bool:
    """Whether there is anything for this module to do."""
    return (  # every line of output is asked about, and a loop takes ten times as long
        _ESC in data or _BS in data or _NUL in data or _BEL in data or _SO in data or _SI in data or _DEL in data
    )


class ShownMasker(Opaque):
    """Masks what is left in pieces of output. What comes out does not depend on how it was cut, overstriking aside.

    A character that is no part of a value goes out at once, and a backspace that comes later finds it gone.
    """

    __slots__ = ("_held", "_masks")

    def __init__(self) -> None:
        self._held = b""
        self._masks = Masks()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def waiting(self) -> bytes | None:
        """What is held back; None while something masked is among it."""
        return None if self._masks else self._held

    def feed(self, index: FormIndex, data: bytes, *, final: bool) -> bytes:
        """What can come out now that `data` has arrived, in which `index` finds nothing as it stands."""
        if not (self._held or self._masks or has_controls(data)):
            return data
        text = self._held + data
        unfinished = None if final else _UNFINISHED.search(text)
        until = unfinished.start() if unfinished and len(text) - unfinished.start() < UNFINISHED_MAX else len(text)
        view = _View(text[:until])
        occurrences, pending = index.scan(view.plain)
        hold = until if final else view.start(pending.start)
        ranges: list[tuple[int, int]] = []
        for start, end, _ in occurrences:
            if ranges and view.start(start) < ranges[-1][1]:
                ranges[-1] = ranges[-1][0], max(ranges[-1][1], view.end(end))
            else:
                ranges.append((view.start(start), view.end(end)))
        late = [start for start, end in ranges if end > hold]
        hold = min([hold, *late])
        if not final and len(text) - hold > HELD_MAX + index.longest:
            hold = until
        pieces = [b""]
        place = 0
        for start, end in ranges:
            if start < hold:
                pieces[-1] += text[place:start]
                pieces.append(view.controls(start, end))
                place = end
        pieces[-1] += text[place:hold]
        self._held = text[hold:]
        return self._masks.join(index, pieces, final=final)


class _View(Opaque):
    """Some output without its control sequences, and where everything stands in it."""

    __slots__ = ("_cut", "_places", "plain")

    def __init__(self, text: bytes) -> None:
        self._cut = [(match.start(), match.end(), match[0]) for match in _CONTROL.finditer(text)]
        kept = []
        self._places = [(0, 0)]  # in the plain text, in the output
        place = size = 0
        for start, end, _ in self._cut:
            kept.append(text[place:start])
            size += start - place
            place = end
            self._places.append((size, place))
        kept.append(text[place:])
        self.plain = b"".join(kept)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._cut)} control sequences>"

    def start(self, start: int) -> int:
        """Where in the output the character starts that is at `start` in the plain text, with what it stands over."""
        number = bisect_right(self._places, (start, float("inf"))) - 1
        plain, output = self._places[number]
        if start > plain:
            return output + start - plain
        while number and self._cut[number - 1][1] == output and self._cut[number - 1][2][-1:] == b"\x08":
            number -= 1
            output = self._cut[number][0]
        return output

    def end(self, end: int) -> int:
        """Where in the output the character ends that ends at `end` in the plain text."""
        plain, output = self._places[bisect_right(self._places, (end - 1, float("inf"))) - 1]
        return output + end - plain

    def controls(self, start: int, end: int) -> bytes:
        """The sequences, but no overstriking, between two places in the output."""
        return b"".join(cut for first, last, cut in self._cut if start <= first and last <= end and cut[:1] == ESCAPE)
