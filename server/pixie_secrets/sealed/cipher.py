"""One value, encrypted as sops does: AES-256-GCM with a nonce of 32 bytes, and the path of the key authenticated along.

From sops' `aes/cipher.go` (version 3.11). An empty text is not encrypted: it says nothing.
"""

from __future__ import annotations

import os
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

NONCE_SIZE = 32
TAG_SIZE = 16
KEY_SIZE = 32
TEXT = "str"
KINDS = frozenset({TEXT, "int", "float", "bool", "bytes", "comment", "time"})

_BEGIN, _END = "ENC[AES256_GCM,", "]"
_PARTS = ("data:", "iv:", "tag:", "type:")


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
        from cryptography.exceptions import InvalidTag

        *coded, kind = _parts(text)
        if kind not in KINDS:
            raise NotSealedError
        try:
            data, nonce, tag = (a2b_base64(part, strict_mode=True) for part in coded)
            return Plain(self._aes.decrypt(nonce, data + tag, _along(path)), kind)
        except (NotBase64, ValueError, InvalidTag):
            raise NotSealedError from None


def _parts(text: str) -> list[str]:
    """Data, nonce, tag and kind. By hand: compiling an expression for it takes longer than decrypting."""
    parts = text[len(_BEGIN) : -len(_END)].split(",")
    is_sealed = text.startswith(_BEGIN) and text.endswith(_END) and len(parts) == len(_PARTS)
    if not is_sealed or not all(map(str.startswith, parts, _PARTS)):
        raise NotSealedError
    return [part.removeprefix(name) for part, name in zip(parts, _PARTS, strict=True)]


def _along(path: Sequence[str] | str) -> bytes:
    """What is authenticated along with the value of a key: where it stands. Places in a list do not count."""
    return path.encode() if isinstance(path, str) else (":".join(path) + ":").encode()


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()
