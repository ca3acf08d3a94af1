"""The person's terminal while something secret is typed: nothing is echoed, nothing spills, all is put back.

Keys come through prompt_toolkit's parser, which knows escape sequences and bracketed paste; its editor is not used.
With no editor there is no history, no undo, no clipboard, no "open in $EDITOR" with its temporary file, and nothing is
drawn while a person types, so nothing shows how much they typed.

From the first to the last question the terminal stays in one state: what is typed between two of them is not echoed
either. It is put back, and what was not read is thrown away, on every way out: an answer, Ctrl-C, SIGTERM, SIGHUP, a
hang-up, an exception. Ctrl+Z puts it back for as long as the process is stopped.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from codecs import getincrementaldecoder
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from prompt_toolkit.input.vt100_parser import Vt100Parser

from pixie_secrets.errors import BY_SIGNAL, ChannelClosed

if sys.platform != "win32":
    import termios

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prompt_toolkit.key_binding import KeyPress

ESCAPE_AFTER = 0.5  # seconds of silence that make an Esc a key of its own and not the start of a sequence
SPILL_AFTER = 0.1  # seconds of silence that end what a paste was still sending

EMPTY_READS_MAX = 3  # one is a key that was thrown away while we were stopped; without end they are a hang-up

_PASTE_ON, _PASTE_OFF = b"\x1b[?2004h", b"\x1b[?2004l"
_CHUNK = 65536


class HungUp(EOFError):
    """The terminal is gone."""


class Terminal:
    """A terminal that does not echo; made by `hidden`."""

    def __init__(self, keyboard: int, screen: int, stops: list[None]) -> None:
        self._stops = stops
        self._empty_reads = 0
        self._keyboard = keyboard
        self._screen = screen
        self._pressed: list[KeyPress] = []
        self._parser = Vt100Parser(self._pressed.append)
        self._decode = getincrementaldecoder("utf-8")("surrogateescape").decode

    def say(self, text: str) -> None:
        """Write to the person's screen, never to a redirected stdout."""
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(self._screen, data) :]

    def keys(self, silence: float = ESCAPE_AFTER) -> list[KeyPress] | None:
        """The next keys; None when there were none for `silence` seconds.

        Raises:
            HungUp: there is nobody any more.
        """
        if select.select([self._keyboard], [], [], silence)[0]:
            try:
                data = os.read(self._keyboard, _CHUNK)
            except OSError as error:
                raise HungUp from error
            self._empty_reads = 0 if data else self._empty_reads + 1
            if self._empty_reads > EMPTY_READS_MAX:
                raise HungUp
            self._parser.feed(self._decode(data))
            return self._taken()
        if silence >= ESCAPE_AFTER:
            self._parser.flush()
        return self._taken() or None

    def stop(self) -> None:
        """Ctrl+Z: stop the whole job, as the terminal itself would have done."""
        os.kill(0, signal.SIGTSTP)

    def was_stopped(self) -> bool:
        """Whether it was, since this was last asked: the person has seen other things meanwhile."""
        stopped = bool(self._stops)
        self._stops.clear()
        return stopped

    def _taken(self) -> list[KeyPress]:
        taken = list(self._pressed)
        self._pressed.clear()
        return taken


def present() -> bool:
    """Whether somebody sits at the standard input.

    The controlling terminal is not looked for when it is something else: under an agent that terminal is the agent's
    own, and reading it would take keys from it.
    """
    return sys.platform != "win32" and sys.stdin is not None and sys.stdin.isatty()


@contextmanager
def hidden() -> Iterator[Terminal]:
    """The terminal, without echo until the block is left.

    Raises:
        ChannelClosed: there is no terminal, or it cannot be made silent.
    """
    if sys.platform == "win32" or not present():
        raise ChannelClosed("there is no terminal to ask at")
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    stops: list[None] = []

    with _screen() as screen:

        def stop(*_: object) -> None:
            _paste_mode(screen, on=False)
            _put_back(keyboard, before)
            _stop_here(stop)
            _silence(keyboard, before)
            _paste_mode(screen, on=True)
            stops.append(None)

        try:
            with _signals(stop):
                _silence(keyboard, before)
                _paste_mode(screen, on=True)
                yield Terminal(keyboard, screen, stops)
        except BaseException:
            _swallow(keyboard)
            raise
        finally:
            with _undisturbed():
                _paste_mode(screen, on=False)
                _put_back(keyboard, before)


def _silence(keyboard: int, before: list[Any]) -> None:
    """No echo, every key at once, Ctrl-C and Ctrl+Z as keys; what was typed before the question is thrown away."""
    mode = [*before[:6], list(before[6])]
    mode[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.ISTRIP)
    mode[3] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 0, 0  # never block in a read: what was there may be gone
    termios.tcsetattr(keyboard, termios.TCSAFLUSH, mode)
    if termios.tcgetattr(keyboard)[3] & (termios.ECHO | termios.ICANON):
        raise ChannelClosed("this terminal cannot hide what is typed", "pixie-secrets settings asks in the browser")


def _put_back(keyboard: int, before: list[Any]) -> None:
    with suppress(termios.error):  # it is gone: nothing to put back
        termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)


def _swallow(keyboard: int) -> None:
    """The rest of a paste that was interrupted must not end in the shell."""
    with suppress(OSError):
        while select.select([keyboard], [], [], SPILL_AFTER)[0] and os.read(keyboard, _CHUNK):
            pass


def _paste_mode(screen: int, *, on: bool) -> None:
    """Ask the terminal to say where a paste begins and ends."""
    if os.environ.get("TERM", "dumb") != "dumb":
        with suppress(OSError):  # it is gone: nothing to ask
            os.write(screen, _PASTE_ON if on else _PASTE_OFF)


@contextmanager
def _screen() -> Iterator[int]:
    """Where the person reads: stderr, or the terminal itself when that is redirected."""
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.flush()
        yield sys.stderr.fileno()
        return
    try:
        screen = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY)
    except OSError as error:
        raise ChannelClosed("there is no terminal to ask at") from error
    try:
        yield screen
    finally:
        os.close(screen)


@contextmanager
def _signals(stop: Callable[..., None]) -> Iterator[None]:
    """Turn signals that end a process into exits that put the terminal back."""

    def leave(number: int, _: object) -> None:
        raise SystemExit(BY_SIGNAL + number)

    ends: dict[int, Any] = {signal.SIGTERM: leave, signal.SIGHUP: leave, signal.SIGQUIT: leave, signal.SIGTSTP: stop}
    before = {number: signal.signal(number, action) for number, action in ends.items()}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _stop_here(stop: Callable[..., None]) -> None:
    """Really stop, as if nobody had caught the signal, and catch it again afterwards."""
    signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTSTP})
    os.kill(os.getpid(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, stop)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No signal between here and a terminal that is as it was."""
    held = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP, signal.SIGQUIT}
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
