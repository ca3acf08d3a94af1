"""Lists of names as an answer shows them: the first ones, without a known value and without control characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.archives.refusals import told
from pixie_secrets.known_values import KNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

LISTED_MAX = 200  # of a list; how many there are is said beside it


def first(names: Sequence[str]) -> tuple[str, ...]:
    """The first of them, as they may be shown."""
    return tuple(KNOWN.mask(told(name)) for name in names[:LISTED_MAX])
