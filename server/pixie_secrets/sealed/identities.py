"""The keys of this person that may open a sealed file, and where they are looked for.

In this order, each only when those before it did not open the file: what `SOPS_AGE_KEY` and `SOPS_AGE_KEY_FILE` give;
the key of ours; the file that sops itself reads; and, for a file that is sealed for an ssh key, that key. Ours is made
at the first use, in the folder where this platform keeps settings, outside every project; on request it is kept in the
system's keychain instead. It is never shown.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import FileRefused
from pixie_secrets.sealed.key_places import FILE_VARIABLE, PREFIX, TEXT_VARIABLE, key_file, sops_key_file
from pixie_secrets.sealed.refusals import NoKey
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pyrage

BYTES_MAX = 1 << 16
KEYCHAIN = "keychain"
SSH_VARIABLE = "SOPS_AGE_SSH_PRIVATE_KEY_FILE"


class Identity(NamedTuple):
    """One key. recipient: its public half; empty where it is not known. place: where it was found, to be told."""

    key: pyrage.x25519.Identity | pyrage.ssh.Identity
    recipient: str
    place: str

    def __repr__(self) -> str:
        return f"Identity({self.recipient!r}, {self.place!r})"


def identities(recipients: tuple[str, ...], environment: Mapping[str, str] = os.environ) -> Iterator[Identity]:
    """The keys there are, one place after the other. recipients: of the file that is to be opened.

    Raises:
        NoKey: the keychain, where the key is kept on request, is closed.
        FileRefused: a file that should have a key cannot be read, or has another kind of key.
    """
    if text := environment.get(TEXT_VARIABLE):
        yield from parsed_identities(text.replace(" ", "\n"), TEXT_VARIABLE)
    if named := environment.get(FILE_VARIABLE):
        found = read_key_file(named)
        if found is None:
            raise NoKey(f"{FILE_VARIABLE} names {shown(named)}, and there is no such file", "correct or unset it")
        yield from parsed_identities(found, named)
    yield from own_identities(environment)
    for path in (sops_key_file(environment),):
        if found := read_key_file(path):
            yield from parsed_identities(found, path)
    if any(recipient.startswith("ssh-") for recipient in recipients):
        yield from _ssh_identities(environment)


def in_keychain(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether our key is to be kept in the system's keychain, and not in a file.

    Raises:
        NoKey: the setting names something else.
    """
    setting = environment.get("PIXIE_SECRETS_KEY_STORE") or environment.get("PIXIE_KEY_STORE") or ""
    if setting not in {"", "file", KEYCHAIN}:
        raise NoKey("the setting of where the key is kept is unknown", f"PIXIE_SECRETS_KEY_STORE is file or {KEYCHAIN}")
    return setting == KEYCHAIN


def own_identities(environment: Mapping[str, str] = os.environ) -> Iterator[Identity]:
    """Ours, from its file, or from the keychain where that was asked for; nothing where there is none yet."""
    if in_keychain(environment):
        from pixie_secrets.sealed import keychain

        if text := keychain.read(key_file(environment)):
            yield from parsed_identities(text, "the keychain")
    elif text := read_key_file(key_file(environment)):
        yield from parsed_identities(text, key_file(environment))


def read_key_file(path: str) -> str | None:
    """The text of a file of keys; None where there is none.

    Raises:
        FileRefused: it is no plain file, cannot be read, or is too large to be one.
    """
    from pixie_secrets.files import NotPlainError, read_plain

    why = ""
    try:
        data = read_plain(os.path.expanduser(path), BYTES_MAX + 1, follow=True)
    except FileNotFoundError:
        return None
    except NotPlainError:
        why = "is no plain file"
    except (OSError, ValueError) as error:
        why = f"cannot be read: {(getattr(error, 'strerror', '') or 'no such path').lower()}"
    else:
        if len(data) <= BYTES_MAX:
            return data.decode("utf-8", "replace")
        why = "is too large for a file of keys"
    raise FileRefused(f"{shown(path)} {why}", "it should be a file of age keys that only you can read")


