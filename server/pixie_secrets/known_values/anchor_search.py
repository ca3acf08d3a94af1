"""Which anchors occur in bytes: asked of the Rust automaton, or of a slower search where that is not installed.

A hook of a coding agent runs on whatever python3 the machine has, without any package, and must mask the same values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    Match = tuple[int, int, int]  # number of the anchor, where it starts, where it ends

DFA_BYTES = 1 << 16  # of anchors; below this the automaton is expanded to its fastest form, of 20 MB at most
FEW = 200  # anchors that are quicker searched for one by one
TOGETHER = 64  # anchors that the library's vector search (Teddy) takes at once; of one more, it has none
SCREENED = 8 * TOGETHER  # from here on the automaton alone is as fast


def search_for(anchors: Collection[bytes]) -> Callable[..., list[Match]]:
    """A function of bytes: every match in order of its end, if called with `overlapping=True`; else some, or none."""
    try:
        from ahocorasick_rs import BytesAhoCorasick, Implementation
    except ImportError:
        return PlainSearch(anchors).matches
    small = sum(map(len, anchors)) <= DFA_BYTES
    automaton: Any = BytesAhoCorasick(
        anchors, implementation=Implementation.DFA if small else Implementation.ContiguousNFA
    )
    search: Callable[..., list[Match]] = automaton.find_matches_as_indexes
    return search


def screen_for(anchors: Collection[bytes]) -> Callable[[bytes | memoryview], bool] | None:
    """A function of bytes: whether any anchor is there, and not where; ten times as fast as `search_for`'s.

    None where that cannot be had: without the library, and for very many anchors.
    """
    if len(anchors) > SCREENED:
        return None
    try:
        from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind
    except ImportError:
        return None
    each = list(anchors)
    kind, first = Implementation.ContiguousNFA, MatchKind.LeftmostFirst  # only this kind of match has a vector search
    searches = [
        BytesAhoCorasick(each[at : at + TOGETHER], implementation=kind, matchkind=first).find_matches_as_indexes
        for at in range(0, len(each), TOGETHER)
    ]
    return lambda data: any(search(data) for search in searches)


class PlainSearch:
    """The same answers from Python alone."""

    __slots__ = ("_anchors", "_by_size")

    def __init__(self, anchors: Collection[bytes]) -> None:
        self._anchors = list(anchors)
        self._by_size: dict[int, dict[bytes, int]] = {}
        for number, anchor in enumerate(self._anchors):
            self._by_size.setdefault(len(anchor), {})[anchor] = number

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._anchors)} anchors>"

    def matches(self, data: bytes, *, overlapping: bool = True) -> list[Match]:
        """Every match in order of its end, whatever `overlapping` says."""
        del overlapping
        found = self._one_by_one(data) if len(self._anchors) <= FEW else self._at_each_place(data)
        return sorted(found, key=lambda match: (match[2], match[1]))

    def _one_by_one(self, data: bytes) -> list[Match]:
        found = []
        for number, anchor in enumerate(self._anchors):
            start = data.find(anchor)
            while start >= 0:
                found.append((number, start, start + len(anchor)))
                start = data.find(anchor, start + 1)
        return found

    def _at_each_place(self, data: bytes) -> list[Match]:
        found = []
        for size, numbers in self._by_size.items():
            for start in range(len(data) - size + 1):
                number = numbers.get(data[start : start + size])
                if number is not None:
                    found.append((number, start, start + size))
        return found
