"""A known text whose characters may each be written in any of their spellings, compared with data around an anchor.

The anchor is a piece of the text that nobody escapes; the index finds it. From there both ways every spelling is
followed at once, as a set of places, so that no order in which they are tried can miss an occurrence or cut one short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.known_values.forms.spellings import PLAIN, UNIT, Spellings, spellings
from pixie_secrets.known_values.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Unit = bytes | Spellings

PIECE = 64  # bytes of what is written as it is that are compared, or waited for, at a time


class Spelled(Sealed):
    """One text, and where its anchor is: `size` bytes from `offset` in its plain UTF-8."""

    __slots__ = ("_after", "_before", "anchor", "offset", "text")

    def __init__(self, text: bytes, offset: int, size: int) -> None:
        self.text = text
        self.offset = offset
        self.anchor = text[offset : offset + size]
        self._before: list[Unit] | None = None
        self._after: list[Unit] = []

    def __repr__(self) -> str:
        return f"<{type(self).__name__} text>"

    def before(self) -> list[Unit]:
        """What stands before the anchor."""
        if self._before is None:
            behind = self.text[self.offset + len(self.anchor) :]
            self._after = _units(behind, last=True)
            self._before = _units(self.text[: self.offset], last=False)
        return self._before

    def start(self, data: bytes, place: int) -> int:
        """Where the longest beginning of this text starts that ends at `place`, where its anchor is; -1 for none."""
        places = {place}
        for unit in reversed(self.before()):
            if isinstance(unit, bytes):
                size = len(unit)
                places = {each - size for each in places if each >= size and data.startswith(unit, each - size)}
            else:
                places = {start for each in places for start in unit.starts(data, each)}
            if not places:
                return -1
        return min(places)

    def end(self, data: bytes, place: int) -> tuple[int, Rest | None]:
        """Where the longest rest of this text ends that begins with its anchor at `place`; -1 for none.

        And what data behind this one may be the rest of an occurrence, if any may.
        """
        self.before()
        return _follow(self._after, {0: {place + len(self.anchor)}}, data)

    def may_begin(self, data: bytes, start: int) -> bool:
        """Whether all of `data` from `start` is a beginning of this text that ends before its anchor does."""
        before = self.before()
        if len(before) > 1 and isinstance(before[0], bytes) and isinstance(before[1], Spellings):  # hardly ever more
            place = start + len(before[0])
            if not data.startswith(before[0], start) or (place < len(data) and not before[1].may_begin(data[place])):
                return len(data) < place and before[0].startswith(data[start:])
        return _follow([*before, self.anchor], {0: {start}}, data)[1] is not None

    def opening(self) -> tuple[Spellings | None, bytes]:
        """The first character, if it may be escaped; and what follows up to the next such one or the anchor's end."""
        before = self.before()
        first = before[0] if before and isinstance(before[0], Spellings) else None
        following = [*before, self.anchor][1 if first else 0 :]
        plain = b""
        for unit in following:
            if not isinstance(unit, bytes):
                break
            plain += unit
        return first, plain

    def head_size(self) -> int:
        """How many bytes the text up to its anchor's end may have."""
        return len(self.anchor) + sum(len(unit) if isinstance(unit, bytes) else unit.longest for unit in self.before())

    def longest(self) -> int:
        """How many bytes an occurrence may have."""
        behind = sum(len(unit) if isinstance(unit, bytes) else unit.longest for unit in self._after)
        return self.head_size() + behind


class Rest(Sealed):
    """What is left to come of an occurrence that data ended in."""

    __slots__ = ("_places", "_tail", "_units")

    def __init__(self, units: Sequence[Unit], places: dict[int, set[int]], data: bytes) -> None:
        begin = min(map(min, places.values()))
        self._units = units
        self._tail = data[begin:]
        self._places = {number: {place - begin for place in each} for number, each in places.items()}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of a text>"

    def after(self, data: bytes) -> Rest | None:
        """What is left once `data` has come too; None when it is whole, or is none."""
        end, rest = _follow(self._units, self._places, self._tail + data)
        return rest if end < 0 else None


def rest_of(form: bytes, data: bytes, start: int) -> Rest | None:
    """What is left to come of `form`, always written like this, that `data` ends in from `start` on."""
    pieces: list[Unit] = [form[place : place + PIECE] for place in range(0, len(form), PIECE)]
    return _follow(pieces, {0: {start}}, data)[1]


def _units(text: bytes, *, last: bool) -> list[Unit]:
    """`text` as pieces that are always written as they are, and the spellings of all others."""
    found = UNIT.findall(text.decode("utf-8", "surrogatepass"))
    return [
        unit.encode() if PLAIN.fullmatch(unit) else spellings(unit, last=last and number == len(found))
        for number, unit in enumerate(found, 1)
    ]


def _follow(units: Sequence[Unit], places: dict[int, set[int]], data: bytes) -> tuple[int, Rest | None]:
    """Where all `units` end at the latest, -1 if nowhere; and what is left, where data ended in the middle of them.

    places: where in `data` a unit of that number begins.
    """
    size = len(data)
    undecided: dict[int, set[int]] = {}
    here: Iterable[int] = ()
    for number in range(min(places), len(units)):
        unit = units[number]
        begins = {*here, *places.get(number, ())}
        if isinstance(unit, bytes):
            here = [each + len(unit) for each in begins if data.startswith(unit, each)]
            late = {each for each in begins if size - each < len(unit) and unit.startswith(data[each:])}
        else:
            here = {end for each in begins for end in unit.ends(data, each)}
            late = {each for each in begins if unit.may_go_on(data, each)}
        if late:
            undecided[number] = late
        if not here and not any(later > number for later in places):
            break
    else:
        here = {*here, *places.get(len(units), ())}
    return max(here, default=-1), Rest(units, undecided, data) if undecided else None
