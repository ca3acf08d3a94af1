"""Stands between this program and a tool, so that nothing of the tool outlives its run. Run as a program of its own.

    python -IS supervisor.py CONTROL_FD MEMORY_BYTES PROGRAM ARGUMENT…

Why a process of its own: on Linux it is the "subreaper" of all that the tool starts, so a descendant that forks twice,
or leaves the process group with `setsid`, becomes its child and not init's, and is found and ended with the rest. A
server that also starts terminals and browsers cannot be that. And it outlives its parent's death by just long enough:
the control socket closes, whatever happened to the parent, and that ends the tool.

It speaks JSON lines on the control socket. In: `end` (SIGTERM, then SIGKILL after its `grace` seconds). Out: `started`,
`memory` (the limit was passed, everything is being killed), `ended` with the tool's own exit status, and `gone`
once no process is left.

Memory is measured, not limited by the kernel: RLIMIT_AS and RLIMIT_DATA count what numpy, torch or a thread's stack
reserve and never touch. Anonymous resident memory of all processes together is what a tool really takes from others.
Standard library only: it has to start faster than the tool it starts.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time

LOOK_SECONDS = 0.05  # between two looks at memory: at two GB a second a tool passes its limit by a hundred MB
LIFELINE_GRACE = 2.0  # seconds for a tool to end by itself when the parent is gone
KILL_AGAIN_SECONDS = 0.02

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


class Supervisor:
    """One tool, from its start until nothing of it is left."""

    def __init__(self, control: int, memory_max: int) -> None:
        self.control = control
        self.memory_max = memory_max
        self.tool = 0
        self.ended = False
        self.kill_at: float | None = None  # when patience ends; None: nobody asked for the end yet
        self._partial_line = b""
        self._wake, wake = os.pipe()
        for end in (self._wake, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.end(LIFELINE_GRACE))

    def start(self, command: list[str]) -> None:
        """Start the tool in a session of its own, the first to go when memory gets short; it leaves no core dump."""
        failed, report = os.pipe()
        self.tool = os.fork()
        if self.tool == 0:
            try:
                os.setsid()
                _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
                _become_expendable()
                os.set_inheritable(self.control, False)  # the signature is Python's
                for caught in (signal.SIGPIPE, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
                    signal.signal(caught, signal.SIG_DFL)
                os.execve(command[0], command, os.environ)  # no shell wanted
            except OSError as error:
                os.write(report, str(error.errno).encode())
            finally:
                os._exit(127)
        os.close(report)
        number = os.read(failed, 16)
        os.close(failed)
        if number:
            self.say(event="refused", errno=int(number))
        else:
            self.say(event="started", pid=self.tool)
        for stream in (0, 1, 2):  # the tool's, and only the tool's: their other end sees when it closes them
            os.dup2(os.open(os.devnull, os.O_RDWR), stream)

    def say(self, **event: object) -> None:
        try:
            os.write(self.control, json.dumps(event).encode() + b"\n")
        except OSError:
            self.end(LIFELINE_GRACE)

    def end(self, grace: float) -> None:
        """Ask everything to end, once; whatever still lives after `grace` seconds is killed."""
        until = time.monotonic() + grace
        if self.kill_at is None:
            _signal(descendants(), signal.SIGTERM)
        self.kill_at = until if self.kill_at is None else min(until, self.kill_at)

    def run(self) -> None:
        """Until no descendant is left."""
        while self.reap():
            now = time.monotonic()
            if self.ended and self.kill_at is None:
                self.end(0.0)  # what a tool leaves behind ends with it
            elif self.kill_at is not None and now >= self.kill_at:
                kill_all()
                self.wait(KILL_AGAIN_SECONDS)
            else:
                self.wait(LOOK_SECONDS if self.kill_at is None else min(LOOK_SECONDS, self.kill_at - now))
                if self.kill_at is None and anonymous_memory() > self.memory_max:
                    self.say(event="memory")
                    self.kill_at = 0.0
        self.say(event="gone")

    def wait(self, seconds: float) -> None:
        """Until something happens, at most so long."""
        watched = [self._wake] if self.control < 0 else [self._wake, self.control]
        ready, _, _ = select.select(watched, [], [], max(0.0, seconds))
        if self._wake in ready:
            os.read(self._wake, 512)
        if self.control in ready:
            self.hear()

    def hear(self) -> None:
        try:
            data = os.read(self.control, 4096)
        except OSError:
            data = b""
        if not data:
            self.control = -1
            self.end(LIFELINE_GRACE)
            return
        *lines, self._partial_line = (self._partial_line + data).split(b"\n")
        for line in lines:
            self.end(json.loads(line)["grace"])

    def reap(self) -> bool:
        """Bury the dead; whether anybody is left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self.tool:
                self.ended = True
                self.say(event="ended", status=os.waitstatus_to_exitcode(status))


def kill_all() -> None:
    """Stop all before killing any, so that none forks while another dies."""
    for number in (signal.SIGSTOP, signal.SIGKILL):
        _signal(descendants(), number)


def descendants() -> list[int]:
    """Every process below this one, parents first."""
    found = children(os.getpid())
    for pid in found:
        found += children(pid)
    return found


def children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as listed:
                found += [int(child) for child in listed.read().split()]
    except OSError:  # it ended meanwhile, or this system has no /proc: then the tool's own group is all we know
        if pid == os.getpid() and supervisor and supervisor.tool and not supervisor.ended and not found:
            found = [supervisor.tool]
    return found


def anonymous_memory() -> int:
    """Bytes that all descendants hold and share with no file; a page that two of them share counts twice."""
    pages = 0
    for pid in descendants():
        try:
            with open(f"/proc/{pid}/statm", "rb") as sizes:
                _, resident, shared = sizes.read().split()[:3]
        except (OSError, ValueError):
            continue
        pages += int(resident) - int(shared)
    return pages * os.sysconf("SC_PAGE_SIZE")


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        try:
            if sys.platform == "linux":
                os.kill(pid, number)
            else:
                os.killpg(pid, number)
        except OSError:  # it ended meanwhile
            pass


def _prctl(option: int, value: int) -> None:
    """Linux only; elsewhere the process group has to do."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _become_expendable() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold every value
    try:
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")
    except OSError:
        pass


supervisor: Supervisor | None = None

if __name__ == "__main__":
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    supervisor = Supervisor(int(sys.argv[1]), int(sys.argv[2]))
    supervisor.start(sys.argv[3:])
    supervisor.run()
