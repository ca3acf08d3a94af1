"""What the next commit would take along: the files of git's index, as they are there and not as they lie on disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import Hint, PixieError
from pixie_secrets.git.command import run_git
from pixie_secrets.lint.files import SIZE_MAX, Skipped, source

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.lint.hits import SourceFile

_LINK = "120000"
_SECONDS = 60.0
_AT_ONCE = 2 * SIZE_MAX  # bytes of blobs that are in memory
_DIFF = (
    "diff",
    "--cached",
    "--raw",
    "-z",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--diff-filter=AMT",
    "--abbrev=64",
    "--relative",
    f"-O{os.devnull}",  # an order that a configuration names would be read from wherever it says
)


class Staged(NamedTuple):
    """A file of the index. source: None for what was not read, and counted."""

    path: str
    source: SourceFile | None


def staged(root: Path, skipped: Counter[Skipped]) -> Iterator[Staged]:
    """The staged files below `root`, added or changed.

    Raises:
        PixieError: there is no git, or no repository.
    """
    answer = run_git(root, *_DIFF, seconds=_SECONDS)
    if answer is None or answer.status != 0:
        raise PixieError(
            "git has no index here to look into",
            Hint(
                "run it in a repository, or name the files instead of --staged",
                for_agent="it works in a repository only; give paths instead of staged",
            ),
        )
    fields = answer.output.decode("utf-8", "surrogateescape").split("\0")
    blobs: list[tuple[str, str]] = []
    for about, path in zip(fields[::2], fields[1::2], strict=False):
        _, mode, _, blob, _ = about.split(" ")
        if mode.startswith("100"):
            blobs.append((blob, path))
        else:  # a submodule's is a commit of another repository
            skipped[Skipped.LINK if mode == _LINK else Skipped.NOT_REGULAR] += 1
    sizes = _sizes(root, {blob for blob, _ in blobs})
    for some in _few_enough(blobs, sizes):
        texts = _texts(root, {blob for blob, _ in some if sizes.get(blob, 0) <= SIZE_MAX})
        for blob, path in some:
            yield Staged(path, _source(texts.get(blob), path, sizes.get(blob, 0), skipped))


def _source(raw: bytes | None, path: str, size: int, skipped: Counter[Skipped]) -> SourceFile | None:
    if raw is None:
        skipped[Skipped.HUGE if size > SIZE_MAX else Skipped.UNREADABLE] += 1
        return None
    return source(raw, path, skipped)


def _few_enough(blobs: list[tuple[str, str]], sizes: dict[str, int]) -> Iterator[list[tuple[str, str]]]:
    some: list[tuple[str, str]] = []
    total = 0
    for blob, path in blobs:
        size = min(sizes.get(blob, 0), SIZE_MAX)
        if some and total + size > _AT_ONCE:
            yield some
            some, total = [], 0
        some.append((blob, path))
        total += size
    if some:
        yield some


def _sizes(root: Path, blobs: set[str]) -> dict[str, int]:
    """What a partial clone left out has none."""
    lines = _ask(root, "--batch-check=%(objectname) %(objecttype) %(objectsize)", blobs).decode().splitlines()
    return {words[0]: int(words[2]) for line in lines if len(words := line.split()) == 3}  # as asked


def _texts(root: Path, blobs: set[str]) -> dict[str, bytes]:
    """For each blob `<name> <type> <size>`, its bytes, and a line break."""
    answer = _ask(root, "--batch", blobs)
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


def _ask(root: Path, words: str, blobs: set[str]) -> bytes:
    if not blobs:
        return b""
    answer = run_git(root, "cat-file", words, given="".join(f"{blob}\n" for blob in blobs).encode(), seconds=_SECONDS)
    return answer.output if answer and answer.status == 0 else b""
