"""What is not opened, each for a reason of its own, and never for another's: a wrong key is no damaged file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sealed.programs import age_key, encrypted

from pixie_secrets.errors import FileRefused
from pixie_secrets.sealed import identities, key_places, refusals
from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.sealed_file import Setting, new_sealed, open_sealed

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = {"FIRST": "sk-test-7Qm4xW9tB2nL0aZ", "SECOND": "hf_inventedInvented42", "THIRD": "third-invented-value"}


def sealed_text(*more: str) -> bytes:
    recipients = [identities.own_recipient(), *more]
    return new_sealed({key: Setting(value, About()) for key, value in VALUES.items()}, recipients)


def edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(sealed_text())
    change(document)
    return json.dumps(document).encode()


def refusal(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        open_sealed(data, "secrets.enc.json")
    error = caught.value
    text = f"{error.message} {error.hint} {error.__cause__!r} {error.__context__!r}"
    assert not any(value in text for value in VALUES.values())
    return error


def lose_key() -> None:
    Path(key_places.key_file()).unlink()


def test_a_wrong_key_is_said_to_be_one_and_names_whose_it_is() -> None:
    data = sealed_text()
    me = identities.own_recipient()
    lose_key()
    other = identities.own_recipient()
    error = refusal(data)
    assert type(error) is refusals.WrongKey
    assert me in error.hint
    assert other in error.hint


def test_no_key_at_all_is_another_error(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sealed_text()
    lose_key()
    assert type(refusal(data)) is refusals.NoKey
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", "/nowhere/keys.txt")
    error = refusal(data)
    assert type(error) is refusals.NoKey
    assert "SOPS_AGE_KEY_FILE" in error.message


def test_a_wrong_key_stays_one_however_the_values_were_damaged() -> None:
    data = edited(lambda document: document.update(FIRST="ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]"))
    lose_key()
    identities.own_recipient()
    assert type(refusal(data)) is refusals.WrongKey


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_ends_in_the_middle(share: float) -> None:
    data = sealed_text().rstrip()
    assert type(refusal(data[: int(len(data) * share)])) is refusals.SealedTruncated


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("SECOND"),
        lambda document: document.pop("SECOND_unencrypted"),
        lambda document: document.update(SECOND=""),
        lambda document: document.update(SECOND_unencrypted='{"created": "2026-01-01T00:00:00Z"}'),
        lambda document: document.update(NEW_unencrypted="put in"),
        lambda document: document["sops"].update(lastmodified="2020-01-01T00:00:00Z"),
        lambda document: document["sops"].update(mac=document["FIRST"]),
        lambda document: document["sops"].update(mac_only_encrypted=True),
    ],
    ids=["value gone", "note gone", "value blanked", "note changed", "note added", "time", "digest", "less digested"],
)
def test_a_file_that_was_changed_after_it_was_sealed(change: Callable[[dict[str, Any]], object]) -> None:
    assert type(refusal(edited(change))) is refusals.SealedTampered


def test_an_older_value_put_back_is_seen() -> None:
    old = sealed_text()
    opened = open_sealed(old, "f")
    document = json.loads(opened.changed({"FIRST": Setting("a newer value of it", About())}))
    document["FIRST"] = json.loads(old)["FIRST"]
    assert type(refusal(json.dumps(document).encode())) is refusals.SealedTampered


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(SECOND=document["FIRST"]),
        lambda document: document.update(OTHER=document.pop("FIRST")),
        lambda document: document.update(FIRST="in clear"),
        lambda document: document.update(FIRST=7),
        lambda document: document.update(FIRST=document["FIRST"].replace("type:str", "type:odd")),
        lambda document: document["sops"]["age"][0].update(enc="-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n"),
        lambda document: document["sops"].update(age=[]),
        lambda document: document["sops"].update(age=[{"recipient": 1}]),
        lambda document: document["sops"].pop("mac"),
        lambda document: document["sops"].pop("version"),
        lambda document: document["sops"].update(encrypted_suffix="x"),
        lambda document: document.pop("sops"),
    ],
)
def test_a_damaged_file(change: Callable[[dict[str, Any]], object]) -> None:
    assert type(refusal(edited(change))) is refusals.SealedDamaged


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe{}",
        b"[]",
        b"7",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": }',
        b'{"a": "\\ud800", "sops": {}}',
        b"[" * 9999 + b"]" * 9999,
    ],
)
def test_what_is_no_sealed_file_at_all(data: bytes) -> None:
    assert type(refusal(data)) is refusals.SealedDamaged


def test_a_file_that_git_half_merged() -> None:
    lines = sealed_text().decode().splitlines()
    lines[2:3] = ["<<<<<<< HEAD", lines[2], "=======", lines[2], ">>>>>>> theirs"]
    error = refusal("\n".join(lines).encode())
    assert type(error) is refusals.HalfMerged
    assert "line 3" in error.message


@pytest.mark.parametrize("version", ["4.0.0", "99.1"])
def test_a_newer_format(version: str) -> None:
    error = refusal(edited(lambda document: document["sops"].update(version=version)))
    assert type(error) is refusals.NewerVersion


@pytest.mark.parametrize(
    ("name", "shown"),
    [("kms", "AWS KMS"), ("gcp_kms", "GCP KMS"), ("azure_kv", "Azure"), ("hc_vault", "Vault"), ("pgp", "PGP"),
     ("hckms", "Huawei"), ("key_groups", "key groups"), ("encrypted_comment_regex", "comments")],
)  # fmt: skip
def test_other_kinds_of_keys_are_refused_by_name(name: str, shown: str) -> None:
    error = refusal(edited(lambda document: document["sops"].update({name: [{"any": "thing"}]})))
    assert type(error) is refusals.UnknownKind
    assert shown in error.message


def test_a_number_in_clear_that_two_versions_of_sops_read_differently(tmp_path: Path) -> None:
    me = identities.own_recipient()
    path = encrypted(tmp_path / "f.json", {"KEY": "v", "n_unencrypted": 5}, me)
    text = re.sub(r'"n_unencrypted": 5', f'"n_unencrypted": {2**60 + 1}', path.read_text())
    assert type(refusal(text.encode())) is refusals.UnknownKind


def test_the_wrapped_key_of_somebody_else_may_be_damaged(tmp_path: Path) -> None:
    other = age_key(tmp_path / "other.txt")
    document = json.loads(sealed_text(other))
    document["sops"]["age"][1]["enc"] = "damaged"
    assert open_sealed(json.dumps(document).encode(), "f").values == VALUES


@settings(max_examples=300)
@given(st.data())
def test_a_file_with_any_bytes_changed_gives_its_values_or_an_error(data: st.DataObject) -> None:
    """Never other values, never an error of another kind, never a piece of a value in one."""
    whole = sealed_text()
    at = data.draw(st.integers(0, 9999)) * len(whole) // 10_000  # the length differs: age puts in a few bytes at random
    cut = data.draw(st.integers(0, 8))
    put = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from([b'"', b"{", b"}", b",", b"\\", b"\n"])))
    changed = whole[:at] + put + whole[at + cut :]
    error, opened = None, None
    try:
        opened = open_sealed(changed, "secrets.enc.json")
    except FileRefused as refused:
        error = refused
    assert opened is None or opened.values == VALUES
    assert error is None or not any(value in f"{error.message}{error.hint}" for value in VALUES.values())
