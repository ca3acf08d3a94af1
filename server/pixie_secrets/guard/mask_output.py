"""After a call: a tool's result goes on with every known value masked, in the very shape it had.

The client drops an answer of another shape and shows the model the original, so only what stands in strings changes
(and a number that is a value, which becomes 0). Where nothing changed, nothing is said: an answer, even an identical
one, would compete with those of other hooks.
"""

from __future__ import annotations

import os

from pixie_secrets.guard import known
from pixie_secrets.guard.places import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pixie_secrets.hook_formats.request import Request

TOLD = (
    "*** in this output stands for a secret value that is kept out of the conversation. The real text has the value"
    " there, not ***; do not try to find it out and do not write *** in its place."
)
WITHHELD = "[withheld by pixie-secrets: it could not be masked; see pixie-secrets doctor]"
KINDS = ("type", "mode", "kind", "status")  # words that a result's shape depends on
NAME_MAX = 7  # characters of a key that is the name of a field
NUMBER_MAX = 999  # up to here a number is no secret: an exit status, a count


def masked(request: Request, environment: Mapping[str, str], packages: Callable[[], str] | None) -> Any:
    """The result to go on with; None when there is nothing to mask."""
    result = request.result
    places = Places(request.working or os.getcwd(), environment)
    try:
        values = known.load(places, packages, "the output of a tool") if result is not None else None
        if values is None:
            return None
        shown = in_its_shape(result, values.mask)
    except Exception as error:
        from pixie_secrets.guard import record

        record.fault("PostToolUse", error)
        shown = withheld(result)
    return None if shown == result else shown


def withheld(result: Any) -> Any:
    """The result with all its texts taken away."""
    return in_its_shape(result, lambda _: WITHHELD)


def in_its_shape(node: Any, mask: Callable[[str], str], name: str = "") -> Any:
    """`node` with its strings masked; keys too: a shape that is refused is better than a value that is shown."""
    if isinstance(node, str):
        return node if name in KINDS and node.isalpha() else mask(node)
    if isinstance(node, dict):
        return {mask(key) if len(key) > NAME_MAX else key: in_its_shape(each, mask, key) for key, each in node.items()}
    if isinstance(node, list):
        return [in_its_shape(each, mask, name) for each in node]
    if isinstance(node, (int, float)) and not isinstance(node, bool) and abs(node) > NUMBER_MAX:
        return node if mask(repr(node)) == repr(node) else 0
    return node
