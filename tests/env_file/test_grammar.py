"""Our reading of a `.env` is that of the released versions of python-dotenv, whatever the text."""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.env_file.programs import CURRENT, RELEASES, release_module

from pixie_secrets.env_file.grammar import Grammar, ParsedText, expanded

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECES = st.sampled_from([
    *("KEY", "A", "export ", "export", "x", "=", "'", '"', "\\", "#", " ", "\t", "\n", "\r", "\r\n", "$", "{", "}"),
    *("${A}", "${KEY:-x}", ":-", "\ufeff", "\u2028", "\x0b", "\x1c", "\\n", '\\"', "\\'", "\nA=", "\nKEY='", "'\n"),
])  # fmt: skip
DOTENV_TEXT = st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join)


def quiet_dotenv() -> Iterator[None]:
    """python-dotenv logs each line that it cannot parse."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


quiet = pytest.fixture(autouse=True, scope="module")(quiet_dotenv)


def as_opened(text: str) -> io.StringIO:
    """What reading in text mode makes of it."""
    return io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))


@pytest.mark.parametrize("release", RELEASES)
def test_reads_what_that_release_reads(release: str) -> None:
    module = release_module(release)
    grammar = Grammar.CURRENT if release in CURRENT else Grammar.OLDER

    @settings(max_examples=400, deadline=None)
    @given(DOTENV_TEXT)
    def check(text: str) -> None:
        if release != "installed":  # up to 1.2.3 a comment in place of a value is the value; we do not follow
            text = re.sub(r"=[^\S\r\n]+#", "=", text)
        ours = ParsedText(text, grammar).values()
        assert ours == list(module.main.DotEnv(None, stream=as_opened(text)).parse())
        last = dict(expanded([("A", "a"), *ours]))
        assert last == module.dotenv_values(stream=io.StringIO("A=a\n" + as_opened(text).read())) or "\ufeff" in text

    check()


@settings(max_examples=300, deadline=None)
@given(DOTENV_TEXT)
def test_statements_lie_in_the_text_in_order_and_start_with_their_key(text: str) -> None:
    reading = ParsedText(text)
    for key in {key for key, _ in reading.assignments()}:
        end = 0
        for statement in reading.statements(key):
            assert end <= statement.start < statement.end <= len(text)
            start = statement.start + len(statement.indent) + len(statement.export)
            assert text[start:].startswith((key, f"'{key}'"))
            assert text[: statement.end].endswith(statement.newline)
            end = statement.end
        assert [statement.value for statement in reading.statements(key)] == [
            value for name, value in reading.values() if name == key.replace("\r\n", "\n").replace("\r", "\n")
        ] or "\r" in key + text


@pytest.mark.parametrize(
    ("text", "older", "current"),
    [("A='x\\\\' # y'\n", "x\\' # y", "x\\"), ("\ufeffA=1\n", None, "1")],
)
def test_the_grammars_differ_where_the_docstring_says(text: str, older: str | None, current: str) -> None:
    assert dict(ParsedText(text, Grammar.OLDER).values()).get("A") == older
    assert dict(ParsedText(text).values()).get("A") == current
    for release in RELEASES:
        read = release_module(release).dotenv_values(stream=as_opened(text)).get("A")
        assert read == (current if release in CURRENT else older)
