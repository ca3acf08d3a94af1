"""Whatever spelling is chosen, for whichever programs: every release of python-dotenv reads back what was typed."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import require_program
from tests.env_file.programs import RELEASES
from tests.env_file.test_editing import loaded
from tests.env_file.test_grammar import quiet_dotenv

from pixie_secrets.env_file import set_value
from pixie_secrets.env_file.misreadings import PROGRAMS, misreads
from pixie_secrets.env_file.spellings import spellings

if TYPE_CHECKING:
    from pathlib import Path

SIGNS = st.sampled_from([*"'\"`\\$#;=~ \t\n\r{}()aXn9_-%&|<>", "${", "${A}", ":-", "\\\\", "\\n", "$(", "ü", "$HOME"])
VALUES = st.lists(SIGNS, max_size=12).map("".join)
SOME_PROGRAMS = st.lists(st.sampled_from(PROGRAMS), max_size=4)

quiet = pytest.fixture(autouse=True, scope="module")(quiet_dotenv)


@settings(max_examples=400, deadline=None)
@given(VALUES, SOME_PROGRAMS)
def test_every_spelling_is_lossless_for_every_python_dotenv(value: str, programs: list[str]) -> None:
    found = list(spellings(value, programs))
    assert found
    for right in found:
        for release in RELEASES:
            assert loaded(f"KEY={right}\n", release) == {"KEY": value}, (release, right)


@settings(max_examples=300, deadline=None)
@given(VALUES, SOME_PROGRAMS)
def test_no_spelling_that_comes_later_is_read_right_by_more_of_the_programs_in_use(
    value: str, programs: list[str]
) -> None:
    chosen, *others = (right for right in spellings(value, programs) if not re.search(r"\$\{(?:9999)?:-", right))
    for right in others:
        assert sum(misreads(program, chosen) for program in set(programs)) <= sum(
            misreads(program, right) for program in set(programs)
        )


@pytest.mark.parametrize(
    ("program", "value", "line"),
    [
        ("direnv", "two\nlines", 'KEY="two\\nlines"\n'),
        ("bun", "pa$word", 'KEY="pa${X_9999:-$}word"\n'),
        ("shells", "\\\\server\\share", 'KEY="\\\\\\\\server\\\\share"\n'),
        ("Node", "\\\\server\\share", "KEY=\\\\server\\share\n"),
        ("Node", "it's $5", 'KEY="it\'s $5"\n'),
        ("shells", "it's $5", 'KEY="it\'s ${X_9999:-$}5"\n'),
    ],
)
def test_what_the_project_uses_decides(program: str, value: str, line: str) -> None:
    assert set_value("", "KEY", value, [program]) == line
    assert not misreads(program, line.removeprefix("KEY=").removesuffix("\n"))


def test_a_file_with_a_variable_of_that_name_gets_another_one() -> None:
    text = set_value("X_9999=a\n", "KEY", "it's ${5}")
    assert text == 'X_9999=a\nKEY="it\'s ${9999:-$}{5}"\n'
    assert loaded(text)["KEY"] == "it's ${5}"


@settings(max_examples=60, deadline=None)
@given(value=st.lists(st.sampled_from([*"'\"\\$;=~ \n{}()#", "${", "$(", "touch ran", "\\n"]), max_size=8).map("".join))
def test_a_shell_that_reads_any_spelling_runs_nothing_of_it(
    value: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / "nothing-runs"
    folder.mkdir(exist_ok=True)
    for number, right in enumerate(spellings(value)):
        (folder / f"{number}.env").write_text(f"KEY={right}\n", encoding="utf-8")
    script = 'for file in ./*.env; do (set -a; . "$file"); rm "$file"; done'
    subprocess.run([require_program("dash"), "-c", script], cwd=folder, stderr=subprocess.DEVNULL, check=False)
    assert list(folder.iterdir()) == []
