"""The fourth corpus is what it says: enough of everything, the same every time, every label on a line that is there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.lint.corpus_form import digests, labels_are_on_lines_with_something, text_of
from tests.lint.fourth_corpus.corpus import SECRET_SHEETS, TRAP_SHEETS, labeled_files
from tests.lint.fourth_corpus.public_values import PUBLIC
from tests.lint.fourth_corpus.rendering import SLOT, START, Page, Sheet, pages, rendered
from tests.lint.fourth_corpus.secret_values import CLOUDS, CODE_HOSTS, MODELS, SECRETS
from tests.lint.fourth_corpus.service_values import SERVICES

if TYPE_CHECKING:
    from tests.lint.labeled import LabeledFile


@pytest.fixture(scope="module")
def files() -> list[LabeledFile]:
    return list(labeled_files())


def test_there_are_enough_files_kinds_and_vendors(files: list[LabeledFile]) -> None:
    secret = [file for file in files if file.secret_lines]
    traps = [file for file in files if not file.secret_lines]
    used = {slot[2] for sheet in SECRET_SHEETS for slot in SLOT.finditer(sheet.text)}
    assert len(secret) >= 350
    assert len({file.kind for file in secret}) >= 300
    assert len(traps) >= 200
    assert len({file.kind for file in traps}) >= 190
    assert len(used & {*MODELS, *CLOUDS, *CODE_HOSTS, *SERVICES}) >= 100


def test_a_sheet_of_traps_holds_no_secret_and_every_other_file_holds_one() -> None:
    assert not [page for sheet in TRAP_SHEETS for page in pages(sheet) if rendered(page).secret_lines]
    assert not [page.path for sheet in SECRET_SHEETS for page in pages(sheet) if not rendered(page).secret_lines]


def test_no_path_comes_twice_or_is_an_env_file(files: list[LabeledFile]) -> None:
    assert not [path for path, times in Counter(file.path for file in files).items() if times > 1]
    assert not [file.path for file in files if Path(file.path).name == ".env"]


def test_every_label_is_on_a_line_with_something_on_it(files: list[LabeledFile]) -> None:
    assert labels_are_on_lines_with_something(files)


def test_no_blank_of_a_sheet_is_left(files: list[LabeledFile]) -> None:
    for file in files:
        text = text_of(file)
        assert "«" not in text, file.path
        assert not START.search(text), file.path


def test_every_value_that_can_be_made_is_used() -> None:
    slots = [slot for sheet in (*SECRET_SHEETS, *TRAP_SHEETS) for slot in SLOT.finditer(sheet.text)]
    assert {slot[2] for slot in slots if not slot[1]} == {*SECRETS}
    assert {slot[2] for slot in slots if slot[1]} == {*PUBLIC}


def test_two_halves_make_one_value_and_only_the_first_is_labeled() -> None:
    file = rendered(Page("a.py", "github", "", 'A = (\n    "«github.head»"\n    "«github.tail»"\n)\n'))
    first, second = file.data.decode().split("\n")[1:3]
    assert file.secret_lines == {2}
    assert len(first.strip(' "') + second.strip(' "')) == 40


def test_a_value_of_several_lines_is_labeled_where_it_begins_and_indented_as_its_blank() -> None:
    sheet = Sheet("a", "=== a.yaml | pem | crlf\nkey: |\n  «pem-ec»\nend: 1\n")
    file = rendered(next(pages(sheet)))
    lines = file.data.decode().split("\r\n")
    assert file.path == "a01/a.yaml"
    assert file.secret_lines == {2}
    assert all(line.startswith("  ") for line in lines[1:-2])
    assert lines[-2] == "end: 1"


def test_another_process_makes_the_same_files() -> None:
    assert len(digests("fourth_corpus")) == 1
