"""Where a person's key is, what it is made like, and whom one can seal for."""

from __future__ import annotations

import stat
from multiprocessing import get_context
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from tests.sealed.programs import age_key, ssh_key

from pixie_secrets.errors import FileRefused
from pixie_secrets.sealed import identities, key_places
from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.recipients import Recipients, recipients_of
from pixie_secrets.sealed.refusals import NoKey, RecipientRefused
from pixie_secrets.sealed.sealed_file import Setting, new_sealed, open_sealed


def key_text(path: Path) -> str:
    return next(line for line in path.read_text().splitlines() if line.startswith("AGE-SECRET-KEY-"))


def opens(recipient: str) -> bool:
    data = new_sealed({"KEY": Setting("value", About())}, [recipient])
    try:
        return open_sealed(data, "f").values == {"KEY": "value"}
    except FileRefused:
        return False


def test_a_key_is_made_at_first_use_for_its_owner_only_and_only_once() -> None:
    first = identities.own_recipient()
    path = Path(key_places.key_file())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert identities.own_recipient() == first
    assert opens(first)


def test_it_is_age_keygens_format(tmp_path: Path) -> None:
    identities.own_recipient()
    theirs = tmp_path / "theirs.txt"
    age_key(theirs)
    ours = Path(key_places.key_file()).read_text().splitlines()
    assert [line[:14] for line in ours] == [line[:14] for line in theirs.read_text().splitlines()[1:]]


def test_many_that_make_one_at_once_have_the_same() -> None:
    context = get_context("fork")
    with context.Pool(8) as pool:
        made = pool.map(_own, range(16))
    assert len(set(made)) == 1
    assert opens(made[0])


def _own(_: int) -> str:
    return identities.own_recipient()


def test_the_environment_comes_first_as_text_or_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = identities.own_recipient()
    named = age_key(tmp_path / "named.txt")
    given = age_key(tmp_path / "given.txt")
    assert not opens(named)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(tmp_path / "named.txt"))
    assert identities.own_recipient() == named
    monkeypatch.setenv("SOPS_AGE_KEY", f"{key_text(tmp_path / 'given.txt')} ")
    assert identities.own_recipient() == given
    assert all(map(opens, (given, named, ours)))


def test_the_file_that_sops_reads_counts_too_and_no_other_is_made() -> None:
    path = Path(key_places.config_folder()) / "sops" / "age" / "keys.txt"
    path.parent.mkdir(parents=True)
    theirs = age_key(path)
    assert opens(theirs)
    assert identities.own_recipient() == theirs
    assert not Path(key_places.key_file()).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no key"),
        ("# only a remark\n", "has no key"),
        ("AGE-SECRET-KEY-1INVENTEDINVENTED\n", "no key of age"),
        ("AGE-PLUGIN-YUBIKEY-1QQQ\n", "no key of age"),
        ("age-encryption.org/v1\n-> scrypt x\n", "passphrase"),
        ("hunter2-invented\n", "no key of age"),
    ],
)
def test_a_file_of_keys_that_has_none(text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys.txt"
    path.write_text(text)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(path))
    with pytest.raises(FileRefused, match=said) as caught:
        identities.own_recipient()
    assert not any(len(line) > 8 and line in f"{caught.value.message}{caught.value.hint}" for line in text.splitlines())


def test_a_folder_in_the_place_of_the_key_is_refused_and_none_is_made_elsewhere() -> None:
    Path(key_places.key_file()).mkdir(parents=True)
    with pytest.raises(FileRefused, match="no plain file"):
        identities.own_recipient()


def test_a_keychain_that_is_not_there_is_an_error_that_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXIE_SECRETS_KEY_STORE", "keychain")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(NoKey, match="keychain") as caught:
        identities.own_recipient()
    assert key_places.key_file() in caught.value.hint
    assert not Path(key_places.key_file()).exists()


def test_a_keychain_keeps_the_key_and_no_file_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    class Kept(KeyringBackend):
        priority = 1

        def __init__(self) -> None:
            self.texts: dict[tuple[str, str], str] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.texts.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.texts[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.texts[service, username]

    before = keyring.get_keyring()
    keyring.set_keyring(Kept())
    try:
        monkeypatch.setenv("PIXIE_SECRETS_KEY_STORE", identities.KEYCHAIN)
        first = identities.own_recipient()
        assert identities.own_recipient() == first
        assert opens(first)
    finally:
        keyring.set_keyring(before)
    assert not Path(key_places.key_file()).exists()


def test_a_setting_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXIE_SECRETS_KEY_STORE", "vault")
    with pytest.raises(NoKey, match="unknown"):
        identities.own_recipient()


def test_recipients_as_text_as_file_and_as_list(tmp_path: Path) -> None:
    first = age_key(tmp_path / "first.txt")
    one, two = ssh_key(tmp_path / "one"), ssh_key(tmp_path / "two", "rsa")
    listed = tmp_path / "octocat.keys"
    listed.write_text(f"# of octocat\n{one}\n\necdsa-sha2-nistp256 AAAA who\n{two}\n")
    bare_one, bare_two = (" ".join(key.split()[:2]) for key in (one, two))
    assert recipients_of([first, one]) == Recipients((first, bare_one))
    assert recipients_of([str(tmp_path / "one.pub"), str(listed)]) == Recipients(
        (bare_one, bare_two), ("ecdsa-sha2-nistp256",)
    )
    assert recipients_of([str(tmp_path / "first.txt")]) == Recipients((first,))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age1yubikey1qwertyqwerty", "plugins"),
        ("age1notakeynotakey", "no public key"),
        ("ssh-ed25519 AAAA", "no public key"),
        ("ecdsa-sha2-nistp256 AAAA", "no public key"),
        ("github:octocat", "nothing is fetched"),
        ("AGE-SECRET-KEY-1INVENTED", "private key"),
        ("hello", "neither"),
        ("a\0b", "neither"),
    ],
)
def test_what_is_no_recipient_is_refused_without_being_repeated(text: str, said: str) -> None:
    with pytest.raises(RecipientRefused, match=said) as caught:
        recipients_of([text])
    assert text not in f"{caught.value.message}{caught.value.hint}"


def test_a_private_key_by_file_is_refused(tmp_path: Path) -> None:
    ssh_key(tmp_path / "key")
    with pytest.raises(RecipientRefused, match="is a private key"):
        recipients_of([str(tmp_path / "key")])


def test_an_ssh_key_with_a_passphrase_is_passed_over_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = ssh_key(tmp_path / "key", passphrase="invented phrase")
    data = new_sealed({"KEY": Setting("value", About())}, recipients_of([public]).keys)
    with pytest.raises(NoKey):
        open_sealed(data, "f")
    monkeypatch.setenv("SOPS_AGE_SSH_PRIVATE_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(FileRefused, match="no ssh key that age can use"):
        open_sealed(data, "f")
