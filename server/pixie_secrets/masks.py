"""What stands in place of a value: `***`, or something else where `***` would spell a known value anew.

A value may itself hold asterisks. With `SECRET` and `a***b` known, masking `aSECRETb` as `a***b` would print the second
one, and masking the result again would change it. So where a mask would become part of a known form, another mask is
taken that no form can overlap. Then no form survives masking, masking again changes nothing, and all this still works
on a stream, because whether a mask is safe is known as soon as the text behind it can no longer become a form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixie_secrets.form_index import FormIndex

MASK = b"***"


class Masks(Sealed):
    """Joins the pieces of text that are left between values; keeps what may yet decide about a mask."""

    __slots__ = ("_places", "_text", "_unsafe")

    def __init__(self) -> None:
        self._text = b""
        self._places: list[int] = []
        self._unsafe: set[int] = set()

    def __repr__(self) -> str:
        return f"<Masks: {len(self._places)} undecided>"

    def join(self, index: FormIndex, pieces: Sequence[bytes], *, final: bool) -> bytes:
        """`pieces` with a mask between each two; unless `final`, the end may be kept for the next call."""
        if not index.asterisks and not self._text:
            return MASK.join(pieces)
        text = bytearray(self._text)
        for number, piece in enumerate(pieces):
            if number:
                self._places.append(len(text))
                text += MASK
            text += piece
        self._text = bytes(text)
        occurrences, pending = index.scan(self._text)
        for start, end, _ in occurrences:
            self._unsafe.update(place for place in self._places if start < place + len(MASK) and place < end)
        until = len(text) if final else pending.start
        until = min([until, *(place for place in self._places if place < until < place + len(MASK))])
        return self._decided(index, until)

    def _decided(self, index: FormIndex, until: int) -> bytes:
        """The text up to `until` with its masks as they have to be; the rest is kept."""
        out = []
        done = 0
        for place in self._places:
            if place < until:
                out += [self._text[done:place], index.other_mask() if place in self._unsafe else MASK]
                done = place + len(MASK)
        out.append(self._text[done:until])
        self._text = self._text[until:]
        self._places = [place - until for place in self._places if place >= until]
        self._unsafe = {place - until for place in self._unsafe if place >= until}
        return b"".join(out)
