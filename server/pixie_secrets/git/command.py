"""Runs git, for reading only.

A repository can be hostile (a tool that was imported, a clone): its configuration must run nothing. Only commands that
read names, or blobs as they are, are used; what could start a program is overridden on the command line, and git gets
an environment of its own, without `GIT_*` and without anybody's keys.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple

from pixie_secrets.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Iterator
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


class GitOutput(NamedTuple):
    """Git's exit code and what it wrote to its standard output."""

    status: int
    output: bytes


def run_git(folder: Path | str, *arguments: str, given: bytes = b"", seconds: float = SECONDS_MAX) -> GitOutput | None:
    """Run git in `folder`; None when there is no git to ask, status 128 also when it takes too long.

    given: its standard input. Only for commands that read names, or blobs as they are: nothing that filters, diffs with
    a program, or talks to a network.
    """
    import subprocess

    git = find_program("git.exe" if os.name == "nt" else "git")
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
        return GitOutput(128, b"")
    except OSError:
        return None
    return GitOutput(done.returncode, done.stdout)


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",  # none; a git that does not know the line above would fetch what a clone left out
    }


@contextmanager
def git_output(folder: Path | str, *arguments: str) -> Iterator[IO[bytes]]:
    """What git writes, as it comes, for the same commands as `run_git`; git is ended with the `with`.

    Raises:
        GitFailedError: there is no git, or, at the end of what was read to its end, it failed.
    """
    import subprocess

    git = find_program("git.exe" if os.name == "nt" else "git")
    if git is None:
        raise GitFailedError
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb", buffering=1 << 20) as output:
        try:
            running = subprocess.Popen(
                [git, "-C", str(folder), *_HARMLESS, *arguments],
                env=_environment(), stdin=subprocess.DEVNULL, stdout=write_end, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        finally:
            os.close(write_end)
        with running:
            try:
                yield output
            except BaseException:
                running.kill()
                raise
            if output.read(1):  # its reader has enough
                running.kill()
            elif running.wait():
                raise GitFailedError


class GitFailedError(Exception):
    """Git is not there, or did not answer."""
