"""The second corpus is what it says: enough of everything, the same every time, every label on a line that is there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from zlib import crc32

import pytest
from tests.lint.corpus_form import digests, has_every_encoding_and_line_end, labels_are_on_lines_with_something, text_of
from tests.lint.labeled import LabeledFile, Maker
from tests.lint.second_corpus import secrets_in_code, secrets_in_text, shaped, traps_in_code, traps_in_text
from tests.lint.second_corpus.corpus import labeled_files
from tests.lint.second_corpus.public_values import PUBLIC
from tests.lint.second_corpus.rendering import SLOT, page, rendered
from tests.lint.second_corpus.secret_values import BASE62, SECRETS


@pytest.fixture(scope="module")
def files() -> list[LabeledFile]:
    return list(labeled_files())


def test_there_are_enough_kinds_lines_and_traps(files: list[LabeledFile]) -> None:
    secret = [file for file in files if file.secret_lines]
    traps = [file for file in files if not file.secret_lines]
    assert len({file.kind for file in secret}) >= 100
    assert sum(len(file.secret_lines) for file in secret) >= 350
    assert len(traps) >= 140
    assert len({file.kind for file in traps}) >= 40


def test_a_file_is_a_trap_exactly_when_it_is_meant_as_one(files: list[LabeledFile]) -> None:
    assert all(bool(file.secret_lines) == file.path.startswith("secret/") for file in files)


def test_no_path_comes_twice_or_is_an_env_file(files: list[LabeledFile]) -> None:
    assert not [path for path, times in Counter(file.path for file in files).items() if times > 1]
    assert not [file.path for file in files if Path(file.path).name == ".env"]


def test_every_label_is_on_a_line_with_something_on_it(files: list[LabeledFile]) -> None:
    assert labels_are_on_lines_with_something(files)


def test_no_blank_of_a_template_is_left_and_no_letter_is_broken(files: list[LabeledFile]) -> None:
    for file in files:
        text = text_of(file)
        assert not SLOT.search(text), file.path
        assert not [blank for blank in ("%NAME%", "%name%", "%VALUE%", "%HEAD%", "%host%") if blank in text], file.path
        assert "\ufffd" not in text, file.path
        assert "Ã" not in text, file.path


def test_several_encodings_and_line_ends_are_among_the_secret_files_and_the_traps(files: list[LabeledFile]) -> None:
    for folder in ("secret/", "plain/"):
        assert has_every_encoding_and_line_end([file.data for file in files if file.path.startswith(folder)])


def test_another_process_makes_the_same_files() -> None:
    assert len(digests("second_corpus")) == 1
    assert list(labeled_files()) == list(labeled_files())


def test_every_value_that_can_be_made_is_used() -> None:
    pages = (
        *secrets_in_code.PAGES,
        *secrets_in_text.PAGES,
        *traps_in_code.PAGES,
        *traps_in_text.PAGES,
        *shaped.secret_pages(),
    )
    used = {slot[1] for wanted in pages for slot in SLOT.finditer(wanted.template)}
    assert used == {*SECRETS, *PUBLIC}


def test_a_value_of_several_lines_is_labeled_where_it_begins_and_indented_as_its_slot() -> None:
    file = rendered(page("a.yaml", "pem", "\nkey: |\n  «pem-ec»\nend: 1\n"))
    lines = file.data.decode().split("\n")
    assert file.secret_lines == {2}
    assert lines[1].startswith("  -----BEGIN")
    assert all(line.startswith("  ") for line in lines[1:-2])
    assert lines[-2] == "end: 1"


def test_two_halves_make_one_value_and_only_the_first_is_labeled() -> None:
    file = rendered(page("a.py", "github", '\nA = (\n    "«github.head»"\n    "«github.tail»"\n)\n'))
    first, second = file.data.decode().split("\n")[1:3]
    assert file.secret_lines == {2}
    assert len(first.strip(' "') + second.strip(' "')) == 40


def test_checksums_are_those_of_the_vendor() -> None:
    token = SECRETS["github"](Maker("checksum"))
    body, check = token[4:34], token[34:]
    number = 0
    for digit in check:
        number = number * 62 + BASE62.index(digit)
    assert number == crc32(body.encode())
