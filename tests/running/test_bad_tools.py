"""Tools that are slow, crash, fork, eat, flood, never get ready or lose their port: told by name, and ended wholly."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from tests.running.conftest import House, wait_for
from tests.waiting import until

from pixie_secrets.errors import PixieError
from pixie_secrets.running import conversation, listeners, process
from pixie_secrets.running.conversation import PortTaken, RunOutcome
from pixie_secrets.running.turns import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.operations.run_tool import ToolRun

ECHO = "from served import serve; serve(lambda body: {'said': 'hi'})"
STUBBORN = """
    import os, signal, time
    from served import serve
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    def run(body):
        open("running", "w").write(str(os.getpid()))
        time.sleep(600)
    serve(run)
"""
NEVER_READY = """
    import signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open("running", "w").write("yes")
    print("waiting for the database")
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.3)
    monkeypatch.setattr(conversation, "CANCEL_SECONDS", 0.3)


class InThread:
    """A run that goes on while the test does something about it."""

    def __init__(self, house: House, tool_id: str) -> None:
        self.cancelled = threading.Event()
        self.ended: list[ToolRun | Exception] = []
        self._thread = threading.Thread(target=self._run, args=(house, tool_id))
        self._thread.start()

    def _run(self, house: House, tool_id: str) -> None:
        try:
            self.ended.append(house.run(tool_id, cancelled=self.cancelled))
        except Exception as error:  # looked at by the test
            self.ended.append(error)

    def cancel(self) -> ToolRun | Exception:
        self.cancelled.set()
        self._thread.join()
        return self.ended[0]


def test_a_slow_tool_is_ended_at_its_limit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "LIMIT_GRACE_SECONDS", 0.2)
    house.add("slow", STUBBORN, max_runtime_seconds=0)
    run = house.run("slow")
    assert (run.outcome, run.exit) == (RunOutcome.TIMED_OUT, None)
    assert run.seconds < 10


def test_a_tool_that_never_gets_ready_is_given_up_and_its_log_says_why(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "READY_SECONDS", 0.8)
    house.add("never", NEVER_READY)
    run = house.run("never")
    assert run.outcome is RunOutcome.NOT_READY
    assert run.log == "waiting for the database\n"


@pytest.mark.parametrize(
    ("main", "status", "error"),
    [
        ("import os; print('no', os.environ['API_KEY'], flush=True); os._exit(3)", 3, "with status 3"),
        ("import os; os.kill(os.getpid(), 9)", -9, "killed by SIGKILL"),
        ("import os; from served import serve; serve(lambda body: os._exit(4))", 4, "with status 4"),
    ],
    ids=["at start", "by signal", "while running"],
)
def test_a_tool_that_crashes_is_told_with_its_status(house: House, main: str, status: int, error: str) -> None:
    house.add("crashing", main)
    run = house.run("crashing")
    assert (run.outcome, run.exit, run.error) == (RunOutcome.CRASHED, status, f"it ended by itself, {error}")
    assert not run.log or run.log == "no ***\n"


def test_nothing_of_a_tool_that_forks_out_of_its_session_outlives_its_run(house: House) -> None:
    main = """
        import os, signal, time
        from served import serve
        def daemon(name):
            if os.fork():
                return
            os.setsid()
            if os.fork():
                os._exit(0)
            os.setsid()
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            os.closerange(0, 100)
            open(name, "w").write(str(os.getpid()))
            time.sleep(600)
        def run(body):
            for number in range(5):
                daemon(f"daemon{number}")
            while len([name for name in os.listdir() if name.startswith("daemon")]) < 6:
                time.sleep(0.01)
            return {"done": True}
        daemon("daemon")
        serve(run)
    """
    folder = house.add("forking", main)
    assert house.run("forking").outcome is RunOutcome.DONE
    assert len(list(folder.glob("daemon*"))) == 6
    assert house.processes() == []


def test_a_tool_that_keeps_forking_is_ended(house: House) -> None:
    main = """
        import os, time
        from served import serve
        def run(body):
            if os.fork() == 0:
                while True:  # each lives a moment and leaves another one behind
                    if os.fork():
                        os._exit(0)
                    time.sleep(0.001)
            return {}
        serve(run)
    """
    house.add("forking", main)
    assert house.run("forking").outcome is RunOutcome.DONE
    assert house.processes() == []


@pytest.mark.parametrize("child", [False, True], ids=["itself", "in a child"])
def test_a_tool_that_eats_memory_is_ended(house: House, child: bool) -> None:
    main = """
        import os
        from served import serve
        def run(body):
            if CHILD and os.fork():
                os.wait()
            kept = []
            while len(kept) < 400:
                kept.append(b"x" * (1 << 20))
            return {}
        serve(run)
    """
    house.add("eating", main.replace("CHILD", str(child)), max_memory_mb=100)
    run = house.run("eating")
    assert (run.outcome, run.error) == (RunOutcome.OUT_OF_MEMORY, "it took more than its 100 MB of memory")
    assert run.exit is None


def test_a_tool_that_only_reserves_memory_is_not(house: House) -> None:
    main = """
        import mmap
        from served import serve
        reserved = mmap.mmap(-1, 8 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)
        serve(lambda body: {})
    """
    house.add("reserving", main, max_memory_mb=100)
    assert house.run("reserving").outcome is RunOutcome.DONE


