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
BYTES_MAX = 1 << 24
REASON = (
    "This would write *** over a secret value: *** is what you were shown in place of it, and the file has the value."
    " Change only lines without ***, with Edit, and leave the line with the value as it is."
)


def overwrites(given: dict[str, Any], paths: list[str], places: Places, packages: Callable[[], str] | None) -> bool:
    """Whether a tool that writes `given` into one of `paths` would put a mask where a known value stands."""
    texts = [text for _, text in _strings("", given) if MASK in text]
    return bool(texts) and any(has_value(path, texts, places, packages) for path in paths)


def has_value(path: str, texts: list[str], places: Places, packages: Callable[[], str] | None) -> bool:
    """Whether the file holds a known value, and `texts` with a mask in them do not all stand in it already."""
    try:
        with open(os.path.join(places.working, path), "rb") as file:  # noqa: PTH118, PTH123  pathlib takes too long
            content = file.read(BYTES_MAX).decode("utf-8", "replace")
    except (OSError, ValueError):
        return False
    if texts and all(text in content for text in texts):
        return False
    values = known.load(places, packages)
    return values is not None and bool(values.find(content))


def _strings(name: str, node: Any) -> list[tuple[str, str]]:
    if isinstance(node, str):
        return [(name, node)]
    pairs = (
        node.items() if isinstance(node, dict) else ((name, each) for each in node) if isinstance(node, list) else ()
    )
    return [found for key, each in pairs for found in _strings(str(key), each)]
