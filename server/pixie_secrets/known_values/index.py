"""Where known forms occur in bytes: every occurrence, overlapping ones too, in time linear in the bytes.

An automaton over whole forms would take seconds to build for ten thousand values, and would still have to be asked for
overlapping matches. So the automaton holds only an anchor of each form or text, six bytes of it; where an anchor
occurs, the few forms that have it are compared, and texts in any spelling. All this builds in a tenth of the time and
memory, and a form of a megabyte costs no more than a short one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.known_values.anchor_search import screen_for, search_for
from pixie_secrets.known_values.anchors import ANCHOR, form_anchor, grouped, text_anchor
from pixie_secrets.known_values.beginnings import Beginnings
from pixie_secrets.known_values.building import garbage_kept
from pixie_secrets.known_values.forms import Forms
from pixie_secrets.known_values.masks import OTHER_MASKS
from pixie_secrets.known_values.opaque import Opaque
from pixie_secrets.known_values.spelled import Rest, Spelled, rest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from pixie_secrets.known_values.anchors import Anchored

    Range = tuple[int, int]
    Late = list[tuple[int, bytes | Rest | None]]  # where a form begins that goes on behind the data, and it or its rest

LONG = 256  # forms from here on are searched for, not compared at each anchor: see _long_end
SCREENED_FROM = 1 << 16  # bytes of data that are screened before they are searched
WINDOW = 1 << 18  # bytes the automaton is asked about at once, so that its answer stays small
UNIT = 12  # forms that repeat a unit of 1, 2, 3, 4, 6 or 12 bytes


class Occurrence(NamedTuple):
    """`form` at `start`; `end` lies further on than the form when it overlaps itself there, or is spelled longer."""

    start: int
    end: int
    form: bytes


class Pending(NamedTuple):
    """The end of some data, from `start`, that more data may turn into a form: what is left of it, if one knows."""

    start: int
    rest: Rest | None


class _Scan(NamedTuple):
    """What one look through some data found: what is there, what may be, and where long forms are next."""

    data: bytes
    found: list[Occurrence]
    late: Late | None
    distant: dict[bytes, Range]


class FormIndex(Opaque):
    """An immutable index of forms and texts, none of them empty.

    watched: what is called when a form is found.
    """

    __slots__ = (
        "_anchors", "_beginnings", "_count", "_find", "_forms", "_longest", "_other_mask", "_periods", "_screen",
        "_starred", "_texts", "_watched", "_with_asterisks",
    )  # fmt: skip

    def __init__(self, forms: Forms, watched: Mapping[bytes, Callable[[], None]] | None = None) -> None:
        self._watched = watched or None
        kept = _without_repeats(forms.exact)
        by_anchor, texts = grouped(kept, form_anchor), grouped(forms.texts, text_anchor)
        anchors = list({**by_anchor, **texts})
        spelled = {anchor: [Spelled(text, at, len(anchor)) for at, text in group] for anchor, group in texts.items()}
        self._forms: list[Sequence[Anchored]] = [by_anchor.get(anchor, ()) for anchor in anchors]
        self._texts: list[Sequence[Spelled]] = [spelled.get(anchor, ()) for anchor in anchors]
        self._count = len(kept) + len(forms.texts)
        self._periods: dict[bytes, int] = {}
        self._beginnings: Beginnings | None = None
        self._longest = 0
        self._with_asterisks = Forms(
            {each for each in kept if b"*" in each}, {each for each in forms.texts if b"*" in each}
        )
        self._starred: FormIndex | None = None
        self._other_mask: bytes | None = None
        self._find = search_for(anchors)
        self._anchors: list[bytes] | None = anchors
        self._screen: Callable[[bytes | memoryview], bool] | None = None

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
        late: Late = []
        found = self._scan(data, late)
        first, rest = late[-1] if late else (len(data), None)  # each was found before those before it
        if self._beginnings is None:
            with garbage_kept():
                self._beginnings = Beginnings(self._forms, self._texts)
        start = self._beginnings.first(data, first)
        if start < first:
            return found, Pending(start, None)
        return found, Pending(start, rest_of(rest, data, start) if isinstance(rest, bytes) else rest)

    def _scan(self, data: bytes, late: Late | None) -> list[Occurrence]:
        """The occurrences in `data`; into `late`, unless it is None, those forms that go on behind it."""
        found: list[Occurrence] = []
        scan = _Scan(data, found, late, {})
        size = len(data)
        first = last = 0
        for anchor, place in self._hits(data):
            for text in self._texts[anchor]:
                _look_for_text(scan, text, place)
            for at, form in self._forms[anchor]:
                start = place - at
                end = start + len(form)
                if start < 0 or (first <= start and end <= last):
                    continue
                if len(form) >= LONG or end > size:
                    self._look_for_long(scan, form, start)
                elif data.startswith(form, start):
                    found.append(Occurrence(start, end, form))
                    first, last = start, end
        if found and self._watched is not None:
            for each in found:
                if each.form in self._watched:
                    self._watched[each.form]()
        return _outermost(found) if len(found) > 1 else found

    def _look_for_long(self, scan: _Scan, form: bytes, start: int) -> None:
        """Note that `form`, a long one or at the end of the data, is at `start`, or may be once more has come."""
        data, found, late, distant = scan
        end = start + len(form)
        if end > len(data):
            if late is not None and start < (late[-1][0] if late else end) and _begins(form, data, start):
                late.append((start, form))
            return
        if found and found[-1].start <= start and end <= found[-1].end:
            return
        end = self._long_end(form, data, start, distant)
        if end:
            found.append(Occurrence(start, end, form))

    def starred(self) -> FormIndex | None:
        """The index of those forms that hold asterisks; None when no form does."""
        if self._starred is None and any(self._with_asterisks):
            self._starred = FormIndex(self._with_asterisks)
        return self._starred

    def other_mask(self) -> bytes:
        """A mask that no form overlaps, wherever it stands."""
        if self._other_mask is None:
            forms = [form for group in self._forms for _, form in group]
            forms += [text.text for group in self._texts for text in group]
            free = (mask for mask in OTHER_MASKS if not any(_overlap(mask, form) for form in forms))
            self._other_mask = next(free, OTHER_MASKS[-1])
        return self._other_mask

    @property
    def longest(self) -> int:
        """How many bytes an occurrence may have."""
        if not self._longest:
            sizes = [len(form) for group in self._forms for _, form in group]
            self._longest = max(sizes + [text.longest() for group in self._texts for text in group])
        return self._longest

    def may_hold(self, data: bytes | memoryview) -> bool:
        """Whether a form may be in `data`: never false where one is, and quick. The last `ANCHOR - 1` bytes do not
        count without those that follow.
        """
        anchors = self._anchors
        if anchors is not None:  # two threads may both do it
            self._screen = screen_for(anchors)
            self._anchors = None
        return self._screen(data) if self._screen else bool(self._find(bytes(data)))

    def _hits(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Every occurrence of an anchor, in order: its number and place."""
        screened = len(data) >= SCREENED_FROM
        for begin in range(0, len(data), WINDOW):
            piece = data if len(data) <= WINDOW else data[begin : begin + WINDOW + ANCHOR - 1]
            if screened and not self.may_hold(piece):
                continue
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


def _look_for_text(scan: _Scan, text: Spelled, place: int) -> None:
    """Note that `text` is where its anchor is at `place`, if it is, or may be once more has come."""
    data, found, late, _ = scan
    start = text.start(data, place)
    if start < 0:
        return
    end, rest = text.end(data, place)
    if end > 0:
        found.append(Occurrence(start, end, text.text))
    if rest and late is not None and start < (late[-1][0] if late else len(data)):
        late.append((start, rest if end < 0 else None))


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
