"""A known text whose characters may each be written in any of their spellings, compared with data around an anchor.

The anchor is a piece of the text that nobody escapes; the index finds it. From there both ways every spelling is
followed at once, as a set of places, so that no order in which they are tried can miss an occurrence or cut one short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.known_values.forms.spellings import NEVER_ESCAPED, UNIT, Spellings, spellings
from pixie_secrets.known_values.opaque import Opaque

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Unit = bytes | Spellings

PIECE = 64  # bytes of what is written as it is that are compared, or waited for, at a time


class Spelled(Opaque):
    """One text, and where its anchor is: `size` bytes from `offset` in its plain UTF-8."""

    __slots__ = ("_after", "_before", "anchor", "offset", "text")

    def __init__(self, text: bytes, offset: int, size: int) -> None:
        self.text = text
        self.offset = offset
        self.anchor = text[offset : offset + size]
        self._before: list[Unit] | None = None
        self._after: list[Unit] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} text>"

    def before(self) -> list[Unit]:
        """What stands before the anchor."""
        if self._before is None:
            self._before = _units(self.text[: self.offset], last=False) if self.offset else []
        return self._before

    def after(self) -> list[Unit]:
        """What stands behind the anchor."""
        if self._after is None:
            self._after = _units(self.text[self.offset + len(self.anchor) :], last=True)
        return self._after

    def start(self, data: bytes, place: int) -> int:
        """Where the longest beginning of this text starts that ends at `place`, where its anchor is; -1 for none."""
        places = [place]
        for unit in reversed(self.before()):
            if isinstance(unit, bytes):
                size = len(unit)
                places = [each - size for each in places if each >= size and data.startswith(unit, each - size)]
            elif len(places) == 1:
                places = unit.starts(data, places[0]) if places[0] else []
            else:
                places = list({start for each in places if each for start in unit.starts(data, each)})
            if not places:
                return -1
        return min(places)

    def end(self, data: bytes, place: int) -> tuple[int, Rest | None]:
        """Where the longest rest of this text ends that begins with its anchor at `place`; -1 for none.

        And what data behind this one may be the rest of an occurrence, if any may.
        """
        units = self.after()
        place += len(self.anchor)
        size = len(data)
        for number, unit in enumerate(units):  # most often there is one way on, and more data than a spelling has
            if isinstance(unit, bytes):
                if not data.startswith(unit, place):
                    return _follow(units, {number: {place}}, data) if size - place < len(unit) else (-1, None)
                place += len(unit)
                continue
            if size - place < unit.longest or len(ends := unit.ends(data, place)) > 1:
                return _follow(units, {number: {place}}, data)
            if not ends:
                return -1, None
            place = ends[0]
        return place, None

    def may_begin(self, data: bytes, start: int) -> bool:
        """Whether all of `data` from `start` is a beginning of this text that ends before its anchor does."""
        return _follow([*self.before(), self.anchor], {0: {start}}, data)[1] is not None

    def firsts_behind(self) -> Iterable[int]:
        """What bytes may follow the plain beginning of this text, which has an escaped character before its anchor."""
        following = self.before()[1]
        return following.firsts() if isinstance(following, Spellings) else following[:1]

    def opening(self) -> tuple[Spellings | None, bytes]:
        """The first character, if it may be escaped; and what follows up to the next such one or the anchor's end."""
        if not self.offset:
            return None, self.anchor
        before = self.before()
        first = before[0] if isinstance(before[0], Spellings) else None
        plain = b""
        for unit in [*before, self.anchor][1 if first else 0 :]:
            if not isinstance(unit, bytes):
                break
            plain += unit
        return first, plain

    def head_size(self) -> int:
        """How many bytes the text up to its anchor's end may have."""
        return len(self.anchor) + (_longest(self.before()) if self.offset else 0)

    def longest(self) -> int:
        """How many bytes an occurrence may have."""
        return self.head_size() + _longest(self.after())


class Rest(Opaque):
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


def _longest(units: list[Unit]) -> int:
    """How many bytes `units` may have."""
    return sum(len(unit) if isinstance(unit, bytes) else unit.longest for unit in units)


def rest_of(form: bytes, data: bytes, start: int) -> Rest | None:
    """What is left to come of `form`, always written like this, that `data` ends in from `start` on."""
    pieces: list[Unit] = [form[place : place + PIECE] for place in range(0, len(form), PIECE)]
    return _follow(pieces, {0: {start}}, data)[1]


def _units(text: bytes, *, last: bool) -> list[Unit]:
    """`text` as pieces that are always written as they are, and the spellings of all others."""
    found = UNIT.findall(text.decode("utf-8", "surrogatepass"))
    units: list[Unit] = [unit.encode() if NEVER_ESCAPED.match(unit) else spellings(unit) for unit in found]
    if last and found and not NEVER_ESCAPED.match(found[-1]):
        units[-1] = spellings(found[-1], last=True)
    return units


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
            here = {end for each in begins if each < size for end in unit.ends(data, each)}
            late = {each for each in begins if unit.may_go_on(data, each)}
        if late:
            undecided[number] = late
        if not here and not any(later > number for later in places):
            break
    else:
        here = {*here, *places.get(len(units), ())}
    return max(here, default=-1), Rest(units, undecided, data) if undecided else None
