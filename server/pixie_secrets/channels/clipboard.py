"""The person's clipboard, for half a minute: a value goes to it by the standard input of one program, and goes again.

On X11 and Wayland a program owns what was copied and hands it out. Ours runs until the time is over and is then ended,
and the value with it; when something else is copied meanwhile it ends by itself, and that stays. On macOS the system
keeps it: there it is emptied, unless it holds something else by then.

A clipboard manager may have kept a copy; none is told not to by a way that all of them heed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import ChannelClosed
from pixie_secrets.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.secret.text import SecretStr

SECONDS = 30.0
_SLACK = 15  # seconds more after which it ends without us
_STARTED = 0.5  # seconds in which a program that cannot reach the desktop says so
_PASSED_ON = ("PATH", "HOME", "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "LANG", "LC_ALL")


class _Program(NamedTuple):
    """name: on PATH. arguments: so that it stays while it owns the clipboard. variable: of the desktop it is for."""

    name: str
    arguments: tuple[str, ...]
    variable: str


_PROGRAMS = (
    _Program("wl-copy", ("--foreground", "--type", "text/plain"), "WAYLAND_DISPLAY"),
    _Program("xclip", ("-selection", "clipboard", "-quiet"), "DISPLAY"),
    _Program("xsel", ("--clipboard", "--input", "--nodetach"), "DISPLAY"),
)


class Clipboard:
    """The clipboard of the desktop that `environment` leads to.

    Raises:
        ChannelClosed: there is no desktop here, or none of the programs that reach its clipboard.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> None:
        self._environment = {name: environment[name] for name in _PASSED_ON if name in environment}
        self._process: subprocess.Popen[bytes] | None = None
        self._kept_by_system = platform == "darwin"
        self._command = self._found(environment)

    def _found(self, environment: Mapping[str, str]) -> list[str]:
        if self._kept_by_system:
            return ["/usr/bin/pbcopy"]
        for program in _PROGRAMS:
            path = find_program(program.name, environment) if environment.get(program.variable) else None
            if path:
                limit = find_program("timeout", environment)  # should we be killed, it does not stay for good
                return [*([limit, str(int(SECONDS) + _SLACK)] if limit else []), path, *program.arguments]
        raise ChannelClosed(
            "no clipboard can be reached from here",
            "on a desktop, install wl-clipboard (Wayland), or xclip or xsel (X11)",
        )

    def put(self, value: SecretStr) -> None:
        """Copy `value`; call `clear` later.

        Raises:
            ChannelClosed: the program failed.
        """
        process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C ends us, and we end it
        )
        self._process = process
        try:
            if process.stdin:
                process.stdin.write(value.get_secret_value().encode())
                process.stdin.close()
            failed = process.wait(_STARTED) != 0
        except subprocess.TimeoutExpired:
            return
        except OSError:
            failed = True
        if failed:
            self._end()
            raise ChannelClosed("the clipboard did not take it", "see that the desktop is yours and running")

    def owned_for(self, seconds: float) -> None:
        """Wait that long, or until something else was copied."""
        if self._process:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                return

    def clear(self, value: SecretStr) -> None:
        """Take `value` off the clipboard, unless something else is there by now."""
        self._end()
        if self._kept_by_system and self._read() == value.get_secret_value().encode():
            subprocess.run(self._command, env=self._environment, input=b"", check=False)

    def _read(self) -> bytes:
        return subprocess.run(["/usr/bin/pbpaste"], env=self._environment, capture_output=True, check=False).stdout

    def _end(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
