"""Where a form or a text is recognized: the few bytes of it that the automaton holds.

Anchors are taken where a form looks least like text, such as an upper-case letter before a digit: then ordinary text
hardly ever leaves the automaton's first state, which is what makes it fast on a log line, with caches cold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    Anchored = tuple[int, bytes]  # where in a form its anchor is, and the form
    Place = tuple[int, int]  # offset and size of an anchor

ANCHOR = 6  # bytes; fewer would be met by chance more often, more take longer to build
REACH = 32  # how far into a form an anchor is looked for
REACH_IN_TEXT = 64  # and into a text, where fewer places will do
REPEATED = 4  # times that a text may hold its own anchor: so comparing stays linear in the data
GROUP = 64  # forms compared one by one where an anchor occurs; of more, anchors are looked for further on

# Best first. `T` before a digit is in every timestamp.
_UPPER_DIGIT = re.compile(rb"[A-SU-Z][0-9]").search
_TO_UPPER = re.compile(rb"[0-9a-z][A-Z]").search
_HEX = re.compile(rb"[a-f][0-9]").search
_IN_TEXT = [
    re.compile(pattern).search
    for pattern in (rb"[A-SU-Z][0-9]\w{4}", rb"[0-9a-z][A-Z]\w{4}", rb"[a-f][0-9]\w{4}", rb"\w{6}")
]
_ANYWHERE_IN_TEXT = [
    re.compile(pattern).search
    for pattern in (rb"\w{6}", rb"\w{5}", rb"[\w.-]{6}", rb"[\w.-]{5}", rb"[\w.-]{4}", rb"[\w.-]{3}")
]


def form_anchor(form: bytes, since: int = 0) -> Place | None:
    """The anchor of `form`, which is always written like this, from `since` on: any six bytes, of a shorter one all."""
    if since and len(form) < since + ANCHOR:
        return None
    last = min(since + REACH, len(form) - ANCHOR + 2)
    match = _UPPER_DIGIT(form, since, last) or _TO_UPPER(form, since, last) or _HEX(form, since, last)
    return (match.start() if match else min(since, max(0, len(form) - ANCHOR))), ANCHOR


def text_anchor(text: bytes, since: int = 0) -> Place | None:
    """The anchor of `text` from `since` on, of characters that nobody escapes; None for none.

    None as well for a text that repeats its anchor: each place of it would have to be compared to the end.
    """
    matches = (search(text, since, since + REACH_IN_TEXT) for search in _IN_TEXT)
    match = next(filter(None, matches), None) or next(
        filter(None, (search(text, since) for search in _ANYWHERE_IN_TEXT)), None
    )
    if match is None or text.count(match[0]) > REPEATED:
        return None
    return match.start(), len(match[0])


def grouped(forms: Collection[bytes], anchor_of: Callable[[bytes, int], Place | None]) -> dict[bytes, list[Anchored]]:
    """Anchors, each with the forms that have it, longest first, and where they have it."""
    groups: defaultdict[bytes, list[Anchored]] = defaultdict(list)
    todo: list[Iterable[tuple[Place, bytes]]] = [((place, form) for form in forms if (place := anchor_of(form, 0)))]
    while todo:
        split: defaultdict[bytes, list[Anchored]] = defaultdict(list)
        for (at, size), form in todo.pop():
            split[form[at : at + size]].append((at, form))
        for anchor, group in split.items():
            if len(group) <= GROUP:
                groups[anchor] += group
                continue
            since, later = _further(group), []
            for at, form in group:
                if place := anchor_of(form, since):
                    later.append((place, form))
                else:
                    groups[anchor].append((at, form))
            todo.append(later)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=_by_length, reverse=True)  # what the longest covers need not be compared
    return dict(groups)


def _by_length(anchored: Anchored) -> int:
    return len(anchored[1])


def _further(group: Sequence[Anchored]) -> int:
    """From where on the forms of a group that is too large are told apart."""
    forms = [form for _, form in group]
    nearest = 1 + min(at for at, _ in group)
    return max(nearest, _common(min(forms), max(forms)))


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
