"""An agent that read `key: ***` must not write `***` over the real value.

A file without known values may hold `***` as it likes; so may an edit of text that really stands in the file so.
"""

from __future__ import annotations

import os

from pixie_secrets.guard import known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pixie_secrets.guard.places import Places

MASK = "***"
OLD_AND_NEW = {
    "old_string": "new_string",
    "old_str": "new_str",
    "oldText": "newText",
    "oldString": "newString",
}  # of what edits, as tools call it
BYTES_MAX = 1 << 24
REASON = (
    "This would write *** over a secret value: *** is what you were shown in place of it, and the file has the value."
    " Change only lines without ***, with Edit, and leave the line with the value as it is."
)


def overwrites(given: dict[str, Any], paths: list[str], places: Places, packages: Callable[[], str] | None) -> bool:
    """Whether a tool that writes `given` into one of `paths` would put a mask where a known value stands."""
    changes = [(old, text) for old, text in _changes("", given) if MASK in text or MASK in old]
    return bool(changes) and any(has_value(path, changes, places, packages) for path in paths)


def has_value(path: str, changes: list[tuple[str, str]], places: Places, packages: Callable[[], str] | None) -> bool:
    """Whether the file holds a known value, and `changes` are not all of a mask that stands in the file itself.

    changes: what is replaced ("": everything) and the text in its place.
    """
    try:
        with open(os.path.join(places.working, path), "rb") as file:
            content = file.read(BYTES_MAX).decode("utf-8", "replace")
    except (OSError, ValueError):
        return False
    if changes and all(old in content and text.count(MASK) <= old.count(MASK) for old, text in changes):
        return False
    values = known.load(places, packages)
    return values is not None and bool(values.find(content))


def _changes(name: str, node: Any) -> list[tuple[str, str]]:
    """Every text that is given, and the one beside it that it replaces; "" where there is none."""
    if isinstance(node, str):
        return [] if name in OLD_AND_NEW else [("", node)]
    if isinstance(node, list):
        return [found for each in node for found in _changes(name, each)]
    if not isinstance(node, dict):
        return []
    found = []
    for old, new in OLD_AND_NEW.items():
        if isinstance(node.get(old), str) and isinstance(node.get(new), str):
            found.append((node[old], node[new]))
            node = {key: each for key, each in node.items() if key not in {old, new}}
    return found + [change for key, each in node.items() for change in _changes(str(key), each)]
