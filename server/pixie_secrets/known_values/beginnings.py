"""Which end of some data is the beginning of a form or a text, as far as its anchor: what a stream holds back.

Only the last bytes can be one, as many as a form has up to its anchor's end. Each place there is looked up by the
bytes that a form always begins with: four, or fewer where a character follows that may be escaped.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pixie_secrets.known_values.anchors import ANCHOR
from pixie_secrets.known_values.opaque import Opaque
from pixie_secrets.secret.size import MASKABLE_MIN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pixie_secrets.known_values.anchors import Anchored
    from pixie_secrets.known_values.forms.spellings import Spellings
    from pixie_secrets.known_values.spelled import Spelled

FOLLOWING = 2  # bytes behind an escaped character by which texts that begin with one are told apart


class Beginnings(Opaque):
    """What forms and texts begin with, up to their anchors' ends."""

    __slots__ = ("_early", "_early_firsts", "_escaped", "_heads", "_longest", "_partial", "_texts")

    def __init__(self, forms: Iterable[Sequence[Anchored]], texts: Iterable[Sequence[Spelled]]) -> None:
        heads: defaultdict[bytes, list[bytes]] = defaultdict(list)
        longest = 0
        for group in forms:
            for head in {form[: at + ANCHOR] for at, form in group}:
                heads[head[:MASKABLE_MIN]].append(head)
                longest = max(longest, len(head))
        plain: defaultdict[bytes, list[Spelled]] = defaultdict(list)
        early: defaultdict[bytes, list[Spelled]] = defaultdict(list)
        escaped: defaultdict[Spellings, dict[bytes, list[Spelled]]] = defaultdict(dict)
        whole: set[bytes] = set()  # what a text begins with before a character that may be escaped
        for text in (text for group in texts for text in group):
            longest = max(longest, text.head_size())
            first, always = text.opening()
            if first:
                escaped[first].setdefault(always[:FOLLOWING] if len(always) >= FOLLOWING else b"", []).append(text)
            elif len(always) >= MASKABLE_MIN or not text.offset:
                plain[always[:MASKABLE_MIN]].append(text)
            else:
                whole.add(always)
                for byte in text.firsts_behind():
                    early[always + bytes((byte,))].append(text)
        self._heads, self._texts, self._early = dict(heads), dict(plain), dict(early)
        self._early_firsts = frozenset(always[0] for always in whole)
        self._longest = longest
        sure = (*heads, *plain, *early)
        self._partial = whole | {each[:size] for each in sure for size in range(1, min(len(each), MASKABLE_MIN))}
        self._escaped: dict[int, list[tuple[Spellings, dict[bytes, list[Spelled]]]]] = {}
        for unit, same in escaped.items():
            for byte in unit.firsts():
                self._escaped.setdefault(byte, []).append((unit, same))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._heads) + len(self._texts)} kinds>"

    def first(self, data: bytes, limit: int) -> int:
        """Where the longest end of `data` starts, before `limit`, that is the beginning of a form; else `limit`."""
        size = len(data)
        for start in range(max(0, size - self._longest), min(limit, size)):
            four = data[start : start + MASKABLE_MIN]
            if (
                (four in self._heads and _begins_form(self._heads[four], data[start:]))
                or (four in self._texts and _begins_text(self._texts[four], data, start))
                or (four[0] in self._early_firsts and self._begins_early(data, start))
                or (four[0] in self._escaped and self._begins_escaped(data, start))
                or (size - start < MASKABLE_MIN and four in self._partial)
            ):
                return start
        return limit

    def _begins_early(self, data: bytes, start: int) -> bool:
        """Whether `data` ends, from `start` on, in the beginning of a text that has an escaped character early."""
        return any(
            _begins_text(self._early[begun], data, start)
            for size in range(2, MASKABLE_MIN + 1)
            if (begun := data[start : start + size]) in self._early and len(begun) == size
        )

    def _begins_escaped(self, data: bytes, start: int) -> bool:
        """Whether `data` ends, from `start` on, in the beginning of a text whose first character may be escaped."""
        for unit, texts in self._escaped[data[start]]:
            if unit.may_go_on(data, start):
                return True
            for end in unit.ends(data, start):
                following = data[end : end + FOLLOWING]
                keys = (
                    [following] if len(following) == FOLLOWING else [key for key in texts if key.startswith(following)]
                )
                if any(_begins_text(texts.get(key, ()), data, start) for key in (*keys, b"")):
                    return True
        return False


def _begins_form(heads: list[bytes], end: bytes) -> bool:
    """Whether `end` is the beginning of one of `heads`."""
    return any(head.startswith(end) and len(head) > len(end) for head in heads)


def _begins_text(texts: Collection[Spelled], data: bytes, start: int) -> bool:
    """Whether all of `data` from `start` is the beginning of one of `texts`, up to its anchor at most."""
    return any(text.may_begin(data, start) for text in texts)
