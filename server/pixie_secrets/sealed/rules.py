"""Which values of a file are encrypted, by the one rule that it states; and which files use more than is handled here.

From sops' `shouldBeEncrypted` (version 3.11): a rule asks every key on the way to a value. Without a rule, what is
below a key that ends with `_unencrypted` stays in clear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.sealed.document import METADATA
from pixie_secrets.sealed.refusals import OLDER_VERSION, NewerVersion, SealedDamaged, UnknownKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pixie_secrets.sealed.document import Tree

CLEAR_SUFFIX = "_unencrypted"
VERSION = "3.11.0"
MAJOR = 3
_RULES = ("unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex")
_OTHER_KEYS = {
    "kms": "AWS KMS",
    "gcp_kms": "GCP KMS",
    "hckms": "Huawei Cloud KMS",
    "azure_kv": "Azure Key Vault",
    "hc_vault": "HashiCorp Vault",
    "pgp": "PGP",
    "key_groups": "key groups (Shamir)",
    "unencrypted_comment_regex": "rules about comments",
    "encrypted_comment_regex": "rules about comments",
}


class Rules(NamedTuple):
    """clear_suffix: what keys end with whose values stay in clear; empty where another rule holds."""

    is_encrypted: Callable[[Sequence[str]], bool]
    clear_suffix: str
    digest_of_encrypted_only: bool


def metadata_of(document: Tree, where: str) -> Tree:
    """What sops keeps about the file, once it is clear that all of it can be handled here.

    Raises:
        SealedDamaged: there is none, or a part of it is missing.
        UnknownKind, NewerVersion: it was sealed in a way that is not handled here.
    """
    metadata = document.get(METADATA)
    if not isinstance(metadata, dict):
        raise SealedDamaged(
            f"{where} has no sops metadata, so what is in it may be in clear",
            "seal it: pixie-secrets seal-tool makes such a file of a .env",
        )
    for name, kind in _OTHER_KEYS.items():
        if metadata.get(name):
            raise UnknownKind(
                f"{where} uses {kind}, which is not handled here",
                "only age recipients are; open it with sops, and give it age recipients alone",
            )
    version = metadata.get("version")
    major = version.partition(".")[0] if isinstance(version, str) else ""
    if not major.isdecimal():
        raise SealedDamaged(f"{where} does not say with which version of sops it was sealed", OLDER_VERSION)
    if int(major) > MAJOR:
        raise NewerVersion(
            f"{where} was sealed by a newer sops, of another format",
            f"use a newer pixie-secrets, or open it with that sops; known here is version {MAJOR}",
        )
    for name in ("lastmodified", "mac"):
        if not isinstance(metadata.get(name), str) or not metadata[name]:
            raise SealedDamaged(f"{where} has no {name} in its sops metadata", OLDER_VERSION)
    return metadata


def rules_of(metadata: Mapping[str, object], where: str) -> Rules:
    """The rule that a file states.

    Raises:
        SealedDamaged: it states more than one, or one that is no expression.
    """
    stated = {name: text for name in _RULES if isinstance(text := metadata.get(name), str) and text}
    if len(stated) > 1:
        raise SealedDamaged(f"{where} has more than one rule about what is encrypted", OLDER_VERSION)
    only = metadata.get("mac_only_encrypted") is True
    name, text = next(iter(stated.items()), ("unencrypted_suffix", CLEAR_SUFFIX))
    if name == "unencrypted_suffix":
        return Rules(lambda path: not any(key.endswith(text) for key in path), text, only)
    if name == "encrypted_suffix":
        return Rules(lambda path: any(key.endswith(text) for key in path), "", only)
    matches = _matcher(text, where)
    if name == "unencrypted_regex":
        return Rules(lambda path: not any(map(matches, path)), "", only)
    return Rules(lambda path: any(map(matches, path)), "", only)


def _matcher(expression: str, where: str) -> Callable[[str], bool]:
    """RE2, as Go has it; loaded for the few files that state such a rule."""
    from pixie_secrets.secret.pattern import PatternError, compiled

    try:
        rule = compiled(expression)
    except PatternError:
        raise SealedDamaged(f"{where} has a rule that is no expression of RE2", OLDER_VERSION) from None
    return lambda key: rule.search(key) is not None
