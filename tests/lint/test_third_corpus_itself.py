"""The third corpus keeps its form: enough of everything, every shape, the same each time, no two files alike."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from zlib import crc32

import pytest
from tests.lint.corpus_form import digests, has_every_encoding_and_line_end, labels_are_on_lines_with_something, text_of
from tests.lint.labeled import LabeledFile, Maker
from tests.lint.third_corpus import (
    secrets_by_hand,
    shapes_of_config,
    shapes_of_prose,
    shapes_of_python,
    shapes_of_scripts,
)
from tests.lint.third_corpus.blanks import BASE62, BLANK, Page, value
from tests.lint.third_corpus.corpus import TRAPS, labeled_files
from tests.lint.third_corpus.everyday_keys import KINDS

SHAPES = [*shapes_of_python.SHAPES, *shapes_of_scripts.SHAPES, *shapes_of_config.SHAPES, *shapes_of_prose.SHAPES]


@pytest.fixture(scope="module")
def files() -> list[LabeledFile]:
    return list(labeled_files())


def test_there_are_enough_kinds_and_traps(files: list[LabeledFile]) -> None:
    secret = [file for file in files if file.secret_lines]
    traps = [file for file in files if not file.secret_lines]
    assert len(KINDS) + len({page.kind for page in secrets_by_hand.PAGES}) >= 250
    assert len(secret) >= 1200
    assert len({page.kind for page in TRAPS}) >= 110
    assert len(traps) >= 250


def test_every_kind_of_key_comes_in_several_shapes(files: list[LabeledFile]) -> None:
    shapes = Counter(file.kind.split(", ")[0] for file in files if file.secret_lines)
    assert min(shapes[kind.kind] for kind in KINDS) >= 6


def test_every_shape_is_used(files: list[LabeledFile]) -> None:
    used = {file.kind.split(", ")[-1] for file in files if file.secret_lines}
    assert {shape.shape for shape in SHAPES} <= used
    assert len(SHAPES) == len({shape.shape for shape in SHAPES}) >= 100


def test_a_file_has_secret_lines_exactly_when_it_is_meant_to(files: list[LabeledFile]) -> None:
    assert all(bool(file.secret_lines) == file.path.startswith("secret/") for file in files)


def test_no_two_files_are_alike_or_share_a_path_and_none_is_an_env_file(files: list[LabeledFile]) -> None:
    assert len({file.path for file in files}) == len(files)
    assert not [paths for paths in by_data(files).values() if len(paths) > 1]
    assert not [file.path for file in files if Path(file.path).name == ".env"]


def by_data(files: list[LabeledFile]) -> dict[bytes, list[str]]:
    paths: dict[bytes, list[str]] = {}
    for file in files:
        paths.setdefault(file.data, []).append(file.path)
    return paths


def test_every_label_is_on_a_line_with_something_on_it(files: list[LabeledFile]) -> None:
    assert labels_are_on_lines_with_something(files)


def test_no_blank_is_left_and_no_letter_is_broken(files: list[LabeledFile]) -> None:
    for file in files:
        text = text_of(file)
        assert not BLANK.search(text), file.path
        assert "\ufffd" not in text, file.path


def test_encodings_and_line_ends_are_mixed_in_secrets_and_traps(files: list[LabeledFile]) -> None:
    for folder in ("secret/", "plain/"):
        assert has_every_encoding_and_line_end([file.data for file in files if file.path.startswith(folder)])


def test_another_process_makes_the_same_files() -> None:
    assert len(digests("third_corpus")) == 1


def test_a_value_of_several_lines_is_labeled_where_it_begins() -> None:
    file = Page("key", "a.yaml", "\nkey: |\n  «={ec}»\nend: 1\n").filled()
    lines = file.data.decode().split("\n")
    assert file.secret_lines == {2}
    assert all(line.startswith("  ") for line in lines[1:-2])
    assert lines[-2] == "end: 1"


def test_two_halves_make_one_value_and_only_the_first_is_labeled() -> None:
    file = Page("github", "a.py", '\nA = (\n    "«={ghp}/1»"\n    "«~{ghp}/2»"\n)\n').filled()
    first, second = file.data.decode().split("\n")[1:3]
    assert file.secret_lines == {2}
    assert len(first.strip(' "') + second.strip(' "')) == 40


def test_a_checksum_is_the_vendors() -> None:
    token = value("{ghp}", Maker("checksum"))
    number = 0
    for digit in token[34:]:
        number = number * 62 + BASE62.index(digit)
    assert number == crc32(token[4:34].encode())
