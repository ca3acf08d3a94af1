"""Where known forms occur in bytes: every occurrence, overlapping ones too, in time linear in the bytes.

An automaton over whole forms would take seconds to build for ten thousand values and would still have to be asked
for overlapping matches. So the automaton holds only an anchor of each form, its first bytes, just long enough that
few forms share it; where an anchor occurs, the few forms behind it are compared. That builds twenty times as fast,
takes a tenth of the memory, and a form of a megabyte costs no more than a short one.
"""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

ANCHOR = 8  # bytes beyond what a group of forms has in common
GROUP = 8  # forms compared one by one behind an anchor
LONG = 256  # forms from here on are searched for, not compared at each anchor: see _Long
WINDOW = 1 << 18  # bytes the automaton is asked about at once, so that its answer stays small
DFA_BYTES = 1 << 15  # below this the automaton is expanded to its fastest form; 16 MB at most
UNIT = 12  # forms that repeat a unit of 1, 2, 3, 4, 6 or 12 bytes

OTHER_MASKS = (b"[masked]", b"<masked>", b"{masked}", "█████".encode(), "■".encode())  # see masks.py

Range = tuple[int, int]


class Occurrence(NamedTuple):
    """`form` at `start`; `end` lies further on than the form when it overlaps itself there."""

    start: int
    end: int
    form: bytes


class Pending(NamedTuple):
    """The end of some data, from `start`, that more data may turn into a form: that form, when it is a long way off."""

    start: int
    form: bytes | None


