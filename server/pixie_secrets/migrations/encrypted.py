"""Which files of other programs hold values that are encrypted, and what is said where they cannot be had.

Told by their text, before any of the modules that open them is imported.
"""

from __future__ import annotations

import re
from enum import StrEnum

from pixie_secrets.errors import PixieError

ENCRYPTED = "encrypted:"
VAULT = "$ANSIBLE_VAULT;"
LOCKED_VALUE = re.compile(
    r"^([A-Za-z_][\w-]*):[ \t]*!vault[ \t]*\|-?[ \t]*\n((?:[ \t]+[^\n]*\n?|[ \t]*\n)+)", re.MULTILINE
)
_MAC = re.compile(r"^sops_mac=|^\s*\"mac\":\s*\"ENC\[|^\s+mac: ENC\[", re.MULTILINE)
_VALUE = re.compile(rf"^\s*(?:export\s+)?\w+=[\"']?{ENCRYPTED}", re.MULTILINE)


class Encrypted(StrEnum):
    """By which program."""

    SOPS = "sops"
    DOTENVX = "dotenvx"
    ANSIBLE_VAULT = "ansible-vault"


class NotOpened(PixieError):
    """The file is another program's, and its values cannot be had: no key, the wrong one, damaged, of another kind."""


class PasswordNeeded(NotOpened):
    """It is locked with a password, and none was given."""


def encrypted_by(text: str) -> Encrypted | None:
    """Which program encrypted the file, or a value in it; None: none that is known here."""
    if _MAC.search(text) and "ENC[AES256_GCM," in text:
        return Encrypted.SOPS
    if text.startswith(VAULT) or LOCKED_VALUE.search(text):
        return Encrypted.ANSIBLE_VAULT
    return Encrypted.DOTENVX if _VALUE.search(text) else None