def parsed_identities(text: str, place: str) -> Iterator[Identity]:
    """The keys in a text: lines as age-keygen writes them, or one ssh key.

    Raises:
        FileRefused: it has none, or one that cannot be used here. Nothing of it is said.
    """
    import pyrage

    if "PRIVATE KEY-----" in text:
        yield _ssh_identity(text, place)
        return
    if text.startswith(("age-encryption.org/", "-----BEGIN AGE ENCRYPTED FILE-----")):
        raise FileRefused(f"the keys in {shown(place)} are encrypted with a passphrase", "decrypt them with age first")
    count = 0
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        key = None
        if line.startswith(f"{PREFIX}1"):
            try:
                key = pyrage.x25519.Identity.from_str(line)
            except (pyrage.IdentityError, ValueError):
                key = None
        if key is None:
            raise FileRefused(f"{shown(place)} has a line that is no key of age", f"such lines begin with {PREFIX}1")
        count += 1
        yield Identity(key, str(key.to_public()), place)
    if not count:
        raise FileRefused(f"{shown(place)} has no key", f"it has lines that begin with {PREFIX}1")


def own_recipient(environment: Mapping[str, str] = os.environ) -> str:
    """The public half of the first key of this person; a key of ours is made where there is none.

    Raises:
        NoKey, FileRefused: as `identities`; also: the new key cannot be kept.
    """
    found = next((each for each in identities((), environment) if each.recipient), None)
    return found.recipient if found else str(make(environment))


def make(environment: Mapping[str, str] = os.environ) -> str:
    """Make our own key, unless there is one by now; its public half.

    Raises:
        NoKey, FileRefused: it cannot be kept.
    """
    import pyrage

    new = pyrage.x25519.Identity.generate()
    text = f"# public key: {new.to_public()}\n{new}\n"
    keep(lambda before: text if before is None else before, environment)
    return next(own_identities(environment)).recipient


def keep(edit: Callable[[str | None], str], environment: Mapping[str, str] = os.environ) -> None:
    """Write the text of our key: to the file, 0600 before its first byte, or to the keychain where that is asked for.

    edit: given what there is, may be called more than once.

    Raises:
        NoKey, FileRefused: it cannot be kept there.
    """
    from pathlib import Path

    from pixie_secrets.files import edit_private
    from pixie_secrets.sealed import keychain

    path = Path(key_file(environment))
    if in_keychain(environment):
        keychain.write(edit(keychain.read(str(path))), str(path))
        return
    if not path.is_absolute():
        raise FileRefused("there is no folder for settings", "set HOME or XDG_CONFIG_HOME to an absolute path")
    refused = ""
    try:
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        refused = (error.strerror or "no reason given").lower()
    if refused:
        raise FileRefused(f"{path.parent} could not be made: {refused}", "see that the folder for settings is yours")
    edit_private(path, lambda before: edit(before.decode("utf-8", "replace") if before else None).encode())


def _ssh_identities(environment: Mapping[str, str]) -> Iterator[Identity]:
    """Those that sops takes: the one that is named, and the usual two. What has a passphrase is passed over."""
    home = environment.get("HOME") or os.path.expanduser("~")
    named = environment.get(SSH_VARIABLE)
    for path in (*([named] if named else []), f"{home}/.ssh/id_ed25519", f"{home}/.ssh/id_rsa"):
        try:
            if text := read_key_file(path):
                yield _ssh_identity(text, path)
        except FileRefused:
            if path == named:
                raise


def _ssh_identity(text: str, place: str) -> Identity:
    import pyrage

    key = None
    try:
        key = pyrage.ssh.Identity.from_buffer(text.encode())
    except (pyrage.IdentityError, ValueError):
        key = None
    if key is None:
        raise FileRefused(
            f"{shown(place)} is no ssh key that age can use",
            "ssh-ed25519 and ssh-rsa ones without a passphrase are",
        )
    return Identity(key, _public_half(text), place)


def _public_half(text: str) -> str:
    """Of a key in OpenSSH's format, which has it in clear (PROTOCOL.key, section 1); "" of another one."""
    from base64 import b64decode, b64encode
    from binascii import Error

    body = "".join(line for line in text.splitlines() if line and not line.startswith("-"))
    try:
        rest = b64decode(body)
    except (Error, ValueError):
        return ""
    magic = b"openssh-key-v1\0"
    if not rest.startswith(magic):
        return ""
    rest = rest[len(magic) :]
    for _ in range(3):  # cipher, derivation, its options
        rest = rest[4 + int.from_bytes(rest[:4], "big") :]
    rest = rest[4:]  # how many keys
    blob = rest[4 : 4 + int.from_bytes(rest[:4], "big")]
    kind = blob[4 : 4 + int.from_bytes(blob[:4], "big")]
    return f"{kind.decode('ascii', 'replace')} {b64encode(blob).decode()}" if kind else ""
