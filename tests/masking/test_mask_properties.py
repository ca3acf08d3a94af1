"""What must hold whatever the values and the text: checked against masking written the slow and obvious way."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from pixie_secrets.known_values import KnownValues
from pixie_secrets.known_values.forms import forms
from pixie_secrets.known_values.stream import BytesMasker, TextMasker

# Few characters, so that values overlap, repeat and contain each other.
ALPHABETS = ["ab", "a", "abc\n", "ab*", "a*", "é😀a", "a\"'&/ ", 'a{}[]:"1,']


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], str]:
    """Some values, and a text made of them, of parts of them, and of other characters."""
    alphabet = draw(st.sampled_from(ALPHABETS))
    values = draw(st.lists(st.text(alphabet, min_size=4, max_size=30), min_size=1, max_size=6))
    value = st.sampled_from(values)
    form = value.flatmap(lambda each: st.sampled_from(sorted(forms(each))).map(lambda one: one.decode()))
    part = st.tuples(value, st.integers(0, 30), st.integers(0, 30)).map(lambda cut: cut[0][cut[1] : cut[2]])
    pieces = st.lists(st.one_of(value, part, form, st.text(alphabet, max_size=3), st.just("-")), max_size=12)
    return values, "".join(draw(pieces))


def known(values: list[str]) -> KnownValues:
    found = KnownValues()
    for value in values:
        found.add(value, key="K", tool="t")
    return found


def masked_slowly(values: list[str], data: bytes) -> bytes:
    """Mark every byte of every occurrence of every form, then put one mask for each run."""
    marked = bytearray(len(data))
    for form in set().union(*map(forms, values)):
        start = data.find(form)
        while start >= 0:
            marked[start : start + len(form)] = b"\1" * len(form)
            start = data.find(form, start + 1)
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
    assert not [form for value in values for form in forms(value) if form in shown]


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
        for form in set().union(*map(forms, values))
        for length in range(1, min(len(form), len(data) + 1))
        if data.endswith(form[:length])
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
