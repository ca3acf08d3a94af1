"""Would git take a file along? Asked of git itself, which alone knows all its rules."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING

from pixie_secrets.git.command import run_git

if TYPE_CHECKING:
    from pathlib import Path


class Coverage(StrEnum):
    """What git would do with a file, whether or not it exists."""

    IGNORED = "ignored"
    TRACKED = "tracked"
    NOT_IGNORED = "not ignored"
    NO_GIT = "no git"  # no repository around it, or no git to ask


def env_coverage(path: Path) -> Coverage:
    """Ask git about `path`. When a repository is there but git fails, the answer is NOT_IGNORED: better one warning
    too many.
    """
    tracked = _git(path, "ls-files", "--cached", "--error-unmatch", "--", path.name)
    if tracked == 0:
        return Coverage.TRACKED
    # --no-index: only the rules count, whatever the index says (and whatever is hidden in it)
    ignored = None if tracked is None else _git(path, "check-ignore", "--quiet", "--no-index", "--", path.name)
    if ignored == 0:
        return Coverage.IGNORED
    return Coverage.NOT_IGNORED if ignored == 1 or (ignored and in_repository(path)) else Coverage.NO_GIT


def coverage_warning(path: Path, coverage: Coverage) -> str:
    """What to tell the person, with what to run; empty when all is well."""
    if coverage is Coverage.TRACKED:
        import shlex

        return (
            f"{path} is tracked by git: commits carry its values. Run "
            f"`git -C {shlex.quote(str(path.parent))} rm --cached {path.name}`, add the line {_rule(path)}, "
            "commit, and have every value that was ever committed replaced where it was issued"
        )
    if coverage is Coverage.NOT_IGNORED:
        return (
            f"{path} is not ignored by git: the next `git add` would take its values along. Add the line "
            f"{_rule(path)}, as the last one, without a slash or a comment after it"
        )
    return ""


def _rule(path: Path) -> str:
    """The line and the file it goes to: of the project, unless a folder further in is a repository of its own."""
    tool, tools, project = (*path.parents, *[path.parents[-1]] * 2)[:3]
    if tools.name != "tools" or not os.path.lexists(tool / "tool.json"):  # an app's
        top = next((folder for folder in path.parents if os.path.lexists(folder / ".git")), tool)
        return f"`/{path.relative_to(top).as_posix()}` to {top / '.gitignore'}"
    for repository, line in ((tool, path.name), (tools, f"*/{path.name}")):
        if os.path.lexists(repository / ".git"):
            return f"`{line}` to {repository / '.gitignore'}"
    return f"`{tools.name}/*/{path.name}` to {project / '.gitignore'}"


def warnings(path: Path) -> tuple[str, ...]:
    """What to tell a person about `path` and git: nothing when all is well."""
    warning = coverage_warning(path, env_coverage(path))
    return (warning,) if warning else ()


def in_repository(path: Path) -> bool:
    """Whether a repository is around `path`, whatever git says, and where there is no git to ask."""
    return any(os.path.lexists(folder / ".git") for folder in (path.parent, *path.parent.parents))


def _git(path: Path, *arguments: str) -> int | None:
    answer = run_git(path.parent, *arguments)
    return answer.status if answer else None
