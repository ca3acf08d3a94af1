"""A tool's process and everything it starts, held by a supervisor (see there): started, watched, ended, all of it."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pixie_secrets.errors import PixieError
from pixie_secrets.running.log_tail import LogTail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SUPERVISOR = Path(__file__).with_name("supervisor.py")
GRACE_SECONDS = 2.0  # between SIGTERM and SIGKILL
LAST_WORDS_SECONDS = 5.0


class NotStarted(PixieError):
    """The system would not start the tool."""


class ToolProcess:
    """One tool and all its descendants. Leaving the `with` block ends them, and waits until none is left.

    ended: set when the tool itself has ended, or the supervisor has. status: the tool's, negative for a signal.
    log: the last of what all of it printed.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], memory_mb: int) -> None:
        self.status: int | None = None
        self.out_of_memory = False
        self.pid = 0
        self.ended = threading.Event()
        self._known = threading.Event()  # whether it was started or refused
        self._refused: int | None = None
        self._control, theirs = socket.socketpair()
        read_fd, write_fd = os.pipe()
        try:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-IS", str(SUPERVISOR), str(theirs.fileno()), str(memory_mb << 20), *command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=write_fd,
                stderr=write_fd,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C at our terminal is for us to act on
            )
        except OSError as error:
            self._control.close()
            os.close(read_fd)
            raise _not_started(error.errno) from None
        finally:
            theirs.close()
            os.close(write_fd)
        self.log = LogTail(read_fd)
        self._listener = threading.Thread(target=self._listen, name="tool supervisor", daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        self._known.wait()
        if self._refused is not None:
            self.end(0.0)
            raise _not_started(self._refused)
        return self

    def __exit__(self, *_: object) -> None:
        self.end(GRACE_SECONDS)

    def ask_to_end(self, grace: float) -> None:
        """SIGTERM to all of it now, SIGKILL after `grace` seconds; returns at once."""
        with suppress(OSError):  # the supervisor is gone, and with it the tool
            self._control.sendall(json.dumps({"grace": grace}).encode() + b"\n")

    def end(self, grace: float) -> None:
        """The same, and wait until no process is left."""
        self.ask_to_end(grace)
        if (
            self._supervisor.wait() != 0 and self.pid
        ):  # somebody ended the supervisor, maybe the tool: what we still know of it
            with suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        self._listener.join()
        self._control.close()

    def processes(self) -> frozenset[int]:
        """The tool and its descendants, as they are now."""
        found = [self._supervisor.pid]
        for pid in found:
            found += _children(pid)
        return frozenset(found[1:])

    def _listen(self) -> None:
        """What the supervisor says, until it has nothing more to say."""
        # a supervisor that has gone while we still told it something resets the line
        with suppress(ConnectionResetError), self._control.makefile("rb") as reports:
            for line in reports:
                self._hear(json.loads(line))
        if not self._known.is_set():
            self._refused = errno.ECHILD
            self._known.set()
        self.ended.set()

    def _hear(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "started":
                self.pid = event["pid"]
            case "refused":
                self._refused = event["errno"]
            case "memory":
                self.out_of_memory = True
            case "ended":
                self.status = event["status"]
                self.ended.set()
        self._known.set()


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):  # a path of the kernel
            listed = Path(f"/proc/{pid}/task/{task}/children").read_bytes()
            found += [int(child) for child in listed.split()]
    except OSError:  # it ended meanwhile
        pass
    return found


def _not_started(number: int | None) -> NotStarted:
    if number == errno.E2BIG:
        return NotStarted(
            "the tool's secrets together are too large: a program cannot be given so much environment",
            "keep large ones in files of their own outside the project, and make the secrets those files' paths",
        )
    reason = os.strerror(number).lower() if number else "no reason given"
    return NotStarted(f"the tool's program could not be started: {reason}", "see that its environment is whole")
