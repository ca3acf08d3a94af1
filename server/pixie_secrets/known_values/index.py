"""Where known forms occur in bytes: every occurrence, overlapping ones too, in time linear in the bytes.

An automaton over whole forms would take seconds to build for ten thousand values, and would still have to be asked for
overlapping matches. So the automaton holds only an anchor of each form, six bytes of it; where an anchor occurs, the
few forms that have it are compared. Anchors are taken where a form looks least like text, such as an upper-case letter
before a digit: then ordinary text hardly ever leaves the automaton's first state, which is what makes it fast on a log
line, with caches cold. All this builds in a tenth of the time and memory, and a form of a megabyte costs no more than a
short one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.known_values.anchor_search import search_for
from pixie_secrets.known_values.limits import OTHER_MASKS, SHORTEST
from pixie_secrets.known_values.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    Range = tuple[int, int]
    Anchored = tuple[int, bytes]  # where in a form its anchor is, and the form

ANCHOR = 6  # bytes; fewer would be met by chance more often, more take longer to build
REACH = 32  # how far into a form an anchor is looked for
GROUP = 64  # forms compared one by one where an anchor occurs; of more, anchors are looked for further on
LONG = 256  # forms from here on are searched for, not compared at each anchor: see _long_end
WINDOW = 1 << 18  # bytes the automaton is asked about at once, so that its answer stays small
UNIT = 12  # forms that repeat a unit of 1, 2, 3, 4, 6 or 12 bytes

# Where a form looks least like text, best first. `T` before a digit is in every timestamp.
_UPPER_DIGIT = re.compile(rb"[A-SU-Z][0-9]").search
_TO_UPPER = re.compile(rb"[0-9a-z][A-Z]").search
_HEX = re.compile(rb"[a-f][0-9]").search


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
        "_beginnings", "_count", "_find", "_groups", "_heads", "_longest_head", "_other_mask", "_periods", "_starred",
        "_with_asterisks", "longest",
    )  # fmt: skip

    def __init__(self, forms: Collection[bytes]) -> None:
        kept = _without_repeats(forms)
        groups = _group(kept)
        self._groups: list[list[Anchored]] = list(groups.values())
        self._count = len(kept)
        self._periods: dict[bytes, int] = {}
        self._beginnings: frozenset[bytes] = frozenset()
        self._heads: dict[bytes, list[bytes]] = {}
        self._longest_head = 0
        self.longest: int = max(map(len, kept))
        self._with_asterisks = [form for form in kept if b"*" in form]
        self._starred: FormIndex | None = None
        self._other_mask: bytes | None = None
        self._find = search_for(groups)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._count} forms>"

    def ranges(self, data: bytes) -> list[Range]:
        """What the forms cover in `data`: overlapping and adjacent occurrences merged."""
        if len(data) <= WINDOW and not self._find(data):
            return []  # by far the most frequent answer
        merged: list[Range] = []
        for start, end, _ in self.occurrences(data):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
        return merged

    def occurrences(self, data: bytes) -> list[Occurrence]:
        """Every form in `data` that is not within another one, in order."""
        return self._scan(data, None)

    def scan(self, data: bytes) -> tuple[list[Occurrence], Pending]:
        """The occurrences in `data`, and the longest end of it that is the beginning of a form."""
        pending: list[Pending] = []
        found = self._scan(data, pending)
        first = pending[-1] if pending else Pending(len(data), None)  # each was found before those before it
        start = self._pending_head(data, first.start)
        return found, Pending(start, None) if start < first.start else first

    def _scan(self, data: bytes, pending: list[Pending] | None) -> list[Occurrence]:
        """The occurrences in `data`; into `pending`, unless it is None, forms that go on behind it."""
        found: list[Occurrence] = []
        size = len(data)
        distant: dict[bytes, Range] = {}
        first, last = size, (0, 0)
        for anchor, place in self._hits(data):
            for offset, form in self._groups[anchor]:
                start = place - offset
                end = start + len(form)
                if start < 0 or (last[0] <= start and end <= last[1]):
                    continue
                if end > size:
                    if pending is not None and start < first and _begins(form, data, start):
                        first = start
                        pending.append(Pending(start, form))
                    continue
                if len(form) >= LONG:
                    end = self._long_end(form, data, start, distant)
                elif not data.startswith(form, start):
                    continue
                if end:
                    last = (start, end)
                    found.append(Occurrence(start, end, form))
        return _outermost(found) if len(found) > 1 else found

    def starred(self) -> FormIndex | None:
        """The index of those forms that hold asterisks; None when no form does."""
        if self._starred is None and self._with_asterisks:
            self._starred = FormIndex(self._with_asterisks)
        return self._starred

    def other_mask(self) -> bytes:
        """A mask that no form overlaps, wherever it stands."""
        if self._other_mask is None:
            forms = [form for group in self._groups for _, form in group]
            free = (mask for mask in OTHER_MASKS if not any(_overlap(mask, form) for form in forms))
            self._other_mask = next(free, OTHER_MASKS[-1])
        return self._other_mask

    def _pending_head(self, data: bytes, limit: int) -> int:
        """Where the longest end of `data` before `limit` begins that is a form's beginning and ends in its anchor."""
        if not self._heads:
            self._list_heads()
        size = len(data)
        for start in range(max(0, size - self._longest_head), min(limit, size - SHORTEST + 1)):
            if heads := self._heads.get(data[start : start + SHORTEST]):
                end = data[start:]
                if any(head.startswith(end) and len(head) > len(end) for head in heads):
                    return start
        for start in range(max(0, size - SHORTEST + 1), min(limit, size)):
            if data[start:] in self._beginnings:
                return start
        return limit

    def _list_heads(self) -> None:
        """What forms begin with, up to their anchors' ends, by their first four bytes."""
        heads: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for head in {form[: offset + ANCHOR] for group in self._groups for offset, form in group}:
            heads[head[:SHORTEST]].append(head)
        self._longest_head = max(len(head) for same in heads.values() for head in same)
        self._beginnings = frozenset(head[:size] for head in heads for size in range(1, SHORTEST))
        self._heads = dict(heads)

    def _hits(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Every occurrence of an anchor, in order: its number and place."""
        for begin in range(0, len(data), WINDOW):
            piece = data if len(data) <= WINDOW else data[begin : begin + WINDOW + ANCHOR - 1]
            for anchor, place, _ in self._find(piece, overlapping=True):
                if place < WINDOW:
                    yield anchor, place + begin

    def _long_end(self, form: bytes, data: bytes, start: int, distant: dict[bytes, Range]) -> int:
        """Where `form` at `start` ends; 0 if it is not there, or within the range given last.

        Comparing a long form at each of its anchors would be quadratic for one that repeats itself. So the next
        occurrence is searched for once and remembered, and a run of overlapping occurrences is taken as a whole.
        """
        size = len(form)
        there, covered = distant.get(form, (-1, 0))
        if there < start and start + size > covered:
            there = data.find(form, start)
            there = there if there >= 0 else len(data)
        distant[form] = there, covered
        if there != start:
            return 0
        period = self._period(form)
        low, high = 0, 2  # it occurs `low` periods further on, and not `high` periods further on
        if period:
            leap = size // period
            while data.startswith(form, start + leap * period):
                start += leap * period
            high = leap
            while high - low > 1:
                middle = (low + high) // 2
                if data.startswith(form, start + middle * period):
                    low = middle
                else:
                    high = middle
        end = start + low * period + size
        distant[form] = there, end
        return end

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


def _group(forms: Sequence[bytes]) -> dict[bytes, list[Anchored]]:
    """Anchors, each with the forms that have it, longest first, and where they have it."""
    groups: dict[bytes, list[Anchored]] = {}
    todo: list[tuple[int, Sequence[bytes]]] = [(0, forms)]
    while todo:
        since, members = todo.pop()
        split: defaultdict[bytes, list[Anchored]] = defaultdict(list)
        for form in members:
            offset = _offset(form, since)
            split[form[offset : offset + ANCHOR]].append((offset, form))
        for anchor, group in split.items():
            if len(group) > GROUP:
                further = _further(group)
                todo.append((further, [form for _, form in group if len(form) >= further + ANCHOR]))
                group = [each for each in group if len(each[1]) < further + ANCHOR]  # noqa: PLW2901  what is left of it
            if anchor in groups:
                group += groups[anchor]  # noqa: PLW2901  as above
            if len(group) > 1:
                group.sort(key=_by_length, reverse=True)  # what the longest covers need not be compared
            if group:
                groups[anchor] = group
    return groups


def _by_length(anchored: Anchored) -> int:
    return len(anchored[1])


def _offset(form: bytes, since: int) -> int:
    """Where the anchor of `form` is best taken, from `since` on."""
    last = min(since + REACH, len(form) - ANCHOR + 2)
    match = _UPPER_DIGIT(form, since, last) or _TO_UPPER(form, since, last) or _HEX(form, since, last)
    return match.start() if match else min(since, max(0, len(form) - ANCHOR))


def _further(group: Sequence[Anchored]) -> int:
    """From where on the forms of a group that is too large are told apart."""
    forms = [form for _, form in group]
    nearest = 1 + min(offset for offset, _ in group)
    return max(nearest, _common(min(forms), max(forms)))


def _outermost(found: list[Occurrence]) -> list[Occurrence]:
    """In order, without those that lie within another one."""
    found.sort(key=lambda each: (each.start, -each.end))
    kept: list[Occurrence] = []
    covered = 0
    for each in found:
        if each.end > covered:
            kept.append(each)
            covered = each.end
    return kept


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
