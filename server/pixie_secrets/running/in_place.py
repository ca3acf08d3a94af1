"""A command beside us: our process group, our terminal if there is any, and pipes or screens where it writes.

Its stdin is ours, untouched: no copy, no delay, and its end is its end. Its other descriptors stay open. Each of its
outputs is a terminal where ours is one, and a pipe otherwise; where ours are one and the same, so are its, and their
order stays.

Signals that were sent to us are passed on; those of the keyboard reach the command anyway, as one of our group.
What it leaves running in the background keeps its output: a copy of us stays behind to mask it.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from pixie_secrets.errors import BY_SIGNAL
from pixie_secrets.known_values import KNOWN
from pixie_secrets.running.masked_pipe import SILENCE_SECONDS, MaskedPipe
from pixie_secrets.running.not_started import CommandNotStarted
from pixie_secrets.running.wakeup import Wakeup

if sys.platform != "win32":
    import fcntl
    import termios

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PIPE_BYTES = 1 << 20
KEYBOARD = (signal.SIGINT, signal.SIGQUIT)
PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, *KEYBOARD)


def run_in_place(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `command` to its end; its exit status, or 128 and the number of the signal that ended it.

    Raises:
        CommandNotStarted: it is not there, not a program, or its environment is too large.
    """
    pipes: list[MaskedPipe] = []
    ends: dict[int, int] = {}
    wakeup = Wakeup()
    with wakeup.listening((*PASSED_ON, signal.SIGCHLD, signal.SIGWINCH)):
        try:
            for fd in (1, 2):
                if fd == 2 and 1 in ends and _same(1, 2):  # stderr
                    ends[2] = ends[1]
                elif _is_open(fd):
                    source, ends[fd] = _screen(fd) if os.isatty(fd) else pipe()
                    pipes.append(MaskedPipe(KNOWN, source, fd))
            child = subprocess.Popen(
                [*command],
                env=environment,
                stdout=ends.get(1),
                stderr=ends.get(2),
                close_fds=False,  # ours are not inheritable; what we were given, the command was given
            )
        except OSError as error:
            raise CommandNotStarted(command[0], error.errno or 0) from None
        finally:
            for end in set(ends.values()):
                os.close(end)
        _copy(pipes, wakeup, child)
    if any(each.open for each in pipes):
        _leave_behind(pipes)
    return exit_status(child.returncode)


def exit_status(status: int) -> int:
    """status: as subprocess has it, negative for a signal."""
    return status if status >= 0 else BY_SIGNAL - status


def _copy(pipes: list[MaskedPipe], wakeup: Wakeup, child: subprocess.Popen[bytes]) -> None:
    """Until the command has ended and all that it wrote has left."""
    while True:
        ready = _ready([*pipes], wakeup.fd, 0 if child.returncode is not None else None)
        if child.returncode is not None and not ready:
            return
        for number in wakeup.taken():
            if number == signal.SIGCHLD:
                child.poll()
            elif number == signal.SIGWINCH:
                _resize(pipes)
                child.send_signal(number)  # again, now that the size is right
            elif number not in KEYBOARD or not _in_foreground():
                child.send_signal(number)


def _ready(pipes: list[MaskedPipe], wake: int | None, timeout: float | None) -> bool:
    """Wait for something to happen and pass on what came; whether anything came."""
    sources = {each.source: each for each in pipes if each.open}
    if timeout is None and any(each.waits() for each in sources.values()):
        timeout = SILENCE_SECONDS
    watched = [*sources] if wake is None else [*sources, wake]
    readable, _, _ = select.select(watched, [], [], timeout)
    for fd in readable:
        if fd in sources:
            sources[fd].pump()
    if not readable:
        for each in sources.values():
            each.silent()
    return any(fd in sources for fd in readable)


def _leave_behind(pipes: list[MaskedPipe]) -> None:
    """The command has ended, but not all that it started: a copy of us masks on until they close their outputs."""
    if os.fork():
        return
    status = 1
    try:
        while any(each.open for each in pipes):
            _ready(pipes, None, None)
        status = 0
    finally:
        os._exit(status)


def pipe() -> tuple[int, int]:
    read_fd, write_fd = os.pipe()
    if sys.platform == "linux":
        with suppress(OSError):  # this user's pipes are many already: the usual size does
            fcntl.fcntl(write_fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return read_fd, write_fd


def _screen(fd: int) -> tuple[int, int]:
    """A terminal that is only written to, of the size of `fd`, which goes on doing line ends and tabs by itself."""
    master, slave = os.openpty()
    mode = termios.tcgetattr(slave)
    mode[1] &= ~termios.OPOST
    termios.tcsetattr(slave, termios.TCSANOW, mode)
    termios.tcsetwinsize(slave, termios.tcgetwinsize(fd))
    return master, slave


def _resize(pipes: list[MaskedPipe]) -> None:
    for each in pipes:
        if each.open and os.isatty(each.source):
            try:
                termios.tcsetwinsize(each.source, termios.tcgetwinsize(each.target))
            except termios.error:  # it is gone
                continue


def _same(one: int, other: int) -> bool:
    first, second = os.fstat(one), os.fstat(other) if _is_open(other) else None
    return second is not None and (first.st_dev, first.st_ino, first.st_rdev) == (
        second.st_dev,
        second.st_ino,
        second.st_rdev,
    )


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def _in_foreground() -> bool:
    """Whether a keyboard's signals reach the command without us."""
    try:
        tty = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(tty) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(tty)
