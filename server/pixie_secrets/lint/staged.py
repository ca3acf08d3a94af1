"""What the next commit would take along: the files of git's index, as they are there and not as they lie on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets import git
from pixie_secrets.errors import PixieError
from pixie_secrets.lint.files import SIZE_MAX, Skipped, source

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.lint.hits import Source

_LINK = "120000"
_SECONDS = 60.0


def sources(root: Path, skipped: Counter[Skipped]) -> Iterator[Source]:
    """The staged files below `root`, added or changed.

    Raises:
        PixieError: there is no git, or no repository.
    """
    words = (
        "diff",
        "--cached",
        "--raw",
        "-z",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--diff-filter=AMT",
        "--abbrev=64",
    )
    answer = git.ask(root, *words, "--relative", seconds=_SECONDS)
    if answer is None or answer.status != 0:
        raise PixieError(
            "git has no index here to look into", "run it in a repository, or name the files instead of --staged"
        )
    fields = answer.output.decode("utf-8", "surrogateescape").split("\0")
    blobs: list[tuple[str, str]] = []
    for about, path in zip(fields[::2], fields[1::2], strict=False):
        _, mode, _, blob, _ = about.split(" ")
        if mode == _LINK:
            skipped[Skipped.LINK] += 1
        elif mode.startswith("100"):
            blobs.append((blob, path))
    yield from _contents(root, blobs, skipped)


def _contents(root: Path, blobs: list[tuple[str, str]], skipped: Counter[Skipped]) -> Iterator[Source]:
    """One blob at a time in memory twice at most: sizes are asked first."""
    sizes = _ask(root, "--batch-check=%(objectname) %(objectsize)", [blob for blob, _ in blobs])
    small = {line.split()[0] for line in sizes.decode().splitlines() if int(line.split()[1]) <= SIZE_MAX}
    for blob, path in blobs:
        if blob not in small:
            skipped[Skipped.HUGE] += 1
            continue
        answer = git.ask(root, "cat-file", "blob", blob, seconds=_SECONDS)
        if answer is None or answer.status != 0:
            skipped[Skipped.UNREADABLE] += 1
        elif (found := source(answer.output, path, skipped)) is not None:
            yield found


def _ask(root: Path, words: str, names: list[str]) -> bytes:
    answer = git.ask(root, "cat-file", words, given="".join(f"{name}\n" for name in names).encode(), seconds=_SECONDS)
    return answer.output if answer and answer.status == 0 else b""
