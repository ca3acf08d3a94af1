"""Setting and unsetting a key in a text: the value comes back, and every other line stays byte for byte."""

from __future__ import annotations

import io

import pytest
from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st
from tests.env_file.programs import release_module
from tests.env_file.test_grammar import DOTENV_TEXT, as_opened, quiet_dotenv

from pixie_secrets.env_file import read_every_value, read_values, set_value, unreadable_lines, unset_value
from pixie_secrets.errors import FileRefused, ValueRefused

STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES = STORABLE | DOTENV_TEXT.filter(lambda text: "\0" not in text)
LINES = st.sampled_from([
    *("", "# a comment", "# KEY=commented out", "A=1", "export B='two'", 'C="th\\"ree" # why', "D='l1\nl2'", "E", "F="),
    *("G=${A}-${KEY}", "  H = spaced  ", "I= # nothing", "KEY=old", "export KEY='old'  # note", "'KEY'=old", "KEY"),
    *("not a line!", "J='unclosed", 'K="unclosed', "L='C:\\\\'", "M=x\\", "=5", "export =5", 'N="a" b', "KEY='o\nld'"),
])  # fmt: skip
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def env_texts(draw: st.DrawFn) -> str:
    """A plausible .env, with every kind of line, line end and accident."""
    newline = draw(ENDS)
    lines = draw(st.lists(LINES, max_size=8))
    last = draw(st.sampled_from(["", newline]))
    return draw(st.sampled_from(["", "\ufeff"])) + newline.join(lines) + (last if lines else "")


quiet = pytest.fixture(autouse=True, scope="module")(quiet_dotenv)


def raw(text: str, release: str = "installed") -> list[tuple[str, str | None]]:
    return list(release_module(release).main.DotEnv(None, stream=as_opened(text)).parse())


def loaded(text: str, release: str = "installed") -> dict[str, str | None]:
    found: dict[str, str | None] = release_module(release).dotenv_values(stream=as_opened(text))
    return found


def others(text: str) -> list[tuple[str, str | None]]:
    return [pair for pair in raw(text) if pair[0] != "KEY"]


@settings(max_examples=600, deadline=None)
@given(env_texts() | DOTENV_TEXT, VALUES)
@example("A='x\\\\'\nKEY=old\nB='y'\n", "new's")
@example("\ufeffKEY=old", "new")
@example('J="unclosed\nKEY=old', "it's")
def test_a_set_value_reads_back_and_other_keys_stay(text: str, value: str) -> None:
    before = text
    try:
        after = set_value(text, "KEY", value)
    except FileRefused:
        reject()  # the next test says when that may be
    assert loaded(after)["KEY"] == value
    # older releases take a byte order mark for part of the first key, before an edit as after it
    mark = "\ufeff" if after.startswith(("\ufeffKEY=", "\ufeffexport KEY=", "\ufeff  KEY=")) else ""
    assert loaded(after.removeprefix(mark), "1.0.0")["KEY"] == value
    assert read_values(after)["KEY"] == value
    # what a line of the key hid from python-dotenv, up to the next quote, may be read now that the line is gone
    hid = any("KEY" in line.keys for line in unreadable_lines(before))
    assert set(others(before)) <= set(others(after)) if hid else others(after) == others(before)
    assert [key for key, _ in raw(after)].count("KEY") == 1
    older = [key for key, _ in raw(before, "1.0.0") if key != "KEY" and not key.startswith("\ufeff")]
    older_now = [key for key, _ in raw(after.removeprefix(mark), "1.0.0") if not key.startswith("\ufeff")]
    assert hid or set(older) <= set(older_now) or older_now == [key for key, _ in raw(after)]  # it came to agree


@settings(max_examples=300, deadline=None)
@given(env_texts(), VALUES)
def test_only_a_file_with_a_quote_gone_astray_is_refused(text: str, value: str) -> None:
    try:
        set_value(text, "KEY", value)
        unset_value(text, "KEY")
    except FileRefused:
        assert "unclosed" in text or "\\\\'" in text


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES.filter(lambda line: "KEY" not in line and "unclosed" not in line), max_size=8), ENDS, VALUES)
def test_every_other_line_is_kept_byte_for_byte(lines: list[str], newline: str, value: str) -> None:
    assume(not any("\\\\'" in line for line in lines))
    text = "".join(line + newline for line in lines)
    after = set_value(text, "KEY", value)
    assert after.startswith(text)
    assert after.endswith(newline if lines else "\n")
    assert unset_value(after, "KEY") == text


@settings(max_examples=300, deadline=None)
@given(env_texts())
def test_lines_survive_in_order_malformed_ones_too(text: str) -> None:
    try:
        after = set_value(text, "KEY", "new")
    except FileRefused:
        reject()
    kept = [line for line in text.removeprefix("\ufeff").splitlines(keepends=True) if "KEY" not in line]
    if kept and not text.endswith(("\n", "\r")):
        kept.pop()  # the last one may get the line end it lacked
    position = 0
    for line in kept:
        if line not in {"ld'\n", "ld'\r", "ld'\r\n", "ld'"}:  # the rest of an old value that had two lines
            position = after.index(line, position) + len(line)
    assert after.startswith("\ufeff") == text.startswith("\ufeff")


