"""Fuzz the guard for as long as you like: no traceback, no hang, no value shown.

python -m tests.fuzz.guard [--inputs N] [--seed N] [--size BYTES]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.conftest import add_tool
from tests.fuzz import hook_payloads
from tests.fuzz.watchdog import watched

from pixie_secrets.guard import door
from pixie_secrets.hook_formats import claude_code

if TYPE_CHECKING:
    from collections.abc import Iterable

VALUE = "sk-fuzz-8Kq2Wm5Zx7Lt"


def project(root: Path) -> Path:
    """A project with one value in it."""
    for tool in ("a", "b"):
        add_tool(root, tool, secrets=[{"key": "K"}])
    (root / "tools/a/.env").write_text(f"K={VALUE}\n")
    (root / "notes.txt").write_text(f"the key is {VALUE}\n")
    return root


def large(root: Path, size: int) -> tuple[int, float]:
    """Every shape at this size; how many, and the longest processor time of one."""
    slowest, number = 0.0, 0
    for script in hook_payloads.large(size):
        document = {"tool_name": "Bash", "tool_input": {"command": script}, "cwd": str(root)}
        begin = time.process_time()
        ask(root, [("PreToolUse", json.dumps(document).encode())])
        number += 1
        slowest = max(slowest, time.process_time() - begin)
    return number, slowest


def ask(root: Path, inputs: Iterable[tuple[str, bytes]]) -> int:
    """Answer each; how many there were."""
    environment = {"HOME": str(root.parent), "CLAUDE_PROJECT_DIR": str(root)}
    number = 0
    for number, (event, data) in enumerate(inputs, 1):
        try:
            with watched():
                answer = door.bounded(claude_code, event, data, environment)
        except BaseException:
            print(f"input {number}: {event} {data[:300]!r}")
            raise
        assert VALUE not in json.dumps(answer), (event, data[:300])
    return number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=256_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = project(Path(folder).resolve() / "proj")
        source = hook_payloads.documents(Random(given.seed), root)
        number = ask(root, (next(source) for _ in range(given.inputs)))
        print(f"{number} documents: no traceback, no hang, no value")
        number, slowest = large(root, given.size)
        print(f"{number} calls of {given.size} characters: the slowest took {slowest:.2f} s of processor time")


if __name__ == "__main__":
    main()
