"""Every object of the project's repository: files, messages and names of all branches, tags, notes, stashes, reflogs,
and what none of these has any more, until git prunes it.

Git is asked for all objects in one stream, in the order they are packed in: each is looked at once, and commits are
looked for only where something was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.git.command import GitFailedError, git_output, run_git
from pixie_secrets.known_values import KNOWN
from pixie_secrets.traces import NotReadError, Piece

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from typing import IO

SIZE_MAX = 64 << 20  # bytes of one object
COMMITS_MAX = 100  # objects whose first commit is looked for; git walks through all history for each
_SECONDS = 120.0
_OBJECTS = ("cat-file", "--batch", "--batch-all-objects", "--unordered", "--buffer")
_PATHS = ("rev-list", "--objects", "--all", "--reflog")
_COMMITS = (
    "log", "--topo-order", "-m", "--all", "--reflog", "--format=%h %cs",
    "--no-patch", "--no-ext-diff", "--no-textconv", "--no-show-signature",
)  # fmt: skip
_ITSELF = ("show", "--no-patch", "--format=%h %cs", "--no-show-signature")


class Object(NamedTuple):
    """One that may hold a known value. kind: blob, tree, commit or tag."""

    name: str
    kind: str
    piece: Piece


class Commit(NamedTuple):
    """id: as git shortens it. when: the day it was made, as ISO 8601 has it."""

    id: str
    when: str


def is_repository(root: Path) -> bool:
    answer = run_git(root, "rev-parse", "--is-inside-work-tree")
    return answer is not None and answer.status == 0


def objects(root: Path, *, every: bool = False) -> Iterator[Object | None]:
    """Each object once: None for one that holds no known value, unless it is wanted all the same.

    Raises:
        NotReadError: git did not answer.
    """
    try:
        with git_output(root, *_OBJECTS) as output:
            yield from _objects(output, every=every)
    except GitFailedError:
        raise NotReadError("git did not list it") from None


def packed(path: Path) -> Iterator[Piece]:
    """What is in a repository of which `path` is a pack; `part` is the name of the object.

    Raises:
        NotReadError: git did not answer.
    """
    folder = path.parents[2]  # objects/pack/
    at = 0
    try:
        with git_output(folder, f"--git-dir={folder}", *_OBJECTS) as output:
            for found in filter(None, _objects(output, every=False)):
                yield found.piece._replace(at=at, line=0, part=found.name)
                at += len(found.piece.data)
    except GitFailedError:
        raise NotReadError("git did not list it") from None


def _objects(output: IO[bytes], *, every: bool) -> Iterator[Object | None]:
    """`<name> <type> <size>`, a line break, that many bytes, a line break; what is missing has fewer words."""
    while header := output.readline():
        words = header.split()
        if len(words) != 3:
            continue
        left = int(words[2])
        if left > SIZE_MAX:
            while left > 0:
                left -= len(output.read(min(left, 1 << 20)))
            output.read(1)
            yield None
            continue
        data = output.read(left + 1)[:left]
        if every or KNOWN.may_hold(data):
            yield Object(words[0].decode(), words[1].decode(), Piece(data, 0, 1 if words[1] != b"tree" else 0))
        else:
            yield None


def paths(root: Path, wanted: Collection[str]) -> dict[str, str]:
    """A path that each of these objects has or had; "" for a commit. One that is not there is part of nothing.

    Raises:
        NotReadError: git did not answer.
    """
    found: dict[str, str] = {}
    try:
        with git_output(root, *_PATHS) as output:
            for line in output:
                name, _, path = line.rstrip(b"\n").decode("utf-8", "surrogateescape").partition(" ")
                if name in wanted:
                    found[name] = path
    except GitFailedError:
        raise NotReadError("git did not list it") from None
    return found


def first_commit(root: Path, found: Object) -> Commit | None:
    """The commit it is, or the oldest one that has it; None where none that is listed does."""
    which = (*_ITSELF, found.name) if found.kind == "commit" else (*_COMMITS, f"--find-object={found.name}")
    answer = run_git(root, *which, seconds=_SECONDS)
    lines = answer.output.decode().splitlines() if answer and answer.status == 0 else []
    return Commit(*lines[-1].split()) if lines else None
