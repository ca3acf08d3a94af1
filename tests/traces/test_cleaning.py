"""What is taken out of a text, and that what reads the text still can."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixie_secrets.known_values import KNOWN
from pixie_secrets.traces import text_cleaning, text_files
from pixie_secrets.traces.cleaning import cleaned
from pixie_secrets.traces.text_cleaning import clean_text

if TYPE_CHECKING:
    from pathlib import Path

VALUES = ('nSECRET"4fGh\\', "00e4Secret7Jk2", "12345678", "-1.25e+17", "Lm9\u00e0secret", "plain-4fGh7Jk2Lm")
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
PARTS = st.lists(st.one_of(TEXTS, st.sampled_from(VALUES), st.just("\\"), st.just("\n")), max_size=5)
STRINGS = PARTS.map("".join)
LEAVES: st.SearchStrategy[Any] = st.one_of(
    STRINGS,
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([12345678, 91234567812, True, None]),
)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4)
)


def every(_span: object, _data: bytes) -> bool:
    return True


@pytest.fixture(autouse=True)
def known() -> None:
    learn()


def learn() -> None:
    for number, value in enumerate(VALUES):
        KNOWN.add(value, key=f"K{number}", tool="t")


def holds(data: bytes) -> bool:
    return any(span.end - span.start >= 8 for span in KNOWN.find(data))


@given(document=DOCUMENTS, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_json_without_its_values_is_json(document: Any, ascii_only: bool, indent: int | None) -> None:
    learn()
    data = json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    done = cleaned(data, every)
    json.loads(done.data)
    assert not holds(done.data)
    assert bool(done.times) == holds(data)


@given(document=DOCUMENTS)
def test_what_has_no_value_is_not_touched(document: Any) -> None:
    learn()
    data = json.dumps(document).encode()
    if not holds(data):
        assert cleaned(data, every).data is data


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"a": "x plain-4fGh7Jk2Lm y"}', b'{"a": "x *** y"}'),
        (rb'{"a": "x\nSECRET\"4fGh\\ y"}', rb'{"a": "x*** y"}'),  # as n, it would begin within an escape
        (b'{"a": "\\u00e4Secret7Jk2"}', b'{"a": "***"}'),
        (b'{"a": 12345678, "b": [12345678 ]}', b'{"a": 0, "b": [0 ]}'),
        (b'{"a": 1123456789}', b'{"a": 0}'),
        (b"export KEY=plain-4fGh7Jk2Lm # mine", b"export KEY=*** # mine"),
        (b"plain-4fGh7Jk2Lmplain-4fGh7Jk2Lm", b"***"),
    ],
)
def test_what_stands_instead(before: bytes, after: bytes) -> None:
    assert cleaned(before, every).data == after


LINES = st.lists(
    st.lists(
        st.one_of(TEXTS.map(lambda text: text.replace("\r", "")), st.sampled_from(["plain-4fGh7Jk2Lm", "x" * 90])),
        max_size=4,
    )
    .map("".join)
    .map(json.dumps),
    max_size=12,
)


@given(lines=LINES, piece=st.integers(64, 200))
def test_a_file_is_cleaned_in_pieces_as_it_is_at_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], piece: int
) -> None:
    learn()
    data = "\n".join(lines).encode()
    path = tmp_path_factory.mktemp("pieces") / "s.jsonl"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_cleaning, "PIECE", piece)
        patch.setattr(text_cleaning, "CHECKED", 16)
        patch.setattr(text_files, "OVERLAP", 40)
        times = clean_text(path, every)
    assert path.read_bytes() == cleaned(data, every).data
    assert bool(times) == holds(data)


@given(lines=LINES, piece=st.integers(64, 200))
def test_each_line_keeps_its_place_where_a_client_notes_it(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], piece: int
) -> None:
    learn()
    data = "".join(f"{line}\n" for line in lines).encode()
    path = tmp_path_factory.mktemp("same") / "s.jsonl"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_cleaning, "PIECE", piece)
        patch.setattr(text_files, "OVERLAP", 40)
        clean_text(path, every, same_size=True)
    after = path.read_bytes()
    assert [len(line) for line in after.split(b"\n")] == [len(line) for line in data.split(b"\n")]
    assert [json.loads(line) for line in after.splitlines()] == [
        json.loads(cleaned(line, every).data) for line in data.splitlines()
    ]


def test_a_line_of_two_hundred_megabytes_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    with path.open("wb") as file:
        file.write(b'{"a": "')
        for number in range(200):
            file.write(b"\\n" * (1 << 19) + (b"plain-4fGh7Jk2Lm" if number % 50 == 3 else b""))
        file.write(b'"}\n')
    code = """
import re, sys
from pathlib import Path
from pixie_secrets.known_values import KNOWN
from pixie_secrets.traces.text_cleaning import clean_text
KNOWN.add("plain-4fGh7Jk2Lm", key="K", tool="t")
print(clean_text(Path(sys.argv[1]), lambda _span, _data: True))
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) >> 10)
"""
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    times, megabytes = map(int, done.stdout.split())
    assert times == 4
    assert megabytes < 150
    assert path.stat().st_size == 7 + 200 * (1 << 20) + 4 * 3 + 3
