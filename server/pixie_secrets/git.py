"""Would git take a file along? Asked of git itself, which alone knows all its rules.

A repository can be hostile (a tool that was imported, a clone): its configuration must run nothing. Only commands that
read names, or blobs as they are, are used; what could start a program is overridden on the command line, and git gets
an environment of its own, without `GIT_*` and without anybody's keys.
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

SECONDS_MAX = 5.0

_HARMLESS = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.untrackedCache=false"),
    *("-c", "protocol.allow=never"),
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "safe.directory=*"),  # somebody else's repository is answered for too; nothing of it is run
)
_PASSED_ON = ("PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "USERPROFILE")  # where people's own ignore rules are


class Coverage(StrEnum):
    """What git would do with a file, whether or not it exists."""

    IGNORED = "ignored"
    TRACKED = "tracked"
    NOT_IGNORED = "not ignored"
    NO_GIT = "no git"  # no repository around it, or no git to ask


class Answer(NamedTuple):
    """Git's exit code and what it wrote to its standard output."""

    status: int
    output: bytes


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
    return Coverage.NOT_IGNORED if ignored == 1 or (ignored and _in_repository(path)) else Coverage.NO_GIT


def coverage_warning(path: Path, coverage: Coverage) -> str:
    """What to tell the person, with what to run; empty when all is well."""
    if coverage is Coverage.TRACKED:
        import shlex  # noqa: PLC0415  hardly ever needed

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
    tool, tools, project = path.parents[:3]
    for repository, line in ((tool, path.name), (tools, f"*/{path.name}")):
        if os.path.lexists(repository / ".git"):
            return f"`{line}` to {repository / '.gitignore'}"
    return f"`{tools.name}/*/{path.name}` to {project / '.gitignore'}"


def warnings(path: Path) -> tuple[str, ...]:
    """What to tell a person about `path` and git: nothing when all is well."""
    warning = coverage_warning(path, env_coverage(path))
    return (warning,) if warning else ()


def _in_repository(path: Path) -> bool:
    return any(os.path.lexists(folder / ".git") for folder in (path.parent, *path.parent.parents))


def ask(folder: Path, *arguments: str, given: bytes = b"", seconds: float = SECONDS_MAX) -> Answer | None:
    """Run git in `folder`; None when there is no git to ask, status 128 also when it takes too long.

    given: its standard input. Only for commands that read names, or blobs as they are: nothing that filters, diffs with
    a program, or talks to a network.
    """
    import subprocess  # noqa: PLC0415  a fifth of a start-up

    git = _program()
    if git is None:
        return None
    try:
        done = subprocess.run(
            [git, "-C", str(folder), *_HARMLESS, *arguments],
            env=_environment(),
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(128, b"")
    except OSError:
        return None
    return Answer(done.returncode, done.stdout)


def _git(path: Path, *arguments: str) -> int | None:
    answer = ask(path.parent, *arguments)
    return answer.status if answer else None


def _program() -> str | None:
    """The git that PATH leads to. `shutil.which` would load three compressors to say so."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.get_exec_path():
        path = os.path.join(folder, name)  # noqa: PTH118  plain strings, on the way of every commit hook
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):  # noqa: PTH113, PTH117  as above
            return path  # one in a folder that PATH names relatively, as the working folder, is not ours
    return None


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",  # none; a git that does not know the line above would fetch what a clone left out
    }
