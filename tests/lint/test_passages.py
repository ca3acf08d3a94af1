"""Readers that are shown the lines around telling texts find what they find in the whole file, and where."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.lint.bench import password, token

from pixie_secrets.lint import keywords, python_source
from pixie_secrets.lint.file_hits import scan_files, secret_hits
from pixie_secrets.lint.hits import SourceFile, apart
from pixie_secrets.lint.languages import Language
from pixie_secrets.lint.passages import Passages, TellingLines
from pixie_secrets.lint.text_source import assignments
from pixie_secrets.secret.names import STEMS

VALUE, WORTH = token("passages"), password("passages")
LINES = st.sampled_from([
    "", "   ", "\t", "import os", "x = 1", '"""', "# a note", "def main(n):", "    return n", "path = 'a/b'", "'", "{",
    "API_KEY = (", f"    '{VALUE[:9]}'", f"    '{VALUE[9:]}'", ")", "password = \\", f'    "{WORTH}"', "db_password",
    "=", "(", "})", f'token = "{VALUE}"', f"# password is {WORTH}", f'    api_key="{VALUE}",', f'"--api-key={VALUE}"',
    f"  password: {WORTH}", "def api_token():", f'    return "{VALUE}"', f'login("ann", "{WORTH}")', "the token", "pat",
    f'x = "sk-" "proj-{VALUE}"', f'"https://ann:" + "{WORTH}@h"', f"is {WORTH}", '"password":', f'"{WORTH}"', "\0",
    "\N{LATIN SMALL LETTER E WITH ACUTE} passwort:", '["user",', '"password",', '"passw0rd2",', '("a_password"),',
])  # fmt: skip
TEXTS = st.lists(LINES, max_size=40).map(lambda lines: "\n".join(lines).encode())


def passages(data: bytes, *, python: bool) -> Passages:
    telling = TellingLines(data)
    for _ in keywords.look(data, telling, python=python):
        pass
    return telling.passages()


@given(TEXTS)
@example(b"password = \\\n\n\n\n    (\n\n  \\\n" + f'"{WORTH}"\n'.encode())
def test_python_is_read_the_same_in_part_and_whole(data: bytes) -> None:
    in_part = python_source.secrets(data, passages(data, python=True))
    assert apart(in_part) == apart(python_source.secrets(data))


@pytest.mark.parametrize("language", [one for one in Language if one is not Language.NOTEBOOK])
def test_other_text_is_read_the_same_in_part_and_whole(language: Language) -> None:
    @given(TEXTS)
    def same(data: bytes) -> None:
        assert apart(assignments(data, language, passages(data, python=False))) == apart(assignments(data, language))

    same()


@pytest.mark.parametrize("name", ["a.py", "a.json", "a.ts", "a.md", "a.ini"])
def test_a_secret_far_down_a_large_file_is_found_where_it_stands(name: str) -> None:
    """Behind the first piece of what is searched at once, with passages in the pieces before it."""
    filler = "".join(f"line {number} of nothing\n" + "\n" * (number % 3) for number in range(60_000))
    early, secret = 'the key = "one"\n', f'"db_password": "{WORTH}"\n'
    data = f"{early}{filler}{early}{filler}{secret}{filler}".encode()
    [hit] = secret_hits(SourceFile(name, data))
    assert data[hit.start : hit.end].strip(b'"') == WORTH.encode()


def test_most_of_a_file_is_not_searched_for_names() -> None:
    filler = b"nothing to see here\n" * 1000
    data = filler + f'token = "{VALUE}"\n'.encode() + filler
    assert len(passages(data, python=True).text) < len(filler) / 50


@given(st.from_regex(re.compile(STEMS, re.IGNORECASE), fullmatch=True))
def test_every_part_of_a_name_is_looked_for(part: str) -> None:
    data = f"x\n{part}\nx".encode()
    assert part.encode() in passages(data, python=False).text


@pytest.mark.parametrize("beginning", ["sk-", "gho_", "xoxb", "AIza", "SG.", "https://", "login"])
def test_what_is_telling_in_python_alone_is_looked_for_there(beginning: str) -> None:
    data = f'x\n"{beginning}"\nx'.encode()
    assert beginning.encode() in passages(data, python=True).text
    assert passages(data, python=False).text == b""


def test_offsets_are_put_back() -> None:
    data = b"key one\n" + b"\n" * 300 + b"no\n" * 200 + b"key two\n" + b"no\n" * 500
    found = passages(data, python=False)
    at = found.text.index(b"key two")
    assert data[found.at(at) :].startswith(b"key two")
    assert found.at(0) == 0


@given(st.lists(st.tuples(st.sampled_from(["a.py", "a.json", "a.md", "a.csv"]), TEXTS), max_size=9))
def test_files_that_are_scanned_together_are_read_as_if_alone(files: list[tuple[str, bytes]]) -> None:
    sources = [SourceFile(name, data) for name, data in files]
    assert [one.hits for one in scan_files(sources)] == [secret_hits(source) for source in sources]
