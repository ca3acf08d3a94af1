"""How names appear in what a user is told: the nearest one first, not too many, and nothing that is not printable.

Names of tools, folders and fields come from files that somebody else may have written; a terminal obeys what it is
sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LISTED_MAX = 30


def shown(name: str) -> str:
    """`name` with `?` for every character that is not printable: control characters, half a surrogate pair, …"""
    return name if name.isprintable() else "".join(char if char.isprintable() else "?" for char in name)


def nearest(asked: str, names: Iterable[str]) -> str | None:
    """The one of `names` that was probably meant: closest in spelling, else the only one that contains `asked`."""
    from difflib import get_close_matches

    folded = {name.casefold(): name for name in names}
    wanted = asked.casefold()[:100]
    near = get_close_matches(wanted, folded, n=1)
    if not near and len(wanted) > 2:  # two letters stand in too many names
        near = [name for name in folded if wanted in name]
    return folded[near[0]] if len(near) == 1 else None


def one_of(asked: str, names: Iterable[str], plural: str) -> str:
    """A hint that names the nearest of `names` and then all of them; `asked` itself is not repeated."""
    names = sorted(shown(name) for name in names)
    if not names:
        return f"there are no {plural} yet"
    near = nearest(asked, names)
    listed = ", ".join(names[:LISTED_MAX])
    more = f" and {len(names) - LISTED_MAX} more" if len(names) > LISTED_MAX else ""
    return f"{f'did you mean {near}? ' if near else ''}{plural}: {listed}{more}"


def counted(number: int, noun: str) -> str:
    """A number of things: `1 thing`, `2 things`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