def test_a_tool_that_floods_its_log_costs_neither_memory_nor_the_end_of_it(house: House) -> None:
    main = """
        import os, sys
        from served import serve
        def run(body):
            line = f"a line with {os.environ['API_KEY']} in it\\n" * 1000
            for _ in range(500):
                sys.stderr.write(line)
            sys.stderr.write("the last line\\n")
            return {}
        serve(run)
    """
    house.add("flooding", main)
    run = house.run("flooding")
    assert run.outcome is RunOutcome.DONE
    assert run.log.startswith("…\na line with *** in it\n")
    assert run.log.endswith("a line with *** in it\nthe last line\n")
    assert len(run.log) < 20_000


def test_an_answer_without_end_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pixie_secrets.running.contract.ANSWER_BYTES_MAX", 1 << 20)
    house.add("large", "from served import serve; serve(lambda body: {'x': 'y' * (2 << 20)})")
    with pytest.raises(PixieError, match="answered more than"):
        house.run("large")


@pytest.fixture
def thief() -> Iterator[int]:
    """A port on which somebody else says that they are ready."""

    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"ok": true}')

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Ready) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_whoever_takes_the_port_first_is_not_believed(
    house: House, thief: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.add("echo", ECHO)
    monkeypatch.setattr(conversation, "free_port", lambda: thief)
    with pytest.raises(PortTaken):
        house.run("echo")


def test_a_port_that_was_taken_is_tried_again_elsewhere(
    house: House, thief: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.add("echo", ECHO)
    ports = [thief]
    find = listeners.free_port
    monkeypatch.setattr(conversation, "free_port", lambda: ports.pop() if ports else find())
    assert house.run("echo").outputs == {"said": "hi"}


def test_a_tool_that_listens_elsewhere_is_not_taken_for_its_neighbor(
    house: House, thief: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.add("silent", NEVER_READY)
    monkeypatch.setattr(conversation, "free_port", lambda: thief)
    with pytest.raises(PortTaken):
        house.run("silent")


@pytest.mark.parametrize("main", [STUBBORN, NEVER_READY], ids=["while it runs", "before it is ready"])
def test_a_cancelled_run_ends_soon_and_with_all_of_it(house: House, main: str) -> None:
    folder = house.add("stubborn", main)
    run = InThread(house, "stubborn")
    wait_for(folder / "running")
    ended = run.cancel()
    assert not isinstance(ended, Exception)
    assert ended.outcome is RunOutcome.CANCELLED


def test_a_run_that_waits_for_its_turn_can_be_cancelled(house: House) -> None:
    folder = house.add("alone", STUBBORN, concurrent=False)
    first = InThread(house, "alone")
    wait_for(folder / "running")
    second = InThread(house, "alone")
    assert isinstance(second.cancel(), Busy)
    first.cancel()


def test_a_tool_that_can_cancel_is_told_which_run_and_may_end_it_well(house: House) -> None:
    main = """
        import threading
        from served import serve
        stop = threading.Event()
        def run(body):
            open("running", "w").write(body["run_id"])
            stop.wait(60)
            open("tidied", "w").write("yes")
            return {}
        def cancel(run_id):
            open("told", "w").write(run_id)
            stop.set()
        serve(run, cancel=cancel)
    """
    folder = house.add("polite", main)
    run = InThread(house, "polite")
    run_id = wait_for(folder / "running")
    run.cancel()
    assert (folder / "told").read_text() == run_id
    assert (folder / "tidied").exists()


def test_a_run_that_was_cancelled_before_it_began_starts_and_ends_at_once(house: House) -> None:
    house.add("stubborn", STUBBORN)
    cancelled = threading.Event()
    cancelled.set()
    assert house.run("stubborn", cancelled=cancelled).outcome is RunOutcome.CANCELLED


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_program_that_runs_it_is_ended(house: House, number: signal.Signals) -> None:
    folder = house.add("stubborn", STUBBORN)
    command = [sys.executable, "-m", "pixie_secrets", "run-tool", "stubborn"]
    running = subprocess.Popen(command, cwd=house.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(folder / "running")
    assert house.processes()
    running.send_signal(number)
    running.wait()
    until(lambda: not house.processes())


def test_a_tool_that_ends_its_supervisor_ends_itself(house: House) -> None:
    main = """
        import os, signal, time
        from served import serve
        def run(body):
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                time.sleep(600)
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)
        serve(run)
    """
    house.add("rebel", main)
    assert house.run("rebel").outcome is RunOutcome.CRASHED
    until(lambda: house.processes() == [])


def test_a_tool_cannot_dump_its_memory_and_is_the_first_to_go_when_it_gets_short(house: House) -> None:
    main = """
        import resource
        from served import serve
        limits = resource.getrlimit(resource.RLIMIT_CORE)
        serve(lambda body: {"core": limits, "score": open("/proc/self/oom_score_adj").read().strip()})
    """
    house.add("limited", main)
    outputs = house.run("limited").outputs
    assert outputs["core"] == [0, 0]
    assert outputs["score"] == "1000"


def test_a_tool_holds_no_descriptor_of_ours(house: House, tmp_path: Path) -> None:
    main = """
        import os
        from served import serve
        held = sorted(os.readlink(f"/proc/self/fd/{fd}").partition(":")[0] for fd in os.listdir("/proc/self/fd")[:3])
        others = [fd for fd in os.listdir("/proc/self/fd") if int(fd) > 2]
        serve(lambda body: {"held": held, "others": len(others)})
    """
    house.add("curious", main)
    with socket.socket(), (tmp_path / "open").open("w"):
        outputs = house.run("curious").outputs
    assert outputs == {"held": ["/dev/null", "pipe", "pipe"], "others": 1}  # the folder that is being listed