@settings(max_examples=300, deadline=None)
@given(env_texts(), st.lists(st.tuples(st.sampled_from(["KEY", "A", "B", "NEW"]), st.none() | VALUES), max_size=6))
def test_any_sequence_of_edits_behaves_like_a_dictionary(text: str, edits: list[tuple[str, str | None]]) -> None:
    for key, value in edits:
        model = dict(raw(text))
        try:
            text = unset_value(text, key) if value is None else set_value(text, key, value)
        except FileRefused:
            continue
        model.pop(key, None)
        now = dict(raw(text))
        assert loaded(text).get(key) == value
        now.pop(key, None)
        assert now == model


@settings(max_examples=200, deadline=None)
@example("export KEY='old'  # note", "#")
@given(env_texts(), VALUES)
def test_setting_the_same_value_again_changes_nothing(text: str, value: str) -> None:
    try:
        once = set_value(text, "KEY", value)
    except FileRefused:
        reject()
    assert set_value(once, "KEY", value) == once


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "KEY=new\n"),
        ("A=1\n", "A=1\nKEY=new\n"),
        ("A=1", "A=1\nKEY=new\n"),
        ("A=1\r\n", "A=1\r\nKEY=new\r\n"),
        ("KEY=old\nA=1\n", "KEY=new\nA=1\n"),
        ("A=1\nKEY=old", "A=1\nKEY=new"),
        ("export KEY='old'\n", "export KEY=new\n"),
        ("  KEY = old # why\n", "  KEY=new # why\n"),
        ("KEY= # get one at example.com\n", "KEY=new # get one at example.com\n"),
        ("'KEY'=\"old\"\n", "KEY=new\n"),
        ('\n\n# above\n\nKEY="o\nl\nd"\n\n# below\n', "\n\n# above\n\nKEY=new\n\n# below\n"),
        ("KEY=1\nA=1\nKEY=2\n\nKEY=3", "KEY=new\nA=1\n\n"),
        ("#KEY=old\nKEY=old\n", "#KEY=old\nKEY=new\n"),
        ("KEY=old # was old\nA=1\n", "KEY=new\nA=1\n"),
        ("KEY\n", "KEY=new\n"),
        ("\ufeffA=1\n", "\ufeffA=1\nKEY=new\n"),
        ("\ufeffKEY=old\r\nA=1\r\n", "\ufeffKEY=new\r\nA=1\r\n"),
        ("\ufeff", "\ufeffKEY=new\n"),
        ("MONKEY=1\nKEY_2=2\nkey=3\n", "MONKEY=1\nKEY_2=2\nkey=3\nKEY=new\n"),
        ("A=${KEY}\n", "A=${KEY}\nKEY=new\n"),
    ],
)
def test_the_line_is_written_where_a_person_would(before: str, after: str) -> None:
    assert set_value(before, "KEY", "new") == after


def test_a_line_that_a_stray_quote_would_swallow_goes_to_the_top() -> None:
    assert set_value('A="unclosed\nB=1\n', "KEY", "it's") == 'KEY="it\'s"\nA="unclosed\nB=1\n'


def test_a_line_read_only_by_older_releases_is_taken_along() -> None:
    assert set_value("KEY='}\nA=\\'\n", "KEY", "new") == "KEY=new\nA=\\'\n"


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "a\udfffb"])
def test_what_cannot_be_stored_is_refused(value: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        set_value("A=1\n", "KEY", value)
    assert value not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("text", ["A='x\\\\'\nKEY='old'\nB='y'\n", "A='x\\\\'\nKEY='o\nld'\nB='y'\n"])
def test_unsetting_is_refused_where_an_older_release_would_then_lose_another_key(text: str) -> None:
    assert "B" in loaded(text, "1.0.0")
    with pytest.raises(FileRefused, match="without other keys being read differently"):
        unset_value(text, "KEY")
    mended = set_value(text, "A", "x\\")  # as the hint says
    assert loaded(unset_value(mended, "KEY"), "1.0.0") == {"A": "x\\", "B": "y"}


def test_another_key_named_like_the_stand_in_for_a_dollar_is_no_trap() -> None:
    text = set_value("9999=x\n", "KEY", "it's ${A}")
    assert loaded(text)["KEY"] == "it's ${A}"
    assert text.startswith("9999=x\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("KEY=old\n", ""),
        ("A=1\nKEY='o\nld' # note\nB=2\n", "A=1\nB=2\n"),
        ("KEY=1\nA=1\nKEY=2", "A=1\n"),
        ("# KEY=old\n", "# KEY=old\n"),
        ("\ufeffKEY=old\nA=1\n", "\ufeff\nA=1\n"),
        ("\r\n\r\nKEY=old\r\nA=1\r\n", "\r\n\r\nA=1\r\n"),
    ],
)
def test_unset_takes_the_lines_of_the_key_and_nothing_else(before: str, after: str) -> None:
    assert unset_value(before, "KEY") == after


def test_reading_gives_what_a_plain_load_would_set() -> None:
    text = "A=1\nB=${A}2\nC\nD=\nA=3\nE=${C:-x}${F:-y}\n"
    assert read_values(text) == {"A": "3", "B": "12", "D": "", "E": "y"}
    assert read_values(text) == {key: value for key, value in loaded(text).items() if value is not None}
    assert read_every_value(text) == (("A", "1"), ("B", "12"), ("D", ""), ("A", "3"), ("E", "y"))


@settings(max_examples=200, deadline=None)
@given(env_texts())
def test_reading_agrees_with_python_dotenv(text: str) -> None:
    expected = release_module("installed").dotenv_values(stream=io.StringIO(as_opened(text).read()))
    assert read_values(text) == {key: value for key, value in expected.items() if value is not None}
