"""What a large repository costs: `list-secrets` and the guard's hooks, against a small one and `git ls-files`.

    python benchmarks/layouts.py [--rounds N]

The large one has 3,000 folders and 40,000 files, one app with a template, one with a `.env`; the small one has the two
apps and nothing else. Whole processes, taken in turns, processor time (user and system) with that of the programs they
start. The aims: list-secrets within `1.3 x git ls-files + the small case`, a hook within 1.1 times its small case.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

SERVER = Path(__file__).resolve().parent.parent / "server"
FOLDERS, FILES = 3000, 40_000


class Run(NamedTuple):
    """A process to measure, in a folder."""

    words: list[str]
    folder: Path
    given: bytes = b""


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
    document |= {"tool_response": {"stdout": "done\n", "stderr": ""}} if event == "PostToolUse" else {}
    return Run([sys.executable, "-IS", str(SERVER / "hook.py"), event], root, json.dumps(document).encode())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as base:
        small = repository(Path(base) / "small", 0, 0)
        large = repository(Path(base) / "large", FOLDERS, FILES)
        listing = [sys.executable, "-m", "pixie_secrets", "list-secrets"]
        runs = {
            "git ls-files, large": Run(["git", "ls-files", "-z"], large),
            "list-secrets, small": Run(listing, small),
            "list-secrets, large": Run(listing, large),
            "PreToolUse, small": hook("PreToolUse", small),
            "PreToolUse, large": hook("PreToolUse", large),
            "PostToolUse, small": hook("PostToolUse", small),
            "PostToolUse, large": hook("PostToolUse", large),
        }
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for number in range(rounds + 1):
            for name, run in runs.items():
                once = seconds(run)
                taken[name] += [once] if number else []  # the first fills caches
        middle = {name: statistics.median(times) for name, times in taken.items()}
    allowed = 1.3 * middle["git ls-files, large"] + middle["list-secrets, small"]
    print(f"list-secrets, large / (1.3 x git ls-files + small): {middle['list-secrets, large'] / allowed:.2f}")
    for event in ("PreToolUse", "PostToolUse"):
        print(f"{event}, large / small: {middle[f'{event}, large'] / middle[f'{event}, small']:.2f}")


if __name__ == "__main__":
    main()
