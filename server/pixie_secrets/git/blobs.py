"""Files as git keeps them, many at once: their sizes, and their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pixie_secrets.git.command import run_git

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

Item = TypeVar("Item")

AT_ONCE = 32 << 20  # bytes that are in memory
_SECONDS = 60.0


def sizes(root: Path, names: Collection[str]) -> dict[str, int]:
    """Of each blob among these objects, its size; what a partial clone left out has none."""
    lines = _ask(root, "--batch-check=%(objectname) %(objecttype) %(objectsize)", names).decode().splitlines()
    asked = (line.split() for line in lines)
    return {words[0]: int(words[2]) for words in asked if len(words) == 3 and words[1] == "blob"}


def texts(root: Path, names: Collection[str]) -> dict[str, bytes]:
    """The bytes of each of these blobs that is there. Git answers `<name> <type> <size>`, its bytes, a line break."""
    answer = _ask(root, "--batch", names)
    found: dict[str, bytes] = {}
    at = 0
    while (end := answer.find(b"\n", at)) >= 0:
        words = answer[at:end].decode().split()
        at = end + 1
        if len(words) == 3:  # else it is missing
            size = int(words[2])
            found[words[0]] = answer[at : at + size]
            at += size + 1
    return found


def in_batches(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """The items in order, as many at once as `AT_ONCE` allows, one at least. size: bytes that one of them takes."""
    some: list[Item] = []
    total = 0
    for item in items:
        if some and total + size(item) > AT_ONCE:
            yield some
            some, total = [], 0
        some.append(item)
        total += size(item)
    if some:
        yield some


def _ask(root: Path, words: str, names: Collection[str]) -> bytes:
    if not names:
        return b""
    answer = run_git(root, "cat-file", words, given="".join(f"{name}\n" for name in names).encode(), seconds=_SECONDS)
    return answer.output if answer and answer.status == 0 else b""
