"""Every file that was ever committed in the project's repository: all branches, tags, notes, stashes and reflogs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.git.blobs import in_batches, sizes, texts
from pixie_secrets.git.command import run_git
from pixie_secrets.traces import NotReadError, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE_MAX = 64 << 20  # bytes of one file
_SECONDS = 120.0
_OBJECTS = ("rev-list", "--objects", "--all", "--reflog")
_COMMITS = (
    "log", "--topo-order", "-m", "--all", "--reflog", "--format=%h %cs",
    "--no-patch", "--no-ext-diff", "--no-textconv", "--no-show-signature",
)  # fmt: skip


class Commit(NamedTuple):
    """id: as git shortens it. when: the day it was made, as ISO 8601 has it."""

    id: str
    when: str


def blobs(root: Path) -> Iterator[tuple[str, Piece]]:
    """Each blob once, with its name; `part` is a path it had. None where there is no repository.

    Raises:
        NotReadError: git did not answer.
    """
    answer = run_git(root, "rev-parse", "--is-inside-work-tree")
    if answer is None or answer.status != 0:
        return
    listed = run_git(root, *_OBJECTS, seconds=_SECONDS)
    if listed is None or listed.status != 0:
        raise NotReadError("git did not list it")
    paths = dict(_split(line) for line in listed.output.decode("utf-8", "surrogateescape").splitlines())
    found = sizes(root, paths)
    for some in in_batches([name for name in found if found[name] <= SIZE_MAX], found.__getitem__):
        for name, data in texts(root, some).items():
            yield name, Piece(data, 0, 1, paths[name])


def first_commit(root: Path, blob: str) -> Commit | None:
    """The oldest commit that has it; None where none that is listed does."""
    answer = run_git(root, *_COMMITS, f"--find-object={blob}", seconds=_SECONDS)
    lines = answer.output.decode().splitlines() if answer and answer.status == 0 else []
    return Commit(*lines[-1].split()) if lines else None


def _split(line: str) -> tuple[str, str]:
    name, _, path = line.partition(" ")
    return name, path
