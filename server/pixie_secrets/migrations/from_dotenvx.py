"""Reads a `.env` that dotenvx encrypted, with the private key that it keeps in `.env.keys` beside it.

Each value is ECIES on secp256k1, as eciesjs 0.4 does it: an ephemeral public key (65 bytes, uncompressed), a nonce of
16 bytes, a tag of 16, then AES-256-GCM of the value; the key is HKDF-SHA256 of the ephemeral public key and the shared
point, uncompressed. A value in clear beside them is taken as it stands.
"""

from __future__ import annotations

import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256K1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pixie_secrets.env_file import read_values
from pixie_secrets.migrations.encrypted import ENCRYPTED, NotOpened

if TYPE_CHECKING:
    from collections.abc import Iterator


_PUBLIC = re.compile(r"DOTENV_PUBLIC_KEY(_\w+)?")
_POINT, _NONCE, _TAG = 65, 16, 16
_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141  # of the curve (SEC 2, 2.4.1)
_HEX = re.compile(r"[0-9a-fA-F]{64}")


def values_of(text: str, where: str, keys: str | None) -> dict[str, str]:
    """The values, decrypted, without dotenvx's own public key.

    where: how the file is called. keys: the text of `.env.keys`; None: there is none.

    Raises:
        NotOpened: there is no private key for it, the wrong one, or a value is damaged; names the key, nothing else.
    """
    found = read_values(text)
    name = next((key for key in found if _PUBLIC.fullmatch(key)), "DOTENV_PUBLIC_KEY")
    private = _private(keys, name.replace("PUBLIC", "PRIVATE"), found.get(name, ""), where)
    return {
        key: _opened(value, private, key, where) if value.startswith(ENCRYPTED) else value
        for key, value in found.items()
        if not _PUBLIC.fullmatch(key)
    }


def _private(keys: str | None, name: str, public: str, where: str) -> EllipticCurvePrivateKey:
    """The private key that belongs to the public one of the file."""
    if keys is None:
        raise NotOpened(
            f"there is no .env.keys beside {where} to open it with", "put it there for this, or ask its owner"
        )
    written = read_values(keys).get(name, "")
    numbers = [int(part, 16) for part in map(str.strip, written.split(",")) if _HEX.fullmatch(part)]
    candidates = [number for number in numbers if 0 < number < _ORDER]
    if not candidates:
        raise NotOpened(f".env.keys has no {name}, which opens {where}", "see that both files belong together")
    made = [derive_private_key(number, SECP256K1()) for number in candidates]
    for each in made:
        if public.lower() in {
            each.public_key().public_bytes(Encoding.X962, kind).hex()
            for kind in (PublicFormat.CompressedPoint, PublicFormat.UncompressedPoint)
        }:
            return each
    if public:
        raise NotOpened(
            f"{name} in .env.keys is not the key that {where} is encrypted for", "see that both files belong together"
        )
    return made[0]


def _opened(value: str, private: EllipticCurvePrivateKey, key: str, where: str) -> str:

    try:
        data = a2b_base64(value.removeprefix(ENCRYPTED), strict_mode=True)
        point, nonce = data[:_POINT], data[_POINT : _POINT + _NONCE]
        tag, text = data[_POINT + _NONCE : _POINT + _NONCE + _TAG], data[_POINT + _NONCE + _TAG :]
        for shared in _shared(private, point):
            derived = HKDF(SHA256(), 32, salt=None, info=None).derive(point + shared)
            try:
                return AESGCM(derived).decrypt(nonce, text + tag, None).decode()
            except InvalidTag:
                continue
    except (NotBase64, ValueError):
        pass
    raise NotOpened(f"the value of {key} in {where} does not open: it is damaged", "take an older version of the file")


def _shared(private: EllipticCurvePrivateKey, point: bytes) -> Iterator[bytes]:
    """The shared point, uncompressed: the exchange gives its first half, and the other is one of two."""
    other = EllipticCurvePublicKey.from_encoded_point(SECP256K1(), point)
    half = private.exchange(ECDH(), other)
    for sign in (b"\x02", b"\x03"):
        whole = EllipticCurvePublicKey.from_encoded_point(SECP256K1(), sign + half)
        yield whole.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
