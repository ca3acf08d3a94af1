"""The tree of a document: each value decrypted, encrypted or listed where it stands, and where a new key comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from pixie_secrets.sealed.cipher import NotSealedError, Plain
from pixie_secrets.sealed.refusals import OLDER_VERSION, SealedDamaged
from pixie_secrets.sealed.rules import CLEAR_SUFFIX
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pixie_secrets.sealed.cipher import Cipher
    from pixie_secrets.sealed.document import Node
    from pixie_secrets.sealed.rules import Rules

_Value = TypeVar("_Value")

NAME_MAX = 64  # of a key, to be named in an error


def decrypted(node: Node, path: tuple[str, ...], cipher: Cipher, rules: Rules, where: str) -> object:
    """`node` with a `Plain` in the place of each encrypted text."""
    if isinstance(node, dict):
        return {key: decrypted(value, (*path, key), cipher, rules, where) for key, value in node.items()}
    if isinstance(node, list):
        return [decrypted(value, path, cipher, rules, where) for value in node]
    if node is None or not rules.is_encrypted(path):
        return node
    try:
        if isinstance(node, str):
            return cipher.decrypt(node, path)
    except NotSealedError:
        pass
    raise SealedDamaged(
        f"the value of {shown_place(path)} in {where} does not open: it was changed after it was sealed, or stands in "
        "clear",
        OLDER_VERSION,
    )


def encrypted(node: object, path: tuple[str, ...], cipher: Cipher) -> Node:
    """`node` with an encrypted text in the place of each `Plain`."""
    if isinstance(node, Plain):
        return cipher.encrypt(node, path)
    if isinstance(node, dict):
        return {key: encrypted(value, (*path, key), cipher) for key, value in node.items()}
    if isinstance(node, list):
        return [encrypted(value, path, cipher) for value in node]
    return cast("Node", node)  # as it was read


def plain_texts(node: object, key: str) -> Iterator[tuple[str, str]]:
    """Each decrypted text in `node`, with the last key on the way to it. key: the one above `node`."""
    if isinstance(node, Plain):
        yield key, node.data.decode("utf-8", "surrogateescape")
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from plain_texts(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from plain_texts(value, key)


def as_text(value: Plain) -> str:
    """As a variable has it: sops writes `True`, programs read `true`."""
    text = value.data.decode("utf-8", "surrogateescape")
    return text.lower() if value.kind == "bool" else text


def with_entry(entries: Mapping[str, _Value], key: str, value: _Value) -> dict[str, _Value]:
    """With `value` in its place, or before the first key that sorts behind it."""
    if key in entries:
        return {**entries, key: value}
    items = list(entries.items())
    at = next((number for number, (name, _) in enumerate(items) if _order(name) > _order(key)), len(items))
    return dict([*items[:at], (key, value), *items[at:]])


def _order(key: str) -> tuple[str, bool]:
    """What stands beside a value comes right behind it."""
    return key.removesuffix(CLEAR_SUFFIX), key.endswith(CLEAR_SUFFIX)


def shown_place(path: tuple[str, ...]) -> str:
    """Where a value stands; a long name, or one that is no name, may be a value that somebody put there."""
    text = ".".join(path)
    is_name = len(text) <= NAME_MAX and text.replace(".", "").replace("_", "").isalnum()
    return shown(text) if is_name else "a key"
