"""What it costs to have somebody between a command and its output, and between a tool and its first answer.

    python benchmarks/running.py [--rounds N]

Three questions, each a ratio against the same thing without us, measured in turns so that a busy machine is busy for
both: `exec` of `true` against `true` (time and memory), `exec` of `cat` on 50 MB against `cat` (with a value known, on
plain text, on text full of values), and `run-tool` to the tool's first answer against starting the tool by hand.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.run_tool import RunToolRequest, run_tool

if TYPE_CHECKING:
    from collections.abc import Callable

VALUE = "sk-proj-7Qm4xW9tB2nL0aZ"
MEGABYTES = 50
PIXIE = [str(Path(sys.executable).with_name("pixie-secrets"))]
MANIFEST = '{"id": "bench", "name": "Bench", "inputs": [], "outputs": [], "secrets": [{"key": "API_KEY"}]}'
MAIN = """
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Requests(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(b'{"ok": true}' if self.path == "/healthz" else open("tool.json", "rb").read())
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(b"{}")
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Requests).serve_forever()
"""


class Used:
    """Wall and processor seconds of a command, each round."""

    def __init__(self) -> None:
        self.rounds: list[tuple[float, float]] = []

    def run(self, command: list[str], folder: Path) -> None:
        start = time.perf_counter()
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE) as child:
            assert child.stdout
            while os.read(child.stdout.fileno(), 1 << 20):
                pass
            _, status, used = os.wait4(child.pid, 0)
            wall = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
        self.rounds.append((wall, used.ru_utime + used.ru_stime))

    def median(self) -> tuple[float, float]:
        wall, processor = (statistics.median(column) for column in zip(*self.rounds, strict=True))
        return wall, processor


def held(through: list[str], folder: Path, script: str) -> float:
    """The most memory, in MB, that the process in front of a command held while it ran; the command asks for it."""
    told = f"{script}; grep VmHWM /proc/$PPID/status >&2"
    done = subprocess.run([*through, "sh", "-c", told], cwd=folder, capture_output=True, check=True)
    return int(done.stderr.split()[1]) / 1024


def in_turns(rounds: int, runs: dict[str, Callable[[Used], None]]) -> dict[str, tuple[float, float]]:
    taken = {name: Used() for name in runs}
    for name, run in runs.items():  # compiled and cached
        run(Used())
        taken[name].rounds.clear()
    for _ in range(rounds):
        for name, run in runs.items():
            run(taken[name])
    return {name: used.median() for name, used in taken.items()}


def project(root: Path) -> Path:
    tool = root / "tools" / "bench"
    (tool / ".venv" / "bin").mkdir(parents=True)
    (tool / ".venv" / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    (tool / "tool.json").write_text(MANIFEST)
    (tool / "main.py").write_text(MAIN)
    env = tool / ".env"
    env.touch(0o600)
    env.write_text(f"API_KEY={VALUE}\n")
    line = "2026-01-31T12:00:00Z INFO worker[12]: request 8f14e45f took 12 ms, status 200, path /v1/items\n"
    (root / "plain").write_text(line * (MEGABYTES * 1_000_000 // len(line)))
    leaky = f"2026-01-31T12:00:00Z INFO worker[12]: Authorization: Bearer {VALUE}, status 200\n"
    (root / "leaky").write_text(leaky * (MEGABYTES * 1_000_000 // len(leaky)))
    return tool


def by_hand(tool: Path) -> Callable[[Used], None]:
    """Start the tool and ask until it answers, as quickly as one can."""

    def run(used: Used) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        start = time.perf_counter()
        with subprocess.Popen([str(tool / ".venv/bin/python"), "main.py", "--port", str(port)], cwd=tool) as child:
            while True:
                connection = http.client.HTTPConnection("127.0.0.1", port)
                try:
                    connection.request("POST", "/run", b"{}")
                    connection.getresponse().read()
                    break
                except (OSError, http.client.HTTPException):
                    time.sleep(0.01)
                finally:
                    connection.close()
            used.rounds.append((time.perf_counter() - start, 0.0))
            child.kill()

    return run


def by_us(tool: Path) -> Callable[[Used], None]:
    """`run_tool` of a process that is there already, as the MCP server's: up to its whole result, the tool ended."""

    def run(used: Used) -> None:
        start = time.perf_counter()
        ended = run_tool(Context(Project(tool.parent.parent)), RunToolRequest(tool_id="bench"))
        if ended.outcome != "done":
            raise SystemExit(ended.model_dump_json(indent=2))
        used.rounds.append((time.perf_counter() - start, 0.0))

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="of each kind [10]")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        tool = project(root)
        through = [*PIXIE, "exec", "bench", "--"]

        def command(*words: str) -> Callable[[Used], None]:
            return lambda used: used.run([*words], root)

        small = in_turns(
            rounds,
            {
                "true": command("true"),
                "python -c pass": command(sys.executable, "-c", "pass"),
                "exec true": command(*through, "true"),
            },
        )
        bare, python, ours = small.values()
        print(
            f"exec of true: {ours[0] / python[0]:.1f} x python -c pass (wall), {ours[1] / python[1]:.1f} x (processor)"
        )
        memory = held(through, root, "true")
        print(f"  adds {(ours[0] - bare[0]) * 1000:.0f} ms to true, and {memory:.0f} MB while it runs")
        large = in_turns(
            max(3, rounds // 2),
            {
                "cat": command("cat", "plain"),
                "exec cat": command(*through, "cat", "plain"),
                "exec cat, full of values": command(*through, "cat", "leaky"),
            },
        )
        for name, (wall, _) in large.items():
            rate = MEGABYTES / (wall - (ours[0] if "exec" in name else bare[0]))
            print(f"{MEGABYTES} MB {name}: {wall / large['cat'][0]:.1f} x cat; once started {rate:.0f} MB/s")
        print(f"  and {held(through, root, 'cat plain'):.0f} MB held")
        first = in_turns(rounds, {"by hand": by_hand(tool), "run-tool": by_us(tool)})
        hand, run = first["by hand"][0], first["run-tool"][0]
        print(
            f"run-tool to its whole result: {run / hand:.2f} x a first answer by hand ({(run - hand) * 1000:+.0f} ms)"
        )


if __name__ == "__main__":
    main()
