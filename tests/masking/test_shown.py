"""A value that only the screen shows in one piece is masked too, and what stands around it looks as before."""

from __future__ import annotations

import os
import re
import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import require_program

from pixie_secrets.known_values import KnownValues
from pixie_secrets.known_values.stream import BytesMasker

if TYPE_CHECKING:
    from pathlib import Path

VALUE = "Wq7-Lm3xR9é Tb5"


def known(value: str = VALUE) -> KnownValues:
    found = KnownValues()
    found.add(value, key="K", tool="t")
    return found


def bold(text: str) -> str:
    return "".join(f"{character}\b{character}" for character in text)


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (f"a \x1b[1m{VALUE}\x1b[0m b", "a \x1b[1m***\x1b[0m b"),
        (f"a {VALUE[:4]}\x1b[31m\x1b[K{VALUE[4:8]}\x1b[m\x1b[K{VALUE[8:]} b", "a ***\x1b[31m\x1b[K\x1b[m\x1b[K b"),
        (f"a {bold(VALUE)} b", "a *** b"),
        (f"a {VALUE[:5]}\x1b[C\x1b[D{VALUE[5:]} b", "a ***\x1b[C\x1b[D b"),
        (f"a {VALUE[:5]}\x1b]0;title\x07{VALUE[5:]} b", "a ***\x1b]0;title\x07 b"),
        (f"a {VALUE[:5]}\x07{VALUE[5:]} b", "a *** b"),
        (f"a \x07{VALUE[:5]}\x0e\x0f{VALUE[5:]}\x00 b", "a \x07***\x00 b"),
        ("a\0" + "\0".join(VALUE) + "\0b", "a\0***\0b"),
        (f"a {VALUE[:5]}\x7f\x1b[1m\0{VALUE[5:]} b", "a ***\x1b[1m b"),
        (f"a {VALUE[:5]}\x1b[31mx{VALUE[5:]} b", f"a {VALUE[:5]}\x1b[31mx{VALUE[5:]} b"),
    ],
)  # fmt: skip
def test_what_a_terminal_shows_of_a_value_is_masked(output: str, shown: str) -> None:
    assert known().mask(output) == shown
    assert known().mask_bytes(output.encode()) == shown.encode()
    masker = BytesMasker(known())
    pieces = [masker.feed(bytes((byte,))) for byte in output.encode()]
    assert b"".join([*pieces, masker.finish()]) == shown.encode()


def test_what_is_written_over_goes_with_the_value() -> None:
    assert known().mask(f"a {VALUE[:5]}x\b{VALUE[5:]} b") == "a *** b"
    assert known().mask(f"a {''.join('_' + chr(8) + character for character in VALUE)} b") == "a *** b"


@pytest.mark.parametrize("pattern", ["Lm3", "Wq7", "Tb5$", "[0-9]", "x.*9"])
def test_what_grep_found_within_a_value_does_not_show_it(pattern: str) -> None:
    printed = subprocess.run(
        [require_program("grep"), "--color=always", "-n", pattern],
        input=f"token = {VALUE}\n".encode(), capture_output=True, check=True, env=os.environ | {"LC_ALL": "C.UTF-8"},
    ).stdout  # fmt: skip
    assert b"\x1b[" in printed
    left = re.sub(rb"\x1b\[[0-9;]*[mK]", b"", known().mask_bytes(printed))
    assert left == b"1:token = ***\n"


def test_tabs_that_a_terminal_expanded_do_not_show_a_value(tmp_path: Path) -> None:
    value = "Kp4\tzR8w\tQn2v"
    path = tmp_path / "file"
    path.write_text(f"12 {value}\n")
    printed = subprocess.run([require_program("expand"), str(path)], capture_output=True, check=True).stdout
    assert b"\t" not in printed
    assert known(value).mask_bytes(printed) == b"12 ***\n"


PIECES = st.sampled_from(
    ["aaaa", "a", "b", "$", "\x1b[1m", "\x1b[0;31m", "\x1b", "[", "\b", "a\b", "\0", "\x07", "\x1b]0;t\x07", "é", "\n"]
)


@given(st.lists(PIECES, max_size=14).map("".join), st.lists(st.integers(0, 60)))
def test_control_sequences_in_any_pieces_are_masked_as_a_whole(text: str, cuts: list[int]) -> None:
    found = known("aaaa$b")
    data = text.encode()
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    masker = BytesMasker(found)
    out = [masker.feed(data[start:end]) for start, end in pairwise(places)]
    assert b"".join([*out, masker.finish()]) == found.mask_bytes(data)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_without_a_value_control_sequences_pass_as_they_are(text: str) -> None:
    assert known("Zz9-Yy8$Xx7").mask(text) == text
