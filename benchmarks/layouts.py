"""What a large repository costs: `list-secrets` and the guard's hooks, against a small one and `git ls-files`.

    python benchmarks/layouts.py [--rounds N]

The large one has 3,000 folders and 40,000 files, one app with a template, one with a `.env`; the small one has the two
apps and nothing else. Whole processes, taken in turns, processor time (user and system) with that of the programs they
start, medians of the ratios of each turn. The aims: list-secrets within `1.3 x git ls-files + the small case`, a hook
within 1.1 times its small case. The limit of the latter is the system calls that look for a `.env` in each folder: they
are measured alone, too. What is kept of git's index between calls is also taken away, as when the index has changed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER = Path(__file__).resolve().parent.parent / "server"
FOLDERS, FILES = 3000, 40_000


class Run(NamedTuple):
    """A process to measure, in a folder."""

    words: list[str]
    folder: Path
    given: bytes = b""
    is_first: bool = False  # since the index changed


OUTPUT = "On branch main\nChanges not staged for commit:\n\tmodified:   apps/api/main.ts\n" * 20
LOOKING = """import os, sys
folder = os.open(".", os.O_RDONLY)
paths = [path.encode() + b"/.env" for path in sys.stdin.read().split("\\0")]
if len(sys.argv) > 1:
    [path for path in paths if os.access(path, os.F_OK, dir_fd=folder)]
"""


def repository(root: Path, folders: int, files: int) -> Path:
    """A repository with two apps, and so many folders and files beside them."""
    for number in range(folders):
        folder = root / f"packages/group-{number // 60:02}/package-{number:04}"
        folder.mkdir(parents=True)
        for each in range(files // folders + (number < files % folders)):
            (folder / f"module-{each:02}.ts").write_text("export {}\n")
    for app in ("apps/web", "apps/api"):
        (root / app).mkdir(parents=True)
    (root / "apps/web/.env.example").write_text("STRIPE_KEY=\n")
    (root / ".gitignore").write_text(".env\n")
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(root), *words], check=True)
    (root / "apps/api/.env").write_text("API_TOKEN=sk-4f7Qm2Zx9Lw1Zr81\n")
    (root / "apps/api/.env").chmod(0o600)
    return root


def seconds(run: Run) -> float:
    """Processor time of one run and of what it started."""
    if run.is_first:
        shutil.rmtree(Path(os.environ["XDG_CACHE_HOME"]) / "pixie-secrets")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)  # `os.times` counts in hundredths: a whole hook is one or two
    subprocess.run(run.words, cwd=run.folder, input=run.given, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def hook(event: str, root: Path) -> Run:
    document = {
        "cwd": str(root),
        "hook_event_name": event,
        "tool_name": "Bash",
        "tool_input": {"command": "git status"},
    }
    document |= {"tool_response": {"stdout": OUTPUT, "stderr": ""}} if event == "PostToolUse" else {}
    return Run([sys.executable, "-IS", str(SERVER / "hook.py"), event], root, json.dumps(document).encode())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as base:
        os.environ["XDG_CACHE_HOME"] = f"{base}/cache"
        taken = measured(Path(base), rounds)
    rows = list(zip(*taken.values(), strict=True))
    turns = [dict(zip(taken, row, strict=True)) for row in rows]

    def middle(ratio: Callable[[dict[str, float]], float]) -> float:
        return statistics.median(map(ratio, turns))

    bound = middle(lambda turn: turn["list, large"] / (1.3 * turn["git ls-files"] + turn["list, small"]))
    first = middle(lambda turn: turn["list, large, first"] / (1.3 * turn["git ls-files"] + turn["list, small"]))
    print(f"list-secrets, large / (1.3 x git ls-files + small): {bound:.2f}, since the index changed {first:.2f}")
    before = middle(lambda turn: turn["PreToolUse, large"] / turn["PreToolUse, small"])
    print(f"PreToolUse, large / small: {before:.2f}")
    after = middle(lambda turn: turn["PostToolUse, large"] / turn["PostToolUse, small"])
    print(f"PostToolUse, large / small: {after:.2f}")
    first = middle(lambda turn: turn["PostToolUse, large, first"] / turn["PostToolUse, small"])
    print(f"PostToolUse, large / small, since the index changed: {first:.2f}")
    alone = middle(lambda turn: 1 + (turn["looking"] - turn["not looking"]) / turn["PostToolUse, small"])
    print(f"PostToolUse, small and a system call for each folder / small: {alone:.2f}")


def measured(base: Path, rounds: int) -> dict[str, list[float]]:
    """What each run took, turn by turn."""
    small = repository(base / "small", 0, 0)
    large = repository(base / "large", FOLDERS, FILES)
    listing = [sys.executable, "-m", "pixie_secrets", "list-secrets"]
    folders = "\0".join(sorted(str(path.parent.relative_to(large)) for path in large.glob("packages/*/*/module-00.ts")))
    looking = [sys.executable, "-IS", "-c", LOOKING]
    runs = {
        "git ls-files": Run(["git", "ls-files", "-z"], large),
        "list, small": Run(listing, small),
        "list, large": Run(listing, large),
        "PreToolUse, small": hook("PreToolUse", small),
        "PreToolUse, large": hook("PreToolUse", large),
        "PostToolUse, small": hook("PostToolUse", small),
        "PostToolUse, large": hook("PostToolUse", large),
        "not looking": Run(looking, large, folders.encode()),
        "looking": Run([*looking, "look"], large, folders.encode()),
        "list, large, first": Run(listing, large, is_first=True),
        "PostToolUse, large, first": hook("PostToolUse", large)._replace(is_first=True),
    }
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            once = seconds(run)
            taken[name] += [once] if number else []  # the first fills caches
    return taken


if __name__ == "__main__":
    main()
