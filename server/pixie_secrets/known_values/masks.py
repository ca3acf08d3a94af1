"""What stands in place of a value: `***`, or something else where `***` would spell a known value anew.

A value may itself hold asterisks. With `SECRET` and `a***b` known, masking `aSECRETb` as `a***b` would print the second
one, and masking the result again would change it. So where a mask would become part of a known form, another mask is
taken that no form can overlap. Then no form survives masking, masking again changes nothing, and all this still works
on a stream, because whether a mask is safe is known as soon as the text behind it can no longer become a form.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from pixie_secrets.known_values.opaque import Opaque

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixie_secrets.known_values.index import FormIndex

MASK = b"***"
OTHER_MASKS = (b"[masked]", b"<masked>", b"{masked}", "█████".encode(), "■".encode())


class Masks(Opaque):
    """Joins the pieces of text that are left between values; keeps a mask until it is clear whether it may stand.

    Only a form with asterisks can overlap a mask, so there is nothing to do where there is none, and only the
    surroundings of masks are looked at where there is.
    """

    __slots__ = ("_before", "_places", "_text")

    def __init__(self) -> None:
        self._before = b""  # what came out last, as far as a form can reach
        self._text = b""  # what has not come out yet, from the first mask that is not decided
        self._places: list[int] = []  # of masks in it

    def __repr__(self) -> str:
        return f"<Masks: {len(self._places)} undecided>"

    def __bool__(self) -> bool:
        """Whether any text is kept."""
        return bool(self._text)

    def join(self, index: FormIndex, pieces: Sequence[bytes], *, final: bool) -> bytes:
        """`pieces` with a mask between each two; unless `final`, the end may be kept for the next call."""
        starred = index.starred()
        if starred is None:
            return MASK.join(pieces)
        reach = starred.longest
        places = [len(self._before) + place for place in self._places]
        place = len(self._before) + len(self._text)
        for piece in pieces[:-1]:
            place += len(piece)
            places.append(place)
            place += len(MASK)
        text = b"".join((self._before, self._text, MASK.join(pieces)))
        unsafe, pending = _unsafe(starred, text, places, reach)
        until = len(text) if final else min([len(text), *(each for each in places if each + len(MASK) > pending)])
        out = []
        done = len(self._before)
        for each in places:
            if each < until:
                out += [text[done:each], index.other_mask() if each in unsafe else MASK]
                done = each + len(MASK)
        out.append(text[done:until])
        self._before = text[max(0, until - reach) : until]
        self._text = text[until:]
        self._places = [each - until for each in places if each >= until]
        return b"".join(out)


def _unsafe(starred: FormIndex, text: bytes, places: Sequence[int], reach: int) -> tuple[set[int], int]:
    """The masks that became part of a form, and from where on `text` may still become one."""
    unsafe: set[int] = set()
    pending = len(text)
    number = 0
    while number < len(places):
        first = number
        start = max(0, places[first] - reach)
        while number + 1 < len(places) and places[number + 1] - reach <= places[number] + len(MASK) + reach:
            number += 1
        end = places[number] + len(MASK) + reach
        if end < len(text):
            occurrences = starred.occurrences(text[start:end])
        else:
            occurrences, open_end = starred.scan(text[start:])
            pending = start + open_end.start
        for found, found_end, _ in occurrences:
            for place in places[bisect_left(places, start + found - len(MASK) + 1) :]:
                if place >= start + found_end:
                    break
                unsafe.add(place)
        number += 1
    return unsafe, pending
