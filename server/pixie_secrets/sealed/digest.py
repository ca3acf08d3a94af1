"""The digest over all values of a file, as sops makes it: what says that nobody changed them together.

Each value is authenticated with the names on the way to it; this one covers which there are, and their order.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pixie_secrets.sealed.cipher import Plain
from pixie_secrets.sealed.document import Number
from pixie_secrets.sealed.refusals import UnknownKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Protocol

    from pixie_secrets.sealed.rules import Rules

    class Digest(Protocol):
        """A digest in the making."""

        def update(self, data: bytes, /) -> None: ...

        def hexdigest(self) -> str: ...


# sops begins the digest with it where only encrypted values count: SHA-256 of `sops`
_ENCRYPTED_ONLY = bytes.fromhex("8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69")
_EXACT_MAX = 2**53  # above, versions of sops read a whole number in clear differently


def digest_of(plain: Mapping[str, object], rules: Rules, where: str) -> bytes:
    """SHA-512 of all values in their order, as sops writes it out (`Tree.Encrypt`, `ToBytes`)."""
    digest = _sha512()(_ENCRYPTED_ONLY if rules.digest_of_encrypted_only else b"")
    for value in _leaves(plain):
        if isinstance(value, Plain) or not rules.digest_of_encrypted_only:
            digest.update(_as_bytes(value, where))
    return digest.hexdigest().upper().encode()


def authenticated_time(metadata: Mapping[str, object]) -> str:
    """The time as sops writes it out once more: what the digest is authenticated with."""
    text = str(metadata["lastmodified"])
    whole, dot, fraction = text.partition(".")
    if dot:
        text = whole + fraction.lstrip("0123456789")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _sha512() -> Callable[[bytes], Digest]:
    """The standard library's own, as its `random` has it; `hashlib` loads a second OpenSSL for it."""
    for module in ("_sha2", "_sha512", "hashlib"):  # from Python 3.12 on, before, elsewhere
        try:
            found: Callable[[bytes], Digest] = import_module(module).sha512
        except ImportError:
            continue
        return found
    raise ImportError("sha512")


def _leaves(node: object) -> Iterator[object]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _leaves(value)
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value)
    elif node is not None:
        yield node


def _as_bytes(value: object, where: str) -> bytes:
    if isinstance(value, Plain):
        return value.data
    if isinstance(value, Number):
        from decimal import Decimal

        number = float(value.text)
        is_whole = value.text.lstrip("-").isdecimal()
        if number in {float("inf"), float("-inf")} or (is_whole and abs(number) > _EXACT_MAX):
            raise UnknownKind(
                f"{where} has a number in clear that versions of sops read differently", "write it as a text"
            )
        text = format(Decimal(repr(number)), "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text).encode()
    return str(value).encode()
