"""A command at a terminal: it gets one of its own, of the same size and modes, and ours becomes its glass.

Every key goes through as it is, so that Ctrl-C, Ctrl-Z, Ctrl-D and echo are the business of the inner terminal and of
the command. Between us and the command stands a small process, the leader of the inner session: without a parent in
its own session the command could not be stopped by Ctrl-Z. When it is stopped, so are we, with the terminal put back;
`fg` continues both, `bg` lets it run without keys.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import signal
import struct
import sys
import termios
import tty
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from pixie_secrets.errors import NOT_FOUND
from pixie_secrets.known_values import KNOWN
from pixie_secrets.running.in_place import exit_status, pipe
from pixie_secrets.running.masked_pipe import SILENCE_SECONDS, MaskedPipe
from pixie_secrets.running.not_started import CommandNotStarted
from pixie_secrets.running.wakeup import Wakeup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEYS_AT_ONCE = 4096
BEHIND_SECONDS = 0.2  # between two looks at whether we are in front again
_EVENT = struct.Struct("=ci")
_STARTED, _REFUSED, _STOPPED, _GOES_ON, _ENDED = b"s", b"r", b"t", b"c", b"e"
NOTICED = (
    signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2,
    signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH,
)  # fmt: skip


def has_terminal() -> bool:
    """Whether keyboard and screen are a terminal, and we are what it listens to."""
    try:
        return os.isatty(0) and os.isatty(1) and os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def run_in_terminal(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `command` to its end; its exit status, or 128 and the number of the signal that ended it.

    Raises:
        CommandNotStarted: it is not there, not a program, or its environment is too large.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    before = termios.tcgetattr(0)
    master, slave = os.openpty()
    termios.tcsetattr(slave, termios.TCSANOW, before)
    termios.tcsetwinsize(slave, termios.tcgetwinsize(0))
    errors = None if os.isatty(2) else pipe()
    events, report = os.pipe()
    go_on, let_go_on = os.pipe()
    wakeup = Wakeup()
    with wakeup.listening(NOTICED):
        leader = os.fork()
        if leader == 0:
            os.close(master)
            os.close(let_go_on)
            _Leader(slave, errors[1] if errors else slave, report, go_on).run(command, environment)
        for end in (slave, report, go_on, *([errors[1]] if errors else [])):
            os.close(end)
        screens = [MaskedPipe(KNOWN, master, 1), *([MaskedPipe(KNOWN, errors[0], 2)] if errors else [])]
        outer = _OuterTerminal(screens, master, events, let_go_on, before, wakeup)
        try:
            status = outer.run(command[0])
        finally:
            outer.keyboard(on=False)
            os.close(let_go_on)
            os.waitpid(leader, 0)
    return status


class _Leader:
    """The leader of the inner session: starts the command, tells when it stops or ends, lets it go on."""

    def __init__(self, terminal: int, errors: int, report: int, go_on: int) -> None:
        self.terminal = terminal
        self.errors = errors
        self._report = report
        self._go_on = go_on

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in NOTICED:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    signal.signal(number, signal.SIG_DFL)
            os.setsid()
            fcntl.ioctl(self.terminal, termios.TIOCSCTTY, 0)
            self._watch(self._start(command, environment))
            status = 0
        finally:
            os._exit(status)

    def _start(self, command: Sequence[str], environment: Mapping[str, str]) -> int:
        pid = os.fork()
        if pid:
            with suppress(OSError):  # it did so itself, and may be another program by now
                os.setpgid(pid, pid)
            return pid
        try:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(self.terminal, os.getpgrp())
            for fd, end in ((0, self.terminal), (1, self.terminal), (2, self.errors)):
                os.dup2(end, fd)
            for number in (signal.SIGTTOU, signal.SIGPIPE, signal.SIGXFSZ):
                signal.signal(number, signal.SIG_DFL)
            self.report(_STARTED, os.getpid())
            os.execvpe(command[0], [*command], environment)  # no shell wanted
        except OSError as error:
            self.report(_REFUSED, error.errno or 0)
        finally:
            os._exit(NOT_FOUND)

    def _watch(self, pid: int) -> None:
        """Hold the terminal for as long as the command runs, whatever it closes, and nothing else of its outputs."""
        signal.signal(signal.SIGHUP, lambda *_: _hang_up(pid))  # it comes to us alone
        for stream in (0, 1, 2):
            os.dup2(self._go_on, stream)
        if self.errors != self.terminal:
            os.close(self.errors)
        while True:
            _, status = os.waitpid(pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                os.close(self.terminal)
                self.report(_ENDED, os.waitstatus_to_exitcode(status))
                os.read(self._go_on, 1)  # our end hangs the terminal up: not before all has been read from it
                return
            self.report(_STOPPED, os.WSTOPSIG(status))
            if not os.read(self._go_on, 1):
                return
            with suppress(OSError):
                os.killpg(pid, signal.SIGCONT)
            self.report(_GOES_ON, 0)

    def report(self, kind: bytes, number: int) -> None:
        os.write(self._report, _EVENT.pack(kind, number))


def _hang_up(group: int) -> None:
    with suppress(OSError):  # all of it has ended: only the terminal is put away
        os.killpg(group, signal.SIGHUP)
        os.killpg(group, signal.SIGCONT)


class _Event(NamedTuple):
    """What the leader reports. number: an id of a process, a signal or an exit status, as the kind has it."""

    kind: bytes
    number: int


class _OuterTerminal:
    """Our own terminal while the command has it."""

    def __init__(  # noqa: PLR0917  private, and made in one place
        self, screens: list[MaskedPipe], master: int, events: int, let_go_on: int, before: list[Any], wakeup: Wakeup
    ) -> None:
        self._screens = screens
        self._master = master
        self._reports = events
        self._let_go_on = let_go_on
        self._before = before
        self._wakeup = wakeup
        self._keys = b""  # typed, and not taken by the inner terminal yet
        self._listens = False  # to the keyboard
        self._command = 0
        self._ended: int | None = None
        self._stopped = False
        self._continuing = False  # the command was told to go on: a Ctrl-Z that reaches it before is lost
        self._hung_up = False
        os.set_blocking(master, False)

    def run(self, program: str) -> int:
        """Until the command has ended and all that it wrote was shown."""
        self.keyboard(on=True)
        while True:
            came = self._look(0 if self._ended is not None else None)
            if self._ended is not None and not came:
                break
            for event in self._events() if self._reports in came else ():
                if event.kind == _REFUSED:
                    raise CommandNotStarted(program, event.number)
                if event.kind == _STARTED:
                    self._command = event.number
                elif event.kind == _STOPPED:
                    self._stop()
                elif event.kind == _GOES_ON:
                    self._continuing = False
                else:
                    self._ended = event.number
        for screen in self._screens:
            screen.finish()
        return exit_status(self._ended)

    def keyboard(self, *, on: bool) -> None:
        """Take the keyboard, or give it back as it was."""
        if on == self._listens:
            return
        self._listens = on
        with suppress(termios.error):  # it is gone: nothing to put back
            if on:
                tty.setraw(0, termios.TCSADRAIN)
            else:
                termios.tcsetattr(0, termios.TCSADRAIN, self._before)

    def _look(self, timeout: float | None) -> list[int]:
        """Wait for something to happen, pass on what came; the descriptors it came from, signals aside."""
        sources = {screen.source: screen for screen in self._screens if screen.open}
        if timeout is None and any(screen.waits() for screen in sources.values()):
            timeout = SILENCE_SECONDS
        elif timeout is None and self._behind():
            timeout = BEHIND_SECONDS
        keys_wanted = self._listens and not self._keys and not self._continuing
        watched = [*sources, self._reports, self._wakeup.fd, *([0] if keys_wanted else [])]
        writable = [self._master] if self._keys_go else []
        came, free, _ = select.select(watched, writable, [], timeout)
        if not came and not free:
            self._nothing_came()
        if 0 in came:
            self._type()
        if self._keys_go:
            self._pass_keys()
        for fd in came:
            if fd in sources:
                sources[fd].pump()
        if self._wakeup.fd in came:
            self._signals()
        return [fd for fd in came if fd in sources or (fd == self._reports and self._ended is None)]

    def _nothing_came(self) -> None:
        for screen in self._screens:
            screen.silent()
        if self._behind():
            self._go_on()

    def _type(self) -> None:
        try:
            self._keys = os.read(0, KEYS_AT_ONCE)
        except OSError:
            self._keys = b""
        if not self._keys:  # hung up
            self._listens, self._hung_up = False, True
            self._send(signal.SIGHUP)

    def _behind(self) -> bool:
        """Whether we run in the background: a shell brings what runs to the front without a signal."""
        return not self._listens and not self._hung_up

    @property
    def _keys_go(self) -> bool:
        """Whether keys were typed and somebody is there to take them."""
        return bool(self._keys) and self._screens[0].open and not self._stopped and not self._continuing

    def _pass_keys(self) -> None:
        try:
            self._keys = self._keys[os.write(self._master, self._keys) :]
        except BlockingIOError:
            pass
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            self._keys = b""

    def _signals(self) -> None:
        for number in self._wakeup.taken():
            if number == signal.SIGWINCH:
                self._resize()
            elif number == signal.SIGCONT:
                self._go_on()
            else:
                self._send(number)

    def _resize(self) -> None:
        if self._screens[0].open:
            with suppress(termios.error, OSError):  # ours is gone: nothing to be like
                termios.tcsetwinsize(self._master, termios.tcgetwinsize(0))

    def _send(self, number: int) -> None:
        if self._command:
            with suppress(ProcessLookupError):
                os.kill(self._command, number)

    def _events(self) -> list[_Event]:
        data = os.read(self._reports, 64 * _EVENT.size)
        if not data:  # the leader was killed, and the terminal with it
            return [_Event(_ENDED, -signal.SIGKILL)]
        return [_Event(*_EVENT.unpack_from(data, place)) for place in range(0, len(data), _EVENT.size)]

    def _stop(self) -> None:
        """Stop as the command did, and with us all that stand in a pipe with us."""
        self._stopped = True
        self.keyboard(on=False)
        before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.killpg(0, signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, before)
        self._go_on()

    def _go_on(self) -> None:
        """We were continued; with the keyboard only when we are in the foreground."""
        with suppress(OSError):
            if os.tcgetpgrp(0) == os.getpgrp():
                self.keyboard(on=True)
                self._resize()
        if self._stopped:
            self._stopped, self._continuing = False, True
            os.write(self._let_go_on, b"c")
