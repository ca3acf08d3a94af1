"""A person in front of a real tmux: their own server, and a client in a pseudo-terminal that this test can see."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from typing import TYPE_CHECKING, Self

import pexpect
import pyte
from tests.conftest import require_program
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path


class Tmux:
    """A server with one window, in which an agent would run; nobody looks at it until `attach`."""

    def __init__(self, folder: Path, columns: int = 100, rows: int = 40) -> None:
        require_program("tmux")
        folder.mkdir(exist_ok=True)
        self._sockets = tempfile.TemporaryDirectory(prefix="pixie-tmux-", dir="/tmp")  # a socket's path has 108 bytes
        kept = ("PATH", "HOME", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
        self._own = {name: os.environ[name] for name in kept if name in os.environ}
        self._own |= {"TMUX_TMPDIR": self._sockets.name, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.size = (rows, columns)
        self.views: list[View] = []
        self.ask("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), "cat")
        socket, pid, pane = self.ask("display-message", "-p", "#{socket_path} #{pid} #{pane_id}").split()
        self.environment = {**self._own, "TMUX": f"{socket},{pid},0", "TMUX_PANE": pane}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["tmux", "kill-server"], env=self._own, capture_output=True, check=False)
        for view in self.views:
            view.close()
        self._sockets.cleanup()

    def ask(self, *words: str) -> str:
        """What tmux answers to a command."""
        done = subprocess.run(["tmux", *words], env=self._own, capture_output=True, check=True, text=True)
        return done.stdout.strip()

    def attach(self) -> View:
        """Look at it, as a person does."""
        view = View(pexpect.spawn("tmux", ["attach"], env=self._own, dimensions=self.size, timeout=60), self.size)
        self.views.append(view)
        until(lambda: self.ask("list-clients"))
        return view

    def panes(self) -> list[str]:
        return self.ask("list-panes", "-F", "#{pane_id}").split()


class View:
    """What the person sees, and their keyboard."""

    def __init__(self, process: pexpect.spawn[bytes], size: tuple[int, int]) -> None:
        rows, columns = size
        self._process = process
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Lock()
        self.sent = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """The screen, now."""
        with self._lock:
            return "\n".join(line.rstrip() for line in self._screen.display)

    def shows(self, text: str) -> None:
        """Wait until the screen does."""
        until(lambda: text in self.text, timeout=60)

    def shows_no_more(self, text: str) -> None:
        until(lambda: text not in self.text, timeout=60)

    def type(self, keys: str) -> None:
        self._process.send(keys)

    def close(self) -> None:
        self._reader.join(timeout=60)
        self._process.close(force=True)

    def _read(self) -> None:
        while True:
            try:
                data = self._process.read_nonblocking(65536, timeout=None)
            except (pexpect.EOF, pexpect.TIMEOUT, OSError, ValueError):
                return
            with self._lock:
                self.sent += data
                self._stream.feed(data)
