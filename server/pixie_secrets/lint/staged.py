"""What the next commit would take along: the files of git's index, as they are there and not as they lie on disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import Hint, PixieError
from pixie_secrets.git.blobs import in_batches
from pixie_secrets.git.blobs import sizes as blob_sizes
from pixie_secrets.git.blobs import texts as blob_texts
from pixie_secrets.git.command import run_git
from pixie_secrets.lint.files import SIZE_MAX, Skipped, source

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.lint.hits import SourceFile

_LINK = "120000"
_SECONDS = 60.0
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
    sizes = blob_sizes(root, {blob for blob, _ in blobs})
    for some in in_batches(blobs, lambda one: min(sizes.get(one[0], 0), SIZE_MAX)):
        texts = blob_texts(root, {blob for blob, _ in some if sizes.get(blob, 0) <= SIZE_MAX})
        for blob, path in some:
            yield Staged(path, _source(texts.get(blob), path, sizes.get(blob, 0), skipped))


def _source(raw: bytes | None, path: str, size: int, skipped: Counter[Skipped]) -> SourceFile | None:
    if raw is None:
        skipped[Skipped.HUGE if size > SIZE_MAX else Skipped.UNREADABLE] += 1
        return None
    return source(raw, path, skipped)
