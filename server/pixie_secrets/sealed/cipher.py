"""One value, encrypted as sops does: AES-256-GCM with a nonce of 32 bytes, and the path of the key authenticated along.

From sops' `aes/cipher.go` (version 3.11). An empty text is not encrypted: it says nothing.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

NONCE_SIZE = 32
TAG_SIZE = 16
KEY_SIZE = 32
TEXT = "str"
KINDS = frozenset({TEXT, "int", "float", "bool", "bytes", "comment", "time"})

_SHAPE = pattern(r"ENC\[AES256_GCM,data:([A-Za-z0-9+/=]*),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:([a-z]+)\]")


class NotSealedError(Exception):
    """The text is not one of sops' encrypted values, or does not open. Holds nothing of it."""


class Plain(NamedTuple):
    """A decrypted value. data: as it was encrypted, and as it counts in the digest. kind: sops' name of its type."""

    data: bytes
    kind: str = TEXT

    def __repr__(self) -> str:
        return "Plain(**********)"


class Cipher:
    """Encrypts and decrypts with one data key of 32 bytes."""

    def __init__(self, data_key: bytes) -> None:
        # the class itself: what cryptography.hazmat.primitives.ciphers has around it takes longer than all that is
        # decrypted with it
        from cryptography.hazmat.bindings._rust import openssl

        self._aes = openssl.aead.AESGCM(data_key)

    def encrypt(self, plain: Plain, path: Sequence[str] | str) -> str:
        """A fresh nonce each time: whether a value was set to what it had been is not to be seen.

        path: of the key; or what else is authenticated along, as it is.
        """
        if not plain.data:
            return ""
        nonce = os.urandom(NONCE_SIZE)
        sealed = self._aes.encrypt(nonce, plain.data, _along(path))
        data, tag = sealed[:-TAG_SIZE], sealed[-TAG_SIZE:]
        return f"ENC[AES256_GCM,data:{_base64(data)},iv:{_base64(nonce)},tag:{_base64(tag)},type:{plain.kind}]"

    def decrypt(self, text: str, path: Sequence[str] | str) -> Plain:
        """path: as `encrypt` was given it.

        Raises:
            NotSealedError: it is no encrypted value, was sealed elsewhere or with another key, or was changed.
        """
        if not text:
            return Plain(b"")
        found = _SHAPE.fullmatch(text)
        if found is None or found[4] not in KINDS:
            raise NotSealedError
        from cryptography.exceptions import InvalidTag

        try:
            data, nonce, tag = (b64decode(part, validate=True) for part in found.groups()[:3])
            return Plain(self._aes.decrypt(nonce, data + tag, _along(path)), found[4])
        except (NotBase64, ValueError, InvalidTag):
            raise NotSealedError from None


def _along(path: Sequence[str] | str) -> bytes:
    """What is authenticated along with the value of a key: where it stands. Places in a list do not count."""
    return path.encode() if isinstance(path, str) else (":".join(path) + ":").encode()


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
