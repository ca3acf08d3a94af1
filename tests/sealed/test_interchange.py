"""What is sealed here, the real sops opens, sets, edits and turns; what it seals is opened here."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import require_program
from tests.sealed.programs import age_key, decrypted, encrypted, sops, ssh_key
from tests.sealed.values import HARD, keys, texts

from pixie_secrets.sealed import identities, key_places
from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.recipients import normal
from pixie_secrets.sealed.sealed_file import Setting, new_sealed, open_sealed

ABOUT = About("2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z", "page", {"owner": "payments <a&b>", "n": [1]})


def settings_of(values: dict[str, str]) -> dict[str, Setting]:
    return {key: Setting(value, ABOUT) for key, value in values.items()}


@pytest.fixture
def me() -> str:
    return identities.own_recipient()


@pytest.fixture
def file(tmp_path: Path, me: str) -> Path:
    path = tmp_path / "secrets.enc.json"
    path.write_bytes(new_sealed(settings_of(HARD), [me]))
    return path


def reopened(path: Path) -> dict[str, str]:
    return open_sealed(path.read_bytes(), path.name).values


def test_sops_decrypts_what_is_sealed_here(file: Path) -> None:
    found = decrypted(file, key_places.key_file())
    assert {key: found[key] for key in HARD} == HARD
    assert json.loads(found["PLAIN_unencrypted"]) == {
        "channel": "page",
        "created": "2026-01-31T12:00:00Z",
        "metadata": {"n": [1], "owner": "payments <a&b>"},
        "updated": "2026-02-01T12:00:00Z",
    }
    assert not any(value in file.read_text() for value in HARD.values())


def test_sops_writes_back_the_same_lines_but_those_of_what_it_set(file: Path) -> None:
    before = file.read_text().splitlines()
    done = sops("set", file, '["PLAIN"]', '"from sops"', keys=key_places.key_file())
    assert done.returncode == 0, done.stderr
    after = file.read_text().splitlines()
    changed = [line for line in after if line not in before]
    assert len(after) == len(before)
    assert sorted(line.split('"')[1] for line in changed if "lastmodified" not in line) == ["PLAIN", "mac"]
    opened = open_sealed(file.read_bytes(), "f")
    assert opened.values == {**HARD, "PLAIN": "from sops"}
    assert opened.abouts["PLAIN"] == ABOUT


def test_a_key_that_sops_sets_newly_is_read_and_keeps_its_place(file: Path) -> None:
    assert sops("set", file, '["ZZZ"]', '"new"', keys=key_places.key_file()).returncode == 0
    opened = open_sealed(file.read_bytes(), "f")
    assert opened.values["ZZZ"] == "new"
    assert "ZZZ" not in opened.abouts
    file.write_bytes(opened.changed(settings_of({"AAA": "first"})))
    assert list(decrypted(file, key_places.key_file()))[:3] == ["AAA", "AAA_unencrypted", "DOCUMENT"]


def test_sops_edits_it(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/another one/edited/' \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    assert sops("edit", file, keys=key_places.key_file()).returncode == 0
    assert reopened(file) == {**HARD, "PLAIN_TWO": "edited"}


def test_sops_runs_a_command_with_the_values(file: Path) -> None:
    done = sops("exec-env", file, 'printf %s "$LINES"', keys=key_places.key_file())
    assert done.stdout == HARD["LINES"], done.stderr


def test_sops_turns_the_data_key_and_it_still_opens(file: Path) -> None:
    before = file.read_text()
    assert sops("rotate", "--in-place", file, keys=key_places.key_file()).returncode == 0
    assert reopened(file) == HARD
    assert before.splitlines()[1] != file.read_text().splitlines()[1]


def test_sealed_anew_and_changed_files_open_in_sops(file: Path, me: str, tmp_path: Path) -> None:
    other = age_key(tmp_path / "other.txt")
    opened = open_sealed(file.read_bytes(), "f")
    file.write_bytes(opened.sealed_for([me, other]))
    assert {**HARD}.items() <= decrypted(file, tmp_path / "other.txt").items()
    file.write_bytes(open_sealed(file.read_bytes(), "f").sealed_anew([me]))
    assert sops("decrypt", file, keys=tmp_path / "other.txt").returncode != 0
    assert {**HARD}.items() <= decrypted(file, key_places.key_file()).items()
    file.write_bytes(open_sealed(file.read_bytes(), "f").changed({}, list(HARD)[1:]))
    assert list(decrypted(file, key_places.key_file())) == ["PLAIN", "PLAIN_unencrypted"]


def test_a_file_of_sops_is_read_with_all_its_types(tmp_path: Path, me: str) -> None:
    document = {
        "KEY": "value", "PORT": 5432, "RATE": 0.25, "ON": True, "OFF": False, "NOTHING": None, "EMPTY": "",
        "db": {"password": "nested-7Qm4xW9t", "hosts": ["host-one", 7, {"deep": "deep-value"}]},
        "seen_unencrypted": {"n": 12, "big": 1e21, "half": 1.5, "yes": True, "text": "<clear>"},
    }  # fmt: skip
    path = encrypted(tmp_path / "theirs.enc.json", document, me)
    opened = open_sealed(path.read_bytes(), "theirs")
    assert opened.values == {"KEY": "value", "PORT": "5432", "RATE": "0.25", "ON": "true", "OFF": "false", "EMPTY": ""}
    assert {"nested-7Qm4xW9t", "host-one", "deep-value"} <= {value for _, value in opened.every_value}
    path.write_bytes(opened.changed(settings_of({"NEW": "n"})))
    assert decrypted(path, key_places.key_file()) | {"NEW_unencrypted": 0} == {
        **document, "NEW": "n", "NEW_unencrypted": 0,
    }  # fmt: skip
    path.write_bytes(open_sealed(path.read_bytes(), "theirs").sealed_anew([me]))
    assert decrypted(path, key_places.key_file())["db"] == document["db"]


@pytest.mark.parametrize(
    "options",
    [
        ("--unencrypted-suffix", "_plain"),
        ("--encrypted-suffix", "KEY"),
        ("--encrypted-regex", "^(KEY|db)$"),
        ("--unencrypted-regex", "^host"),
        ("--mac-only-encrypted",),
        ("--mac-only-encrypted", "--encrypted-regex", "KEY"),
    ],
    ids=" ".join,
)
def test_each_rule_of_sops_about_what_is_encrypted(options: tuple[str, ...], tmp_path: Path, me: str) -> None:
    document = {"KEY": "value", "host": "h", "port_plain": "p", "db": {"KEY": "inner", "host": "hh"}}
    path = encrypted(tmp_path / "theirs.enc.json", document, me, *options)
    opened = open_sealed(path.read_bytes(), "theirs")
    assert opened.values["KEY"] == "value"
    path.write_bytes(
        opened.changed(settings_of({"OTHER_KEY": "n"})) if options[-1] != "^(KEY|db)$" else opened.changed({})
    )
    found = decrypted(path, key_places.key_file())
    assert {key: found[key] for key in document} == document
    assert open_sealed(path.read_bytes(), "theirs").values["KEY"] == "value"


def test_a_key_that_a_rule_would_leave_in_clear_is_refused(tmp_path: Path, me: str) -> None:
    path = encrypted(tmp_path / "theirs.enc.json", {"KEY": "value"}, me, "--encrypted-regex", "^KEY$")
    opened = open_sealed(path.read_bytes(), "theirs")
    with pytest.raises(Exception, match="would stand in clear"):
        opened.changed(settings_of({"OTHER": "n"}))
    with pytest.raises(Exception, match="would stand in clear"):
        open_sealed(new_sealed({}, [me]), "f").changed(settings_of({"API_unencrypted": "n"}))


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_ssh_keys_open_it_here_and_in_sops(kind: str, tmp_path: Path) -> None:
    private = Path(os.environ["HOME"]) / ".ssh" / f"id_{kind}"
    private.parent.mkdir(mode=0o700)
    public = ssh_key(private, kind)
    path = tmp_path / "secrets.enc.json"
    path.write_bytes(new_sealed(settings_of({"KEY": "value"}), [normal(public)]))
    assert reopened(path) == {"KEY": "value"}
    assert decrypted(path, _no_keys(tmp_path))["KEY"] == "value"
    theirs = encrypted(tmp_path / "theirs.enc.json", {"KEY": "other"}, public)
    assert reopened(theirs) == {"KEY": "other"}


def _no_keys(tmp_path: Path) -> Path:
    """A key of age that opens nothing here: sops wants the file that is named to be there."""
    path = tmp_path / "unrelated.txt"
    age_key(path)
    return path


def test_age_itself_opens_the_data_key(file: Path, tmp_path: Path) -> None:
    wrapped = json.loads(file.read_text())["sops"]["age"][0]["enc"]
    done = subprocess.run(
        [require_program("age"), "--decrypt", "--identity", key_places.key_file()],
        input=wrapped.encode(), capture_output=True, check=True,
    )  # fmt: skip
    assert len(done.stdout) == 32


@settings(max_examples=12)
@given(st.dictionaries(keys, texts, max_size=6), st.dictionaries(keys, texts, max_size=3))
def test_whatever_is_sealed_here_sops_reads(tmp_path_factory: Any, first: dict[str, str], then: dict[str, str]) -> None:
    path = tmp_path_factory.mktemp("any") / "secrets.enc.json"
    me = identities.own_recipient()
    path.write_bytes(new_sealed(settings_of(first), [me]))
    path.write_bytes(open_sealed(path.read_bytes(), "f").changed(settings_of(then)))
    found = decrypted(path, key_places.key_file())
    assert {key: value for key, value in found.items() if not key.endswith("_unencrypted")} == {**first, **then}
    assert reopened(path) == {**first, **then}
