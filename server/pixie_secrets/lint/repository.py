"""What one repository says of paths: which it tracks, which it ignores, which any commit ever had.

Paths are relative to the folder that git is asked in, not to the one it takes for the top: what looks like a repository
need not be one, and then git answers for the one around it.
"""

from __future__ import annotations

import stat
import time
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.git.command import SECONDS_MAX, GitOutput, run_git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SECONDS_HISTORY = 20.0
_ARGUMENTS_MAX = 100_000  # bytes; what a system takes at once is more than that
_HISTORY = (
    "log",
    "--all",
    "--full-history",  # also what came and went on a branch that was merged since
    "--relative",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--name-only",
    "--format=",
    "-z",
)


class GitStatus(NamedTuple):
    """ignored: None where the rules could not be asked for."""

    tracked: set[str]
    ignored: set[str] | None
    once: set[str]


def git_status(folder: Path, paths: list[str]) -> GitStatus | None:
    """What git says in `folder` of `paths` below it; None when it has nothing to say there."""
    tracked = _listed(folder, ("ls-files", "-z", "--cached"), paths, SECONDS_MAX)
    if tracked is None:
        return None
    once = _listed(folder, _HISTORY, [path for path in paths if path not in tracked], _SECONDS_HISTORY)
    return GitStatus(tracked, _ignored(folder, paths), once or set())  # no history: no commit yet, or git took too long


def _ignored(folder: Path, paths: list[str]) -> set[str] | None:
    if any(map(_would_block, _rule_files(folder, paths))):
        return None
    # --no-index: a tracked file counts as "not ignored" otherwise, and only the rules are asked about here
    answer = run_git(folder, "check-ignore", "-z", "--no-index", "--stdin", given=_encoded("\0".join(paths)))
    if answer is None or answer.status not in {0, 1}:
        return None
    return _names(answer)


def _listed(folder: Path, words: tuple[str, ...], paths: list[str], seconds: float) -> set[str] | None:
    """Which of `paths` a command lists; None when it fails or takes too long."""
    found: set[str] = set()
    until = time.monotonic() + seconds
    for some in _few_enough(paths):
        left = max(0.1, until - time.monotonic())
        answer = run_git(folder, *words, "--", *(f":(literal){path}" for path in some), seconds=left)
        if answer is None or answer.status != 0:
            return None
        found |= _names(answer)
    return found


def _few_enough(paths: list[str]) -> Iterator[list[str]]:
    some: list[str] = []
    size = 0
    for path in paths:
        if size > _ARGUMENTS_MAX:
            yield some
            some, size = [], 0
        some.append(path)
        size += len(_encoded(path)) + 20
    if some:
        yield some


def _rule_files(folder: Path, paths: Iterable[str]) -> Iterator[Path]:
    below = {path.rpartition("/")[0] for path in paths}
    yield from (folder / part / ".gitignore" for part in {up for one in below for up in _upwards(one)})
    yield folder / ".git/info/exclude"


def _upwards(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield ""


def _would_block(path: Path) -> bool:
    """A FIFO: git opens it, and waits for a writer."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISLNK(mode) or stat.S_ISDIR(mode))


def _names(answer: GitOutput) -> set[str]:
    return {name for name in answer.output.decode("utf-8", "surrogateescape").split("\0") if name}


def _encoded(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
