"""What one hook of the guard takes, in multiples of `python -c pass` on the same machine.

    python benchmarks/guard.py [--rounds N] [--python FILE]

Whole processes as Claude Code starts them, compiled once beforehand, taken in turns; processor time (user and system),
which other work hardly changes, and wall time beside it. The aim: within 3 times, better 2, where no value is known or
touched. `python -c pass` is the same interpreter with its site packages, as everybody starts it.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HOOK = Path(__file__).resolve().parent.parent / "server" / "hook.py"
OUTPUT = "".join(
    f"{number:04d} INFO  transcribed part {number} in {number % 7}.{number % 10} s\n" for number in range(600)
)


def project(root: Path, values: int) -> Path:
    """A project of ten tools with so many values between them."""
    for number in range(10):
        folder = root / "tools" / f"tool-{number}"
        folder.mkdir(parents=True)
        (folder / "tool.json").write_text(json.dumps({"id": folder.name, "name": "x", "inputs": [], "outputs": []}))
        (folder / "main.py").write_text("pass\n")
        own = [f"KEY_{each}=sk-{secrets.token_urlsafe(24)}\n" for each in range(number, values, 10)]
        if own:
            (folder / ".env").write_text("".join(own))
    return root


def call(event: str, root: Path, **more: Any) -> bytes:
    return json.dumps({"session_id": "s", "cwd": str(root), "hook_event_name": event, **more}).encode()


def bash(event: str, root: Path, command: str, **more: Any) -> bytes:
    return call(event, root, tool_name="Bash", tool_input={"command": command}, **more)


def rows(base: Path) -> dict[str, tuple[str, bytes, Path]]:
    found: dict[str, tuple[str, bytes, Path]] = {}
    for values in (0, 10, 1000):
        root = project(base / str(values), values)
        known = "nothing known" if not values else f"{values:,} values"
        result = {"stdout": OUTPUT, "stderr": "", "interrupted": False}
        command = "cd server && .venv/bin/pytest -x -q tests/test_door.py | tail -20"
        read = {"file_path": str(root / "tools" / "tool-1" / "main.py")}
        found[f"PreToolUse Bash, {known}"] = ("PreToolUse", bash("PreToolUse", root, command), root)
        found[f"PreToolUse Read, {known}"] = (
            "PreToolUse", call("PreToolUse", root, tool_name="Read", tool_input=read), root,
        )  # fmt: skip
        found[f"PreToolUse denied, {known}"] = ("PreToolUse", bash("PreToolUse", root, "cat tools/*/.env"), root)
        found[f"PostToolUse 30 KB, {known}"] = (
            "PostToolUse", bash("PostToolUse", root, "true", tool_response=result), root,
        )  # fmt: skip
        prompt = "fix the traceback in main.py and say what was wrong"
        found[f"UserPromptSubmit, {known}"] = ("UserPromptSubmit", call("UserPromptSubmit", root, prompt=prompt), root)
    prompt = "fix tools/tool-1/main.py:12, see https://example.com/a"
    root = base / "0"
    found["UserPromptSubmit, looked at by lint"] = (
        "UserPromptSubmit",
        call("UserPromptSubmit", root, prompt=prompt),
        root,
    )
    return found


def seconds(command: list[str], data: bytes, root: Path | None) -> tuple[float, float]:
    """Processor and wall time of one process, which must succeed."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(root or "/"), "PIXIE_SECRETS_PYTHON": sys.executable}
    if root is not None:
        environment["CLAUDE_PROJECT_DIR"] = str(root)
    with tempfile.TemporaryFile() as given:
        given.write(data)
        given.seek(0)
        start = time.perf_counter()
        child = subprocess.Popen(command, env=environment, stdin=given, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime, wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="processes of each kind [15]")
    parser.add_argument("--python", default=sys.executable, help="the interpreter [the one that runs this]")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = rows(Path(folder))
        plain = [given.python, "-c", "pass"]
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in ("python -c pass", *measured)}
        for turn in range(given.rounds + 1):
            taken = {"python -c pass": seconds(plain, b"", None)}
            for name, (event, data, root) in measured.items():
                taken[name] = seconds([given.python, "-IS", str(HOOK), event], data, root)
            for name, each in taken.items():
                if turn:  # the first writes the .pyc files
                    times[name].append(each)
    medians = {name: [statistics.median(column) for column in zip(*each, strict=True)] for name, each in times.items()}
    bare = medians["python -c pass"]
    print(f"{'':40}processor   wall   (x python -c pass, medians of {given.rounds})")
    for name, (processor, wall) in medians.items():
        print(f"{name:40}{processor / bare[0]:8.1f}{wall / bare[1]:8.1f}")


if __name__ == "__main__":
    main()