class FormIndex(Sealed):
    """An immutable index of forms, none of them empty."""

    __slots__ = (
        "_anchors", "_automaton", "_behind", "_long", "_other_mask", "_periods", "_sorted", "_starts", "asterisks"
    )  # fmt: skip

    def __init__(self, forms: Collection[bytes]) -> None:
        from ahocorasick_rs import BytesAhoCorasick, Implementation  # noqa: PLC0415  not before a value is known

        kept = _without_repeats(forms)
        behind = _group(kept)
        self._anchors: list[bytes] = list(behind)
        self._behind: list[list[bytes]] = list(behind.values())
        self._long: int = max(map(len, self._anchors))
        self.asterisks = any(b"*" in form for form in kept)
        self._other_mask: bytes | None = None
        self._periods: dict[bytes, int] = {}
        self._sorted: list[bytes] | None = None
        self._starts: frozenset[bytes] = frozenset()
        small = sum(map(len, self._anchors)) <= DFA_BYTES
        self._automaton = BytesAhoCorasick(
            self._anchors, implementation=Implementation.DFA if small else Implementation.ContiguousNFA
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {sum(map(len, self._behind))} forms>"

    def ranges(self, data: bytes) -> list[Range]:
        """What the forms cover in `data`: overlapping and adjacent occurrences merged."""
        merged: list[Range] = []
        for start, end, _ in self.occurrences(data):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
        return merged

    def occurrences(self, data: bytes) -> list[Occurrence]:
        """Every form in `data` that is not within another one, in order."""
        if len(data) <= WINDOW and not self._automaton.find_matches_as_indexes(data):
            return []  # by far the most frequent answer
        return self._scan(data, None)

    def scan(self, data: bytes) -> tuple[list[Occurrence], Pending]:
        """The occurrences in `data`, and the longest end of it that is the beginning of a form."""
        pending: list[Pending] = []
        found = self._scan(data, pending)
        limit = pending[0].start if pending else len(data)
        start = self._pending_anchor(data, limit)
        return found, Pending(start, None) if start < limit or not pending else pending[0]

    def _scan(self, data: bytes, pending: list[Pending] | None) -> list[Occurrence]:
        """The occurrences in `data`; into `pending`, unless it is None, the first form that reaches beyond it."""
        found: list[Occurrence] = []
        covered, size = 0, len(data)
        distant: dict[bytes, int] = {}
        for anchor, start in self._hits(data):
            for form in self._behind[anchor]:
                end = start + len(form)
                if end <= covered:
                    break
                if end > size:
                    if pending == [] and _begins(form, data, start):
                        pending.append(Pending(start, form))
                    continue
                if len(form) >= LONG:
                    end = self._long_end(form, data, start, distant)
                elif not data.startswith(form, start):
                    continue
                if end > covered:
                    found.append(Occurrence(start, end, form))
                    covered = end
                    break
        return found

    def other_mask(self) -> bytes:
        """A mask that no form overlaps, wherever it stands."""
        if self._other_mask is None:
            forms = [form for group in self._behind for form in group]
            free = (mask for mask in OTHER_MASKS if not any(_overlap(mask, form) for form in forms))
            self._other_mask = next(free, OTHER_MASKS[-1])
        return self._other_mask

    def _pending_anchor(self, data: bytes, limit: int) -> int:
        """As `pending`, for ends that are shorter than an anchor."""
        from bisect import bisect_left  # noqa: PLC0415  only streams ask

        if self._sorted is None:
            self._starts = frozenset(anchor[:4] for anchor in self._anchors)
            self._sorted = sorted(self._anchors)
        size = len(data)
        for start in range(max(0, size - self._long + 1), min(limit, size)):
            if size - start >= 4 and data[start : start + 4] not in self._starts:  # noqa: PLR2004  the four above
                continue
            end = data[start:]
            place = bisect_left(self._sorted, end)
            while place < len(self._sorted) and self._sorted[place] == end:
                place += 1
            if place < len(self._sorted) and self._sorted[place].startswith(end):
                return start
        return limit

    def _hits(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Every occurrence of an anchor: its number and start, by start, and the longest first."""
        for begin in range(0, len(data), WINDOW):
            piece = data if len(data) <= WINDOW else data[begin : begin + WINDOW + self._long - 1]
            hits = self._automaton.find_matches_as_indexes(piece, overlapping=True)
            if len(hits) > 1:
                hits.reverse()  # they come by end, and sorting keeps that order where starts are equal
                hits.sort(key=itemgetter(1))
            for anchor, start, _ in hits:
                if start < WINDOW:
                    yield anchor, start + begin

    def _long_end(self, form: bytes, data: bytes, start: int, distant: dict[bytes, int]) -> int:
        """Where `form` at `start` ends, 0 if it is not there.

        Comparing a long form at each of its anchors would be quadratic for one that repeats itself. So the next
        occurrence is searched for once and remembered, and a run of overlapping occurrences is taken as a whole.
        """
        there = distant.get(form, -1)
        if there < start:
            there = data.find(form, start)
            distant[form] = there = there if there >= 0 else len(data)
        if there != start:
            return 0
        size = len(form)
        period = self._period(form)
        if not period:
            return start + size
        leap = size // period
        while data.startswith(form, start + leap * period):
            start += leap * period
        low, high = 0, leap  # it occurs `low` periods further on and not `high` periods further on
        while high - low > 1:
            middle = (low + high) // 2
            if data.startswith(form, start + middle * period):
                low = middle
            else:
                high = middle
        return start + low * period + size

    def _period(self, form: bytes) -> int:
        """The shortest distance at which `form` overlaps itself by half or more, 0 if it does not."""
        if form not in self._periods:
            period = form.find(form[: len(form) // 2], 1)
            repeats = 0 < period <= len(form) // 2 and form.startswith(form[period:])
            self._periods[form] = period if repeats else 0
        return self._periods[form]


def _begins(form: bytes, data: bytes, start: int) -> bool:
    """Whether all of `data` from `start` is the beginning of `form`; the end tells most often, so it comes first."""
    length = len(data) - start
    end = max(0, length - 16)
    return form.startswith(data[start + end :], end) and data.endswith(form[:length])


def _overlap(mask: bytes, form: bytes) -> bool:
    """Whether `form` can occur in some text in a place that overlaps `mask`."""
    ends = tuple(mask[size:] for size in range(len(mask)))
    beginnings = tuple(mask[:size] for size in range(1, len(mask) + 1))
    return mask in form or form in mask or form.startswith(ends) or form.endswith(beginnings)


def _without_repeats(forms: Collection[bytes]) -> list[bytes]:
    """`forms` without those that repeat a short unit and are wholly covered by a shorter repetition of it."""
    shortest: dict[tuple[bytes, int], bytes] = {}
    kept: list[bytes] = []
    for form in forms:
        if len(form) < 2 * UNIT or form[:UNIT] != form[UNIT : 2 * UNIT] or form[UNIT:] != form[:-UNIT]:
            kept.append(form)
            continue
        unit = form[:UNIT], len(form) % UNIT
        if unit not in shortest or len(form) < len(shortest[unit]):
            shortest[unit] = form
    return kept + list(shortest.values())


def _group(forms: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    """Anchors, each with the forms that start with it, longest first."""
    groups: dict[bytes, list[bytes]] = {}
    todo: list[tuple[int, Sequence[bytes]]] = [(ANCHOR, forms)]
    while todo:
        length, members = todo.pop()
        split: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for form in members:
            split[form[:length]].append(form)
        for anchor, group in split.items():
            if len(group) == 1:
                groups[anchor] = group
            elif len(group) <= GROUP:
                group.sort(key=len, reverse=True)
                groups[anchor] = group
            else:
                # forms that end here are anchors themselves; the others are told apart further on
                ending = [form for form in group if len(form) == length]
                if ending:
                    groups[anchor] = ending
                longer = [form for form in group if len(form) > length]
                common = _common(min(longer), max(longer))
                todo.append((max(common, length) + ANCHOR, longer))
    return groups


def _common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    low, high = 0, min(len(one), len(other)) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if other.startswith(one[:middle]):
            low = middle
        else:
            high = middle
    return low
