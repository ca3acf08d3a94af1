"""Stands in for the server while its packages are being installed, so that the client's first question has an answer.

A client gives a server 30 seconds; a first installation may take longer. What never changes between two starts (who
the server is, which tools it has) is answered beforehand (pixie_secrets/first_answers.py). Everything else is
kept, in order, until the real one can be started; then this process only carries bytes between the two. A call that
has waited long enough is answered with what to do instead. Nothing but protocol goes to stdout.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from first_start import paths
from pixie_secrets.first_answers import VERSION, FirstAnswers, meta_of, params_of

if TYPE_CHECKING:
    Message = dict[str, Any]

PATIENCE = float(os.environ.get("PIXIE_SECRETS_INSTALL_PATIENCE") or 90)  # seconds; clients move calls away at 120
GLANCE = 0.05  # seconds between two looks at the installation
STDIN, STDOUT = 0, 1
PARSE_ERROR = -32700


def serve() -> int:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return StandIn().serve()


class PendingRequest:
    """A line the real server will have to answer, and until when it may wait for that."""

    def __init__(self, line: bytes, message: Message) -> None:
        self.line = line
        self.message = message
        self.deadline = time.monotonic() + PATIENCE


class StandIn:
    def __init__(self) -> None:
        self.answers = FirstAnswers()
        self.unread = b""
        self.handshake: list[bytes] = []  # what a client of the older protocol said once and will not say again
        self.held: list[PendingRequest] = []
        self.builder: subprocess.Popen[bytes] | None = None
        self.install()

    def serve(self) -> int:
        while True:
            readable, _, _ = select.select([STDIN], [], [], GLANCE if self.builder else None)
            if readable:
                read = os.read(STDIN, 65536)
                if not read:
                    return 0  # the client went away; the installation goes on, for the next start
                *lines, self.unread = (self.unread + read).split(b"\n")
                for line in lines:
                    self.receive(line)
            if self.builder and self.builder.poll() is not None:
                if self.builder.returncode == 0:
                    return self.hand_over()
                self.builder = None
                from first_start import failure

                self.give_up(self.held, FAILED, **failure.failure()._asdict())
            late = [held for held in self.held if held.deadline < time.monotonic()]
            self.give_up(late, NOT_YET)

    def install(self) -> None:
        """Start an installation that outlives this process, so that a short session still leaves it done."""
        self.builder = subprocess.Popen(
            [sys.executable, "-IS", paths.BOOTSTRAP, "--install", "--quiet"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def receive(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            if line.strip():
                send({"jsonrpc": "2.0", "id": None, "error": {"code": PARSE_ERROR, "message": "parse error"}})
            return
        if not isinstance(message, dict) or "method" not in message:
            return
        method, number = message["method"], message.get("id")
        if method in ("initialize", "notifications/initialized"):
            self.handshake.append(line)
        response = self.answers.response(message)
        if response is not None:
            send(response)
        elif method == "notifications/cancelled":
            cancelled = params_of(message).get("requestId")
            self.held = [held for held in self.held if held.message["id"] != cancelled]
        elif number is not None and method != "initialize":
            self.hold(line, message)

    def hold(self, line: bytes, message: Message) -> None:
        self.held.append(PendingRequest(line, message))
        if self.builder is None:
            self.install()  # it failed before; the person may have mended what was wrong
        token = meta_of(message).get("progressToken")
        if token is not None:
            said = {"progressToken": token, "progress": 0, "message": "first start: installing packages, once"}
            send({"jsonrpc": "2.0", "method": "notifications/progress", "params": said})

    def give_up(self, waiting: list[PendingRequest], why: str, **reason: str) -> None:
        """Answer these with what to do now; a tool's result is what a model gets to read."""
        for held in waiting:
            text = why.format(command=os.environ["PIXIE_SECRETS_COMMAND"], **reason)
            answer: Message = {"jsonrpc": "2.0", "id": held.message["id"]}
            if held.message.get("method") == "tools/call":
                modern = VERSION in meta_of(held.message)
                answer["result"] = {"content": [{"type": "text", "text": text}], "isError": True}
                answer["result"].update({"resultType": "complete"} if modern else {})
            else:
                answer["error"] = {"code": -32603, "message": text}
            send(answer)
        self.held = [held for held in self.held if held not in waiting]

    def hand_over(self) -> int:
        """Start the real server, tell it what the client said before, and from then on only carry bytes."""
        python = paths.ready_python() or sys.exit("pixie-secrets: its environment was removed while it started")
        to_real, into = os.pipe()
        out_of, from_real = os.pipe()
        real = subprocess.Popen(paths.command_line(python, ["mcp"]), stdin=to_real, stdout=from_real)
        os.close(to_real)
        os.close(from_real)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: real.send_signal(number))
        early = self.introduce(into, out_of) if self.handshake else b""
        rest = self.handshake[1:] + [held.line for held in self.held]
        tell(into, b"".join(line + b"\n" for line in rest) + self.unread)
        threading.Thread(target=carry, args=(STDIN, into), daemon=True).start()
        tell(STDOUT, early)
        carry(out_of, STDOUT)
        return real.wait()

    def introduce(self, into: int, out_of: int) -> bytes:
        """Shake hands on the client's behalf; what the server said besides its answer, which the client has had."""
        tell(into, self.handshake[0] + b"\n")
        answered = json.loads(self.handshake[0]).get("id")
        said = b""
        for line in iter(lambda: read_line(out_of), b""):
            if json.loads(line).get("id") == answered:
                break
            said += line
        return said


def carry(source: int, destination: int) -> None:
    """Carry bytes until either end is gone, and say so to the other."""
    try:
        for read in iter(lambda: os.read(source, 65536), b""):
            tell(destination, read)
    except OSError:
        pass
    os.close(destination)


def read_line(descriptor: int) -> bytes:
    """One line and not a byte more: what follows is carried, not read."""
    line = b""
    while not line.endswith(b"\n"):
        read = os.read(descriptor, 1)
        if not read:
            break
        line += read
    return line


def send(message: Message) -> None:
    tell(STDOUT, json.dumps(message, separators=(",", ":")).encode() + b"\n")


def tell(descriptor: int, data: bytes) -> None:
    """Write all of it: a pipe may take less at a time."""
    while data:
        data = data[os.write(descriptor, data) :]


NOT_YET = (
    "this server was started for the first time and is still installing the packages it needs; nothing was done. "
    "hint: call again in a minute, or let the user run this in another terminal to watch it: {command} --install"
)
FAILED = (
    "this server was started for the first time and could not install the packages it needs: {what}; nothing was done. "
    "hint: tell the user to {todo}. this in another terminal shows it happen: {command} --install ; then call again, "
    "no restart is needed"
)
