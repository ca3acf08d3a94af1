"""Who has a file open, or may write to it at any time: asked of `/proc`, before and while a file is replaced.

A coding agent opens a transcript for each line it adds and closes it again. So a session counts as open as long as a
process of its program runs that was there when the file was last written.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

PROC = Path("/proc")
_INTERPRETERS = ("node", "bun", "python")
_GONE = " (deleted)"  # what Linux adds to the name of an open file that was replaced
_STARTED, _SLACK = 19, 2.0  # field of `stat` behind the program's name; seconds that clocks are coarse by


class Process(NamedTuple):
    pid: int
    program: str

    def __str__(self) -> str:
        return f"{self.program} (process {self.pid})"


def can_tell() -> bool:
    """Whether this system says which process has which file open."""
    return PROC.joinpath("self", "fd").is_dir()


def holder(paths: Collection[Path], *, replaced: bool = False) -> Process | None:
    """Another process that has one of these files open. replaced: the one that had that name before."""
    wanted = {os.path.realpath(path) + (_GONE if replaced else "") for path in paths}
    own = os.getpid()
    for pid in _processes():
        if pid != own and any(name in wanted for name in _open_files(pid)):
            return Process(pid, _program(pid) or "a program")
    return None


def writer(programs: Collection[str], written: float) -> Process | None:
    """A process of a program by one of these names that ran when the file was last written, at `written`.

    One with another home folder keeps its sessions there.
    """
    for pid in _processes():
        if (program := _program(pid)) in programs and _since(pid) <= written + _SLACK and _is_at_home(pid):
            return Process(pid, program)
    return None


def _processes() -> Iterator[int]:
    for name in os.listdir(PROC):
        if name.isdecimal():
            yield int(name)


def _open_files(pid: int) -> Iterator[str]:
    try:
        links = list((PROC / str(pid) / "fd").iterdir())
    except OSError:  # ended, or somebody else's
        return
    for link in links:
        with suppress(OSError):
            yield str(link.readlink())


def _program(pid: int) -> str:
    """What was started: of a script, its own name, not its interpreter's."""
    try:
        words = [os.fsdecode(word) for word in (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")]
    except OSError:
        return ""
    first = Path(words[0]).name
    if first.startswith(_INTERPRETERS):
        first = next((Path(word).name for word in words[1:] if word and not word.startswith("-")), first)
    return first.removesuffix(".js")


def _is_at_home(pid: int) -> bool:
    """Whether its home folder is this one, or cannot be told."""
    try:
        variables = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return True
    homes = [variable.removeprefix(b"HOME=") for variable in variables if variable.startswith(b"HOME=")]
    return not homes or os.path.realpath(os.fsdecode(homes[0])) == os.path.realpath(os.path.expanduser("~"))


def _since(pid: int) -> float:
    """When it was started, in seconds since 1970."""
    try:
        ticks = int((PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()[_STARTED])
        lines = (PROC / "stat").read_bytes().splitlines()
        booted = next(int(line.split()[1]) for line in lines if line.startswith(b"btime"))
    except (OSError, IndexError, StopIteration):
        return float("inf")
    return booted + ticks / os.sysconf("SC_CLK_TCK")
