"""Masks what a tool answers: every string of a JSON document, its keys, and numbers whose digits are a value."""

from __future__ import annotations

import json
from typing import Any

from pixie_secrets.known_values import KNOWN

MASK = "***"


def masked(node: Any) -> Any:
    """A copy of `node`, a JSON document, without any known value. Keys that become equal are told apart by number."""
    if isinstance(node, str):
        return KNOWN.mask(node)
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, (int, float)):
        return MASK if KNOWN.find(json.dumps(node)) else node
    if isinstance(node, list):
        return [masked(item) for item in node]
    result: dict[str, Any] = {}
    for key, item in node.items():
        name = plain = KNOWN.mask(key)
        number = 1
        while name in result:
            number += 1
            name = f"{plain} ({number})"
        result[name] = masked(item)
    return result
