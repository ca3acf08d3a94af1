"""How long commands take to start, in multiples of `python -c pass` on the same machine; and varlock's beside ours.

    python benchmarks/startup.py [--rounds N] [--varlock FOLDER]

Whole processes, compiled once beforehand, taken in turns so that a busy machine is busy for all; processor time (user
and system, with that of the programs they start), which other work on the machine hardly changes, and wall time beside
it. The aims: `list-secrets` and `exec` within 6 times, `set-secret --stdin` within 8; `exec` within 0.35 of varlock.

FOLDER is where the peer is installed: npm install --prefix FOLDER varlock@1.20.0
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
VARLOCK = "1.20.0"
PASS = "python -c pass"
TOOL, KEY, VALUE = "whisper-transcription", "OPENAI_API_KEY", "sk-proj-0123456789abcdefghij"


def runs(folder: Path, varlock: Path | None) -> dict[str, list[str]]:
    """What is measured, by name; in `folder` is a project of our own, whose tool has a value."""
    shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True)
    env = folder / "tools" / TOOL / ".env"
    env.touch(0o600)
    env.write_text(f"{KEY}={VALUE}\n", encoding="utf-8")
    pixie = [str(Path(sys.executable).with_name("pixie-secrets")), "--project", str(folder)]
    found = {
        PASS: [sys.executable, "-c", "pass"],
        "list-secrets": [*pixie, "list-secrets"],
        "list-secrets --json": [*pixie, "list-secrets", "--json"],
        "exec TOOL -- true": [*pixie, "exec", TOOL, "--", "true"],
        "set-secret --stdin": [*pixie, "set-secret", TOOL, KEY, "--stdin"],
        "set-secret --help": [*pixie, "set-secret", "--help"],
    }
    if varlock is not None:
        (folder / ".env.schema").write_text(f"# @sensitive\n{KEY}={VALUE}\n", encoding="utf-8")
        found[f"varlock {VARLOCK} run"] = [str(varlock / "node_modules/.bin/varlock"), "run", "--", "true"]
    return found


def seconds(command: list[str], environment: dict[str, str], folder: Path) -> tuple[float, float]:
    """Processor and wall time of one process, which must succeed."""
    start = time.perf_counter()
    with (folder / "value").open("rb") as stdin:
        child = subprocess.Popen(command, env=environment, stdin=stdin, stdout=subprocess.DEVNULL, cwd=folder)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime, wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="processes of each kind [20]")
    parser.add_argument("--varlock", type=Path, help="where the peer is installed")
    given = parser.parse_args()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "value").write_text(VALUE, encoding="utf-8")
        commands = runs(folder, given.varlock.resolve() if given.varlock else None)
        for command in commands.values():  # writes the .pyc files
            seconds(command, environment, folder)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(given.rounds):
            for name, command in commands.items():
                times[name].append(seconds(command, environment, folder))
    medians = {
        name: [statistics.median(column) for column in zip(*taken, strict=True)] for name, taken in times.items()
    }
    bare = medians[PASS]
    print(f"{'':22}processor   wall   (x {PASS}, medians of {given.rounds})")
    for name, (processor, wall) in medians.items():
        print(f"{name:22}{processor / bare[0]:8.1f}{wall / bare[1]:8.1f}")
    peer = medians.get(f"varlock {VARLOCK} run")
    if peer:
        print(f"exec TOOL -- true is {medians['exec TOOL -- true'][0] / peer[0]:.2f} x varlock {VARLOCK} run -- true")


if __name__ == "__main__":
    main()
