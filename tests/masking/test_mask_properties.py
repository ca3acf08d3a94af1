"""What must hold whatever the values and the text: checked against masking written the slow and obvious way."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from pixie_secrets.known_values import KnownValues
from pixie_secrets.known_values.forms import forms
from pixie_secrets.known_values.forms.spellings import spellings
from pixie_secrets.known_values.stream import BytesMasker, TextMasker

# Few characters, so that values overlap, repeat and contain each other.
ALPHABETS = ["ab", "a", "abc\n", "ab*", "a*", "é😀a", "a\"'&/ ", 'a{}[]:"1,', "aaaa$'\\", "aaaab\n\t é"]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], str]:
    """Some values, and a text made of them, of parts of them, and of other characters."""
    alphabet = draw(st.sampled_from(ALPHABETS))
    values = draw(st.lists(st.text(alphabet, min_size=4, max_size=30), min_size=1, max_size=6))
    value = st.sampled_from(values)
    form = value.flatmap(spelled)
    part = st.tuples(value, st.integers(0, 30), st.integers(0, 30)).map(lambda cut: cut[0][cut[1] : cut[2]])
    pieces = st.lists(st.one_of(value, part, form, st.text(alphabet, max_size=3), st.just("-")), max_size=12)
    return values, "".join(draw(pieces))


@cache
def units(text: bytes) -> list[frozenset[bytes]]:
    """What each character of a text may look like; a line end is one."""
    found = re.findall(r"\r\n|.", text.decode(), re.DOTALL)
    return [
        frozenset({unit.encode()})
        if re.fullmatch("[A-Za-z0-9_.-]", unit)
        else spellings(unit, last=number == len(found)).every
        for number, unit in enumerate(found, 1)
    ]


@cache
def beginnings(unit: frozenset[bytes]) -> frozenset[bytes]:
    return frozenset(each[:size] for each in unit for size in range(len(each)))


def spelled(value: str) -> st.SearchStrategy[str]:
    """One of the forms of `value`, or one of its texts with some spelling of each character."""
    exact, texts = forms(value)
    whole = [st.sampled_from(sorted(exact))] if exact else []
    whole += [st.tuples(*(st.sampled_from(sorted(unit)) for unit in units(text))).map(b"".join) for text in texts]
    return st.one_of(whole).map(bytes.decode)


def ends(text: bytes, data: bytes, start: int) -> tuple[int, bool]:
    """Where the longest occurrence of `text` at `start` ends, or -1; and whether one may go on behind `data`."""
    places, goes_on = {start}, False
    for unit in units(text):
        goes_on |= any(data[place:] in beginnings(unit) for place in places)
        sizes = range(1, 1 + max(map(len, unit)))
        places = {place + size for place in places for size in sizes if data[place : place + size] in unit}
        places = {place for place in places if place <= len(data)}
    return max(places, default=-1), goes_on


def known(values: list[str]) -> KnownValues:
    found = KnownValues()
    for value in values:
        found.add(value, key="K", tool="t")
    return found


def masked_slowly(values: list[str], data: bytes) -> bytes:
    """Mark every byte of every occurrence of every form, then put one mask for each run."""
    marked = bytearray(len(data))
    for value in values:
        for form in forms(value).exact:
            start = data.find(form)
            while start >= 0:
                marked[start : start + len(form)] = b"\1" * len(form)
                start = data.find(form, start + 1)
        for text in forms(value).texts:
            for start in range(len(data)):
                end, _ = ends(text, data, start)
                marked[start:end] = b"\1" * (end - start) if end > 0 else marked[start:end]
    out = b""
    for place, byte in enumerate(data):
        if not marked[place]:
            out += bytes([byte])
        elif place == 0 or not marked[place - 1]:
            out += b"***"
    return out


@given(cases())
def test_every_form_is_masked_and_the_rest_is_unchanged(case: tuple[list[str], str]) -> None:
    values, text = case
    shown = known(values).mask_bytes(text.encode())
    expected = masked_slowly(values, text.encode())
    if any("*" in value for value in values):  # then some masks may have to be others
        shown, expected = (each.replace(b"[masked]", b"***") for each in (shown, expected))
    assert shown == expected


@given(cases())
@example((["a***"], "aaa***"))
@example((["SECRET", "a***b"], "aaSECRETbb"))
def test_no_form_survives(case: tuple[list[str], str]) -> None:
    values, text = case
    shown = known(values).mask_bytes(text.encode())
    for value in values:
        assert not [form for form in forms(value).exact if form in shown]
        assert not [
            each for each in forms(value).texts for start in range(len(shown)) if ends(each, shown, start)[0] > 0
        ]


@given(cases())
@example((["a***"], "aaa***"))
def test_masking_what_is_masked_changes_nothing(case: tuple[list[str], str]) -> None:
    values, text = case
    once = known(values).mask(text)
    assert known(values).mask(once) == once
    assert known(values).find(once) == []


@given(cases())
def test_text_and_bytes_are_masked_alike(case: tuple[list[str], str]) -> None:
    values, text = case
    assert known(values).mask(text).encode() == known(values).mask_bytes(text.encode())


@given(cases(), st.lists(st.integers(0, 200)))
def test_a_stream_in_any_pieces_is_masked_as_a_whole(case: tuple[list[str], str], cuts: list[int]) -> None:
    values, text = case
    data = text.encode()
    masker = BytesMasker(known(values))
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    out = [masker.feed(data[start:end]) for start, end in pairwise(places)]
    assert b"".join([*out, masker.finish()]) == known(values).mask_bytes(data)


@given(cases())
def test_a_stream_byte_by_byte_is_masked_as_a_whole(case: tuple[list[str], str]) -> None:
    values, text = case
    masker = BytesMasker(known(values))
    out = [masker.feed(bytes([byte])) for byte in text.encode()]
    assert b"".join([*out, masker.finish()]) == known(values).mask_bytes(text.encode())


@given(cases())
def test_a_stream_of_text_is_masked_as_a_whole(case: tuple[list[str], str]) -> None:
    values, text = case
    masker = TextMasker(known(values))
    out = [masker.feed(character) for character in text]
    assert "".join([*out, masker.finish()]) == known(values).mask(text)


@given(cases())
def test_only_what_may_become_a_form_is_held_back(case: tuple[list[str], str]) -> None:
    """What is held back begins, somewhere, with the beginning of a form: never a byte more."""
    values, text = case
    if any("*" in value for value in values):  # there a mask may have to wait as well
        return
    data = text.encode()
    masker = BytesMasker(known(values))
    shown = masker.feed(data)
    rest = masker.finish()
    held = len(rest.replace(b"***", b"")) if b"***" not in rest else None
    begun = [
        length
        for form in set().union(*(forms(value).exact for value in values))
        for length in range(1, min(len(form), len(data) + 1))
        if data.endswith(form[:length])
    ]
    begun += [
        len(data) - start
        for each in set().union(*(forms(value).texts for value in values))
        for start in range(len(data))
        if ends(each, data, start)[1]
    ]
    assert shown + rest == known(values).mask_bytes(data) or shown.endswith(b"***")
    if held is not None:
        assert held <= max(begun, default=0)
    if not begun:
        assert rest == b""


@given(cases())
def test_find_and_mask_agree(case: tuple[list[str], str]) -> None:
    values, text = case
    index = known(values)
    kept = [True] * len(text)
    for start, end, *_ in index.find(text):
        kept[start:end] = [False] * (end - start)
    left = "".join(character for character, keep in zip(text, kept, strict=True) if keep)
    shown = index.mask(text)
    if "*" not in text and "*" not in "".join(values):
        assert shown.replace("***", "") == left
