"""How long looking for leaks takes, beside `rg`, agentsweep and what git itself needs, and how much memory.

    python benchmarks/leaks.py [--megabytes N] [--blobs N] [--folder DIR]

- a home of 2 GB with transcripts of five clients, texts alone: `find-leaks` beside `rg -F -f forms`, which is given
  every form of the values and the same files;
- the transcripts of Claude Code in it: beside agentsweep 0.1.9 (`pip install agentsweep==0.1.9`, in an
  environment of its own; AGENTSWEEP names it), which looks for shapes and into nothing else;
- a repository with 20,000 blobs: beside `git cat-file --batch-all-objects --batch` through a pipe; with `--buffer`
  and `--unordered`, without which git alone takes five times as long;
- a database of 200 MB, without and with a log, and the memory of each run, from `/proc`.

Each is run three times, in turns, and the fastest counts; all files were read once before.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import sqlite3
import string
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).resolve().parent
RUNS = 3
KEYS = 5
PLACES = (
    (".claude/projects/p{}", "s{}.jsonl"),
    (".codex/sessions/2026/03/{:02d}", "rollout-{}.jsonl"),
    (".gemini/tmp/p{}/chats", "c{}.jsonl"),
    (".qwen/projects/p{}/chats", "c{}.jsonl"),
    (".copilot/session-state/s{0}-{{}}", "events.jsonl"),
)
DATABASE = ".local/share/opencode/opencode.db"
HIGH_WATER = re.compile(r"VmHWM:\s+(\d+)")


def value(rng: random.Random) -> str:
    return "sk-proj-" + "".join(rng.choices(string.ascii_letters + string.digits, k=40))


def lines(rng: random.Random) -> Iterator[bytes]:
    """Turns as clients write them, some long; without end."""
    words = ["".join(rng.choices("etaoinshrdlucmfwypvbgkqjxz", k=rng.randint(2, 9))) for _ in range(4000)]
    while True:
        content = [{"type": "text", "text": " ".join(rng.choices(words, k=rng.randint(20, 300)))}]
        if rng.random() < 0.3:
            code = f"def f{rng.randint(0, 9999)}():\n\treturn '{rng.getrandbits(64):x}'\n" * rng.randint(1, 40)
            content.append({"type": "tool_result", "content": code})
        turn = {"uuid": f"{rng.getrandbits(128):x}", "timestamp": "2026-03-04T10:00:00Z"}
        yield json.dumps({**turn, "message": {"role": "assistant", "content": content}}).encode() + b"\n"


def make_home(home: Path, megabytes: int, values: list[str]) -> None:
    """Files of some hundred KB to some MB, as many for each client; each value stands in one of them."""
    rng = random.Random(7)
    some = lines(rng)
    text = b"".join(next(some) for _ in range(20_000))
    made = number = 0
    while made < megabytes << 20:
        folder, name = PLACES[number % len(PLACES)]
        path = home / folder.format(number % 28).format(number) / name.format(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        start = text.index(b"\n", rng.randrange(len(text) // 2)) + 1
        end = text.index(b"\n", start + rng.randrange(100_000, 3_000_000))
        path.write_bytes(text[start : end + 1])
        if number < len(values):
            with path.open("ab") as file:
                file.write(json.dumps({"type": "user", "text": f"my key is {values[number]}"}).encode() + b"\n")
        made += path.stat().st_size
        number += 1


def make_project(root: Path, values: list[str]) -> None:
    tool = root / "tools" / "whisper-transcription"
    tool.mkdir(parents=True)
    shutil.copy(HERE.parent / "examples/tools/whisper-transcription/tool.json", tool)
    (tool / ".env").write_text("".join(f"KEY_{number}={each}\n" for number, each in enumerate(values)))


def make_repository(root: Path, blobs: int) -> None:
    """One commit for each hundred files, by `git fast-import`."""
    rng = random.Random(8)
    some = lines(rng)
    stream = []
    for number in range(blobs):
        if number % 100 == 0:
            stream += [b"commit refs/heads/main\ncommitter x <x@y> %d +0000\ndata 1\nx\n" % (1_700_000_000 + number)]
        data = b"".join(next(some) for _ in range(rng.randint(1, 12)))
        stream += [b"M 100644 inline d%d/f%d\ndata %d\n" % (number % 97, number, len(data)), data, b"\n"]
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    subprocess.run(["git", "-C", str(root), "fast-import", "--quiet"], input=b"".join(stream), check=True)


def make_database(path: Path, megabytes: int, *, log: bool) -> sqlite3.Connection:
    """log: the last rows stay in the log, as long as the connection is open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = random.Random(9)
    some = lines(rng)
    texts = [next(some).decode() for _ in range(3000)]
    database = sqlite3.connect(path)
    if log:
        database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE part (id INTEGER PRIMARY KEY, data TEXT)")
    made = 0
    while made < megabytes << 20:
        database.executemany("INSERT INTO part (data) VALUES (?)", [(text,) for text in texts])
        made += sum(map(len, texts))
    database.commit()
    if log:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.executemany("INSERT INTO part (data) VALUES (?)", [(text,) for text in texts[:100]])
        database.commit()
    return database


