"""Masks a result on its way out as a document: every string in it, while the keys of its structure stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# Words of ours that a result can hold where no text of anybody else's can stand. Masking one would break the result,
# hide nothing, and tell its reader that somebody's value is that word.
_WORDS = {
    "channel": frozenset({"browser", "terminal", "stdin"}),
    "outcome": frozenset({"saved", "declined", "cancelled", "pending", "expired"})
    | {"done", "failed", "not ready", "crashed", "timed out", "out of memory"},
    "severity": frozenset({"error", "warning", "advice"}),
    "status": frozenset({"set", "not set"}),
}


def masked_document(node: Any, mask: Callable[[str], str], key: str = "") -> Any:
    """A copy of `node`, the JSON document of a result of ours, or the part of one that stands under `key`."""
    if isinstance(node, str):
        if node in _WORDS.get(key, ()):
            return node
        # half a surrogate pair would end a stream: it cannot be written as UTF-8
        return mask(node).encode("utf-8", "replace").decode()
    if isinstance(node, list):
        return [masked_document(item, mask) for item in node]
    if isinstance(node, dict):
        return {name: masked_document(item, mask, name) for name, item in node.items()}
    return node
