"""The search that stands in for the Rust automaton gives the same answers, and the whole index on top of it too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ahocorasick_rs import BytesAhoCorasick
from hypothesis import given
from hypothesis import strategies as st

from pixie_secrets.known_values import KnownValues, anchor_search
from pixie_secrets.known_values.anchor_search import PlainSearch

SERVER = Path(__file__).parents[2] / "server"


@given(st.lists(st.binary(min_size=1, max_size=6), min_size=1, max_size=8, unique=True), st.binary(max_size=80))
def test_it_finds_what_the_automaton_finds(anchors: list[bytes], data: bytes) -> None:
    expected = sorted(BytesAhoCorasick(anchors).find_matches_as_indexes(data, overlapping=True))
    search = PlainSearch(anchors)
    assert sorted(search.matches(data, overlapping=True)) == expected
    assert sorted(search._at_each_place(data)) == expected


@pytest.mark.parametrize("count", [1, 60])
def test_the_index_masks_the_same_with_either(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    values = [f"tok-{number:03}-Zr8{number}qLm" for number in range(count)]
    text = f"{values[0]}{values[-1]} {values[-1].encode().hex()} ordinary text tok-{count:03}-"

    def masked() -> str:
        known = KnownValues()
        for value in values:
            known.add(value, key="K", tool="t")
        return known.mask(text)

    with_automaton = masked()
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    assert anchor_search.search_for([b"x"]).__self__.__class__ is PlainSearch  # type: ignore[attr-defined]  # a method
    assert masked() == with_automaton == f"*** *** ordinary text tok-{count:03}-"


def test_it_needs_nothing_but_the_standard_library() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pixie_secrets.known_values import KnownValues\n"
        "from pixie_secrets.known_values.stream import BytesMasker\n"
        "from pixie_secrets.stores.learn import learn_text\n"
        "known = KnownValues()\n"
        "learn_text('A=tok-Zr8qLm-4411\\n', tool='t', known=known)\n"
        "masker = BytesMasker(known)\n"
        "print((masker.feed(b'x tok-Zr8') + masker.feed(b'qLm-4411 y') + masker.finish()).decode())\n"
        "print(sorted({'pathlib', 'pydantic', 'json', 'ahocorasick_rs'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-IS", "-c", script, str(SERVER)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["x *** y", "[]"]
