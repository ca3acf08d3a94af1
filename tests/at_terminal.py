"""A person at an interactive shell in a real terminal, and what their screen has shown."""

from __future__ import annotations

import os
import shlex
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pexpect
from tests.waiting import until

if TYPE_CHECKING:
    import signal

PIXIE = shlex.join([sys.executable, "-m", "pixie_secrets"])
VALUE_PROMPT = "value: "


class Shell:
    """bash in a pseudo-terminal, in a folder, with nothing of the developer's own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        wanted = ("PATH", "HOME", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
        kept = {name: os.environ[name] for name in wanted if name in os.environ}
        kept |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PS1": "ready> ", "HISTFILE": ""}
        self.process = pexpect.spawn(
            "bash",
            ["--norc", "--noprofile", "-i"],
            cwd=str(folder),
            env={**kept, "TMPDIR": str(folder.parent), **environment},
            dimensions=(24, 80),
            timeout=60,
            encoding="utf-8",
        )
        self.process.delaybeforesend = None
        self._shown: list[str] = []
        self.expect("ready> ")
        self.run("bind 'set enable-bracketed-paste off'")  # bash's own would hide whether we left ours on
        self._shown.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.close(force=True)

    @property
    def shown(self) -> str:
        """Everything the terminal was sent so far."""
        return "".join(self._shown)

    def expect(self, *patterns: str) -> str:
        """Wait for the first of `patterns`, as plain text; what stood before it."""
        self.process.expect_exact(list(patterns))
        before, found = self.process.before, self.process.after
        assert isinstance(before, str)
        assert isinstance(found, str)
        self._shown += [before, found]
        return before

    def shows_within(self, pattern: str, seconds: float) -> bool:
        """Whether it is shown by then; what is shown is still there for `expect`."""
        found = self.process.expect_exact([pattern, pexpect.TIMEOUT], timeout=seconds) == 0
        if found:
            self.process.buffer = f"{self.process.before}{pattern}{self.process.buffer}"
        return found

    def run(self, line: str) -> str:
        """Run one line to its end; what it printed."""
        self.type(line + "\r")
        return self.expect("ready> ").partition("\r\n")[2].replace("\r\n", "\n")

    def ask(self, arguments: str) -> None:
        """Start `pixie-secrets` and wait for its first question."""
        self.type(f"{PIXIE} {arguments}\r")
        self.question()

    def question(self) -> None:
        self.expect(VALUE_PROMPT)

    def type(self, keys: str) -> None:
        self.process.send(keys)

    def paste(self, text: str) -> None:
        """As a terminal with bracketed paste sends it."""
        self.type(f"\x1b[200~{text.replace(chr(10), chr(13))}\x1b[201~")

    def prompt_back(self) -> str:
        """Wait until the shell has the terminal again; what was shown until then."""
        return self.expect("ready> ")

    def status(self) -> int:
        """Of the last command."""
        return int(self.run("echo $?"))

    def modes(self) -> str:
        """Every mode of the terminal, as `stty` reads them."""
        return self.run("stty -g").strip()

    def takes_keys(self) -> bool:
        """Whether a program has the keyboard to itself: every key goes through as it is."""
        return not termios.tcgetattr(self.process.fileno())[3] & (termios.ICANON | termios.ECHO | termios.ISIG)

    def running(self) -> int:
        """The process id of the pixie-secrets that runs in this shell."""

        def found() -> int:
            for pid in children(self.process.pid or 0):
                if b"pixie_secrets" in _cmdline(pid):
                    return pid
            return 0

        return until(found)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.running(), number)


def children(pid: int) -> list[int]:
    """The process ids of its children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
