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
    changes = [(old, text) for old, text in _changes(given) if MASK in text or MASK in old]
    return bool(changes) and any(has_value(path, changes, places, packages) for path in paths)


def has_value(path: str, changes: list[tuple[str, str]], places: Places, packages: Callable[[], str] | None) -> bool:
    """Whether the file holds a known value, and `changes` are not all of a mask that stands in the file itself.

    changes: what is replaced ("": everything) and the text in its place.
    """
    from pixie_secrets.files import read_plain

    try:
        content = read_plain(os.path.join(places.working, path), BYTES_MAX, follow=True).decode("utf-8", "replace")
    except (OSError, ValueError):
        return False  # a FIFO too: a hook must not wait for it
    if changes and all(old in content and text.count(MASK) <= old.count(MASK) for old, text in changes):
        return False
    values = known.load(places, packages)
    return values is not None and bool(values.find(content))


def _changes(given: dict[str, Any]) -> list[tuple[str, str]]:
    """Every text that is given, and the one beside it that it replaces; "" where there is none."""
    found: list[tuple[str, str]] = []
    todo: list[tuple[str, Any]] = [("", given)]
    while todo:
        name, node = todo.pop()
        if isinstance(node, str) and name not in OLD_AND_NEW:
            found.append(("", node))
        elif isinstance(node, list):
            todo += [(name, each) for each in node]
        elif isinstance(node, dict):
            pairs = [(old, new) for old, new in OLD_AND_NEW.items() if _is_text(node, old) and _is_text(node, new)]
            found += [(node[old], node[new]) for old, new in pairs]
            beside = {name for pair in pairs for name in pair}
            todo += [(str(key), each) for key, each in node.items() if key not in beside]
    return found


def _is_text(node: dict[str, Any], name: str) -> bool:
    return isinstance(node.get(name), str)
