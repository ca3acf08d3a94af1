"""How long the command takes to answer, in multiples of `python -c pass` on the same machine.

    python benchmarks/startup.py [--rounds N]

Whole processes, compiled once beforehand, taken in turns so that a busy machine is busy for all; processor time
(user and system), which other work on the machine hardly changes, and wall time beside it. The aim: `list-secrets`
within 12 times.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PIXIE = [str(Path(sys.executable).with_name("pixie-secrets"))]
RUNS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "--version": [*PIXIE, "--version"],
    "set-secret --help": [*PIXIE, "set-secret", "--help"],
    "list-secrets": [*PIXIE, "--project", str(EXAMPLES), "list-secrets"],
    "list-secrets --json": [*PIXIE, "--project", str(EXAMPLES), "list-secrets", "--json"],
}


def seconds(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Processor and wall time of one process, which must succeed."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime, wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="processes of each kind [20]")
    rounds = parser.parse_args().rounds
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in RUNS}
    for name, command in RUNS.items():  # writes the .pyc files
        seconds(command, environment)
        times[name].clear()
    for _ in range(rounds):
        for name, command in RUNS.items():
            times[name].append(seconds(command, environment))
    medians = {
        name: [statistics.median(column) for column in zip(*taken, strict=True)] for name, taken in times.items()
    }
    bare = medians["python -c pass"]
    print(f"{'':22}processor   wall   (x python -c pass, medians of {rounds})")
    for name, (processor, wall) in medians.items():
        print(f"{name:22}{processor / bare[0]:8.1f}{wall / bare[1]:8.1f}")


if __name__ == "__main__":
    main()
