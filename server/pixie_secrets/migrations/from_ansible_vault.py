"""Reads what ansible-vault locked with a password: a whole file, or single values of a YAML file (`!vault |`).

Ansible's vault format 1.1 and 1.2: hexadecimal text of a salt, an HMAC-SHA256 and what AES-256-CTR made of the padded
text; the three keys are PBKDF2-HMAC-SHA256 of the password with 10,000 rounds.
"""

from __future__ import annotations

import hmac
import re
from hashlib import pbkdf2_hmac, sha256
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.padding import PKCS7

from pixie_secrets.env_file import read_values
from pixie_secrets.errors import Hint
from pixie_secrets.manifest.text import strict_json
from pixie_secrets.migrations.encrypted import LOCKED_VALUE, VAULT, NotOpened, PasswordNeeded
from pixie_secrets.migrations.flat_yaml import NotFlat, flat_yaml

if TYPE_CHECKING:
    from pixie_secrets.secret.text import SecretStr

_HEADER = re.compile(r"\$ANSIBLE_VAULT;(1\.[12]);(\w+)(;[^\n;]+)?")
_ASSIGNMENT = re.compile(r"(?:export\s+)?[A-Za-z_]\w*=")
ROUNDS = 10_000


def values_of(text: str, where: str, password: SecretStr | None) -> dict[str, str]:
    """The values, opened; of a file with single ones, those alone.

    Raises:
        PasswordNeeded: none was given.
        NotOpened: it is the wrong one, or the file is damaged, or of another kind, or holds more than names and texts.
    """
    if password is None:
        hint = "run this in a terminal of your own; it asks for it"
        for_agent = "the user runs pixie-secrets migrate-tool-format TOOL --from FILE in a terminal of their own"
        raise PasswordNeeded(f"{where} is locked with a password", Hint(hint, for_agent=for_agent))
    secret = password.get_secret_value().encode()
    if text.startswith(VAULT):
        return _flat(_opened(text, secret, where), where)
    return {found[1]: _opened(found[2], secret, where) for found in LOCKED_VALUE.finditer(text)}


def _opened(text: str, password: bytes, where: str) -> str:

    head, *lines = (line.strip() for line in text.strip().splitlines())
    found = _HEADER.fullmatch(head)
    if found is None or found[2] != "AES256":
        raise NotOpened(f"{where} is locked in a way that is not read here", "ansible-vault rekey writes the usual one")
    try:
        salt, digest, data = (bytes.fromhex(part) for part in bytes.fromhex("".join(lines)).decode().split("\n"))
    except ValueError:
        raise NotOpened(f"{where} is damaged: what is locked is no hexadecimal text", "take an older version") from None
    keys = pbkdf2_hmac("sha256", password, salt, ROUNDS, 80)
    if not hmac.compare_digest(hmac.new(keys[32:64], data, sha256).digest(), digest):
        raise NotOpened(f"the password does not open {where}, or it was changed since", "nothing was taken; try again")
    decryptor = Cipher(AES(keys[:32]), CTR(keys[64:])).decryptor()
    unpadder = PKCS7(128).unpadder()
    try:
        return (unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()).decode()
    except ValueError:
        pass  # its message and its `object` would hold the text
    raise NotOpened(f"{where} does not hold UTF-8 text", "it may be a key file of its own: lock names and values")


def _flat(text: str, where: str) -> dict[str, str]:
    """Names and values of what was locked: a `.env`, a JSON object or flat YAML."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if lines and all(_ASSIGNMENT.match(line.lstrip()) for line in lines):
        return read_values(text)
    try:
        document = strict_json(text) if text.lstrip().startswith("{") else flat_yaml(text)
    except NotFlat as problem:
        line = problem.line
    except (ValueError, RecursionError):
        line = 1
    else:
        if isinstance(document, dict) and all(isinstance(value, str) for value in document.values()):
            return document
        line = 1
    raise NotOpened(
        f"what {where} locks is no list of names and texts, first in line {line} of it",
        "it is read where it is a .env, or YAML or JSON without anything nested",
    )
