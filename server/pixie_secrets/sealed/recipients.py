"""Whom a file is sealed for: public keys of age, and unencrypted ssh-ed25519 and ssh-rsa ones, as age takes them.

Given as text, as a file that has one, or as a file that lists several, as `https://github.com/USER.keys` does. Nothing
is fetched: who seals should see whose keys they are.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import FileRefused
from pixie_secrets.files import read_plain
from pixie_secrets.sealed.refusals import RecipientRefused
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Wrap = Callable[[bytes], bytes]

BYTES_MAX = 1 << 16  # of a file of public keys
SSH = ("ssh-ed25519", "ssh-rsa")
_FORMS = "an age key (age1…), an ssh-ed25519 or ssh-rsa public key, or a file that has some"
_SECRET = ("AGE-SECRET-KEY-", "PRIVATE KEY")
_SHOWN = 24  # characters of an ssh key's end that tell it from others


class Recipients(NamedTuple):
    """keys: as they stand in a sealed file, without comments. passed_over: kinds in a list that age does not take."""

    keys: tuple[str, ...]
    passed_over: tuple[str, ...] = ()


def recipients_of(given: Iterable[str]) -> Recipients:
    """What somebody named, each key once, in the order in which they were named.

    Raises:
        RecipientRefused: one is no public key, and no file with one. A private key is not repeated.
        FileRefused: a file cannot be read.
    """
    keys: list[str] = []
    passed_over: list[str] = []
    for text in given:
        if not _looks_like_key(text):
            found = _of_file(text)
            keys += found.keys
            passed_over += found.passed_over
        else:
            keys.append(normal(text))
    return Recipients(tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(passed_over)))


def normal(text: str) -> str:
    """A public key without the comment behind it.

    Raises:
        RecipientRefused: age has no use for it.
    """
    words = text.split()
    key = " ".join(words[:2]) if words and words[0].startswith("ssh-") else (words or [""])[0]
    wrapping(key)
    return key


def wrapping(recipient: str) -> Wrap:
    """What encrypts a data key for `recipient`: armored, as sops has it.

    Raises:
        RecipientRefused: it is no key that age takes.
    """
    import pyrage

    refused: RecipientRefused | None = None
    key: pyrage.x25519.Recipient | pyrage.ssh.Recipient | None = None
    try:
        if recipient.startswith("age1") and recipient.count("1") == 1:
            key = pyrage.x25519.Recipient.from_str(recipient)
        elif recipient.startswith("age1"):
            refused = RecipientRefused("that is a recipient of one of age's plugins", f"name {_FORMS}")
        elif recipient.startswith(SSH):
            key = pyrage.ssh.Recipient.from_str(recipient)
    except (pyrage.RecipientError, ValueError):
        key = None
    if key is None:
        raise refused or RecipientRefused("that is no public key that age takes", f"name {_FORMS}")
    return lambda data: pyrage.encrypt(data, [key], armored=True)


def shown_recipient(recipient: str) -> str:
    """A recipient as it is shown: all of an age key, and the end of an ssh key."""
    kind, _, blob = recipient.partition(" ")
    return shown(f"{kind} …{blob[-_SHOWN:]}" if blob else kind)


def _looks_like_key(text: str) -> bool:
    stripped = text.strip()
    if any(mark in stripped for mark in _SECRET):
        raise RecipientRefused(
            "that is a private key",
            "name the public one; whoever saw this text can open what is sealed for it, so make a new key",
        )
    if stripped.startswith("github:"):
        raise RecipientRefused(
            "nothing is fetched from there",
            "save https://github.com/USER.keys as a file, look whose keys they are, and name the file",
        )
    return stripped.startswith(("age1", "ssh-", "ecdsa-", "sk-")) and not os.path.lexists(text)


def _of_file(path: str) -> Recipients:
    try:
        data = read_plain(os.path.expanduser(path), BYTES_MAX + 1, follow=True)
    except (OSError, ValueError):
        data = None
    if data is None:
        raise RecipientRefused("that is neither a public key nor a file that can be read", f"name {_FORMS}")
    if len(data) > BYTES_MAX:
        raise FileRefused(f"{shown(path)} is too large for a list of public keys", f"name {_FORMS}")
    text = data.decode("utf-8", "replace")
    if "PRIVATE KEY" in text:
        raise RecipientRefused(f"{shown(path)} is a private key", "name the public one, which mostly ends with .pub")
    keys: list[str] = []
    passed_over: list[str] = []
    for line in _lines(text):
        try:
            keys.append(normal(line))
        except RecipientRefused:
            passed_over.append(line.split()[0][:40] if line.startswith(("ecdsa-", "sk-", "ssh-")) else "another text")
    if not keys:
        raise RecipientRefused(f"{shown(path)} has no public key that age takes", f"name {_FORMS}")
    return Recipients(tuple(keys), tuple(map(shown, passed_over)))


def _lines(text: str) -> Iterator[str]:
    """Those with a key. In a file of identities, made by age-keygen, the public key stands in a remark."""
    for line in text.splitlines():
        words = line.strip()
        if words.startswith("# public key: "):
            yield words.removeprefix("# public key: ")
        elif words and not words.startswith(("#", "AGE-SECRET-KEY-")):
            yield words