def pixie(root: Path, home: Path) -> list[str]:
    environment = [f"HOME={home}", f"PATH={os.environ['PATH']}"]
    return [
        "env",
        "-i",
        *environment,
        sys.executable,
        "-m",
        "pixie_secrets",
        "--project",
        str(root),
        "find-leaks",
        "--json",
    ]


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def fastest(*ways: Callable[[], float]) -> list[float]:
    """Of each, in turns."""
    times = [[way() for way in ways] for _ in range(RUNS)]
    return [min(each) for each in zip(*times, strict=True)]


def memory(command: list[str]) -> int:
    """The most that a process of ours had, in MB: what the system says of it, for as long as it runs."""
    most = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            found = HIGH_WATER.search(Path(f"/proc/{running.pid}/status").read_text(encoding="ascii"))
            most = max(most, int(found[1])) if found else most
            time.sleep(0.002)
    return most >> 10


def forms_file(path: Path, values: list[str]) -> int:
    """Every form of every value, one a line; how many."""
    from pixie_secrets.known_values.forms import forms

    every = {form for each in values for form in set().union(*forms(each)) if b"\n" not in form}
    path.write_bytes(b"\n".join(sorted(every)) + b"\n")
    return len(every)


def through_a_pipe(root: Path) -> float:
    start = time.perf_counter()
    line = ["git", "-C", str(root), "cat-file", "--batch-all-objects", "--batch", "--buffer", "--unordered"]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as running:
        assert running.stdout
        while running.stdout.read(1 << 20):
            pass
    return time.perf_counter() - start


def say(what: str, ours: float, other: str, theirs: float, most: float) -> None:
    print(f"{what:<34} {ours:6.2f} s   {other:<32} {theirs:6.2f} s   {ours / theirs:5.2f}x (at most {most}x)")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--megabytes", type=int, default=2000)
    asked.add_argument("--blobs", type=int, default=20_000)
    asked.add_argument("--folder", type=Path)
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=words.folder) as made:
        folder = Path(made)
        rng = random.Random(6)
        values = [value(rng) for _ in range(KEYS)]
        home, root = folder / "home", folder / "project"
        make_home(home, words.megabytes, values)
        make_project(root, values)
        count = forms_file(folder / "forms", values)
        files = sum(path.is_file() for path in home.rglob("*"))
        print(f"{words.megabytes} MB in {files} files, {count} forms of {KEYS} values, {os.cpu_count()} processors")
        rg = ["rg", "-F", "-f", str(folder / "forms"), "-c", "-a", "--no-ignore", "--hidden", str(home)]
        ours, theirs = fastest(lambda: seconds(pixie(root, home)), lambda: seconds(rg))
        say("find-leaks, a home", ours, "rg -F -f forms", theirs, 1.3)
        print(f"{'':34} {memory(pixie(root, home))} MB of memory (at most 200)")
        claude = folder / "claude"
        (claude / ".claude").mkdir(parents=True)
        (home / ".claude").rename(claude / ".claude" / "moved")
        (claude / ".claude/moved/projects").rename(claude / ".claude/projects")
        if sweep := os.environ.get("AGENTSWEEP"):
            line = ["env", f"HOME={claude}", sweep, "scan", "--json", "--source", "claude-code"]
            ours, theirs = fastest(lambda: seconds(pixie(root, claude)), lambda: seconds(line))
            say("find-leaks, Claude Code alone", ours, "agentsweep scan", theirs, 0.2)
        empty = folder / "empty"
        empty.mkdir()
        make_repository(root, words.blobs)
        ours, theirs = fastest(lambda: seconds(pixie(root, empty)), lambda: through_a_pipe(root))
        say(f"find-leaks, {words.blobs} blobs of git", ours, "git cat-file, in the same order", theirs, 1.5)
        print(f"{'':34} {memory(pixie(root, empty))} MB of memory (at most 200)")
        shutil.rmtree(root / ".git")
        for log in (False, True):
            with closing(make_database(folder / f"db{log}" / DATABASE, 200, log=log)):
                took, most = seconds(pixie(root, folder / f"db{log}")), memory(pixie(root, folder / f"db{log}"))
            what = f"find-leaks, 200 MB of SQLite{', a log' if log else ''}"
            print(f"{what:<34} {took:6.2f} s   {most} MB of memory")


if __name__ == "__main__":
    main()
