"""Properties of the judgment of names: nothing accepted can escape, hide, or become another file somewhere."""

from __future__ import annotations

import os
import string
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pixie_secrets.archives.names import NameClashes, folded, unsafe
from pixie_secrets.archives.refusals import display_name
from pixie_secrets.filenames import LITTER, file_kind, folded_name

NASTY = "./\\:~ \0\n\u202e\u200b\ufeff\u00ad\uff0e\u3000CONauxenv.git" + string.ascii_letters
names = st.text(alphabet=st.one_of(st.sampled_from(NASTY), st.characters()), max_size=30)
parts = st.text(alphabet=string.ascii_letters + string.digits + "_-", min_size=1, max_size=12).filter(
    lambda part: unsafe(part) is None
)
thorough = settings(deadline=None, max_examples=400)


@thorough
@given(names)
@example("a/../../b")
@example("..\u200b/x")
def test_an_accepted_name_stays_below_its_folder_on_every_system(name: str) -> None:
    if unsafe(name) is not None:
        return
    for pure in (PurePosixPath(name), PureWindowsPath(name)):
        assert not pure.is_absolute()
        assert not pure.drive
        assert ".." not in pure.parts
        assert len(pure.parts) == name.count("/") + 1
    assert os.path.normpath(name) == name
    assert not PureWindowsPath(name).is_reserved()


@thorough
@given(names)
def test_an_accepted_name_can_be_shown_as_it_is(name: str) -> None:
    if unsafe(name) is None:
        assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name)
        assert "\u202e" not in display_name(name)
    assert display_name(name).isprintable()
    assert len(display_name(name)) <= 80


@thorough
@given(st.lists(parts, min_size=1, max_size=5))
def test_ordinary_names_are_accepted(path: list[str]) -> None:
    assert unsafe("/".join(path)) is None


@thorough
@given(names.filter(lambda name: unsafe(name) is None), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_a_name_and_its_variants_are_one_name(name: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    for variant in (unicodedata.normalize(form, name), name.swapcase(), name.upper(), name.casefold()):
        if folded(variant) != folded(name):  # upper and lower case of some letters are no round trip: compare as folded
            assert variant.casefold() != name.casefold()
            continue
        twins = NameClashes()
        assert twins.clash(name, is_folder=False) is None
        assert twins.clash(variant, is_folder=False) is not None


@thorough
@given(st.sampled_from([".env", ".env.local", "prod.env", ".venv", ".git", "x.pth"]), st.data())
def test_no_disguise_hides_what_a_name_says(name: str, data: st.DataObject) -> None:
    wanted = file_kind(name)
    assert wanted is not None
    disguised = "".join(_disguise(character, data) for character in name)
    disguised = data.draw(st.sampled_from(["", " "])) + disguised + data.draw(st.sampled_from(["", ".", " ", ". ."]))
    assert file_kind(disguised) == wanted


def _disguise(character: str, data: st.DataObject) -> str:
    wide = chr(ord(character) + 0xFEE0)
    invisible = data.draw(st.sampled_from(["", "", "\u200b", "\u00ad", "\ufeff", "\u2060"]))
    return data.draw(st.sampled_from([character, character.upper(), wide, wide.upper()])) + invisible


@thorough
@given(names)
def test_a_folded_name_is_settled_after_one_time(name: str) -> None:
    assert file_kind(folded_name(name)) in {file_kind(name), LITTER}


@pytest.mark.skipif(os.name != "posix", reason="Windows refuses most of these by itself")
@settings(deadline=None, max_examples=100)
@given(names.filter(lambda name: unsafe(name) is None))
def test_an_accepted_name_can_be_written(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("names")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    assert [found for found in folder.rglob("*") if found.is_file()] == [path]
    assert Path(os.path.commonpath([path.resolve(), folder.resolve()])) == folder.resolve()
