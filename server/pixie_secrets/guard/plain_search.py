"""Stands in for `ahocorasick_rs` while the plugin's environment is not installed: the same answers, more slowly."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

FEW = 200  # patterns that are quicker searched for one by one


class Implementation:
    """The choices of the real one; here there is one way."""

    DFA = ContiguousNFA = NoncontiguousNFA = None


class BytesAhoCorasick:
    """Finds every occurrence of any of `patterns`, as the real one does with `overlapping`."""

    def __init__(self, patterns: Iterable[bytes], implementation: object = None) -> None:
        del implementation
        self._patterns = list(patterns)
        self._by_size: dict[int, dict[bytes, int]] = {}
        for number, pattern in enumerate(self._patterns):
            self._by_size.setdefault(len(pattern), {})[bytes(pattern)] = number

    def find_matches_as_indexes(self, data: bytes, overlapping: bool = False) -> list[tuple[int, int, int]]:
        """Number, start and end of each, by where they end."""
        del overlapping
        data = bytes(data)
        found = self._one_by_one(data) if len(self._patterns) <= FEW else self._at_each_place(data)
        return sorted(found, key=lambda each: (each[2], each[1]))

    def _one_by_one(self, data: bytes) -> list[tuple[int, int, int]]:
        found = []
        for number, pattern in enumerate(self._patterns):
            at = data.find(pattern)
            while at >= 0:
                found.append((number, at, at + len(pattern)))
                at = data.find(pattern, at + 1)
        return found

    def _at_each_place(self, data: bytes) -> list[tuple[int, int, int]]:
        found = []
        for size, numbers in self._by_size.items():
            for at in range(len(data) - size + 1):
                piece = data[at : at + size]
                if piece in numbers:
                    found.append((numbers[piece], at, at + size))
        return found
