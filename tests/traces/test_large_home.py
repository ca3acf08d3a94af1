"""A home of 100,000 files and five gigabytes, with all that may lie about in one, looked through while it is written
to.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.traces.homes import VALUE, project, put, turn

FILES, SPARSE, SPARSE_BYTES = 100_000, 5, 1 << 30
WRITER = """
import json, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA journal_mode = WAL")
database.execute("CREATE TABLE IF NOT EXISTS part (data TEXT)")
database.execute("INSERT INTO part VALUES (?)", (json.dumps({"text": sys.argv[2]}),))
print("writes", flush=True)
number = 0
while True:
    number += 1
    database.execute("INSERT INTO part VALUES (?)", (f"{number}" * 500,))
    if number % 500 == 0:
        print(number, flush=True)
"""


@pytest.mark.timeout(400)
def test_a_large_home_is_looked_through_in_little_memory_while_clients_write(tmp_path: Path) -> None:
    root, home = project(tmp_path / "project"), tmp_path / "home"
    transcripts = home / ".claude/projects"
    for project_number in range(FILES // 1000):
        folder = transcripts / f"p{project_number}"
        folder.mkdir(parents=True)
        for number in range(1000):
            (folder / f"{project_number}-{number}.jsonl").write_bytes(b'{"type": "user"}\n')
    for number in range(SPARSE):
        path = put(transcripts / "sparse" / f"{number}.jsonl", b"")
        with path.open("r+b") as file:
            file.truncate(SPARSE_BYTES)
            file.seek(SPARSE_BYTES - 5 - number)
            file.write(VALUE.encode())
    with (transcripts / "sparse/line.jsonl").open("wb") as file:  # one line of 200 MB
        for number in range(200):
            file.write(b"x" * (1 << 20) + (VALUE.encode() if number == 150 else b""))
    os.mkfifo(transcripts / "sparse/pipe.jsonl")
    (transcripts / "sparse/link.jsonl").symlink_to(put(tmp_path / "elsewhere", turn(VALUE)))
    (transcripts / "round").symlink_to(transcripts)
    closed = put(home / ".bash_history", VALUE)
    if os.geteuid() == 0:
        os.chown(closed, 65534, 65534)
    database = home / ".local/share/opencode/opencode.db"
    database.parent.mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(database), VALUE], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout
        writer.stdout.readline()
        most, output = run(root, home)
        assert writer.poll() is None
        writer.kill()
        written = [int(line) for line in writer.stdout]
    answer = json.loads(output)
    found = {Path(leak["path"]).name: leak for leak in answer["leaks"]}
    assert {f"{number}.jsonl" for number in range(SPARSE)} < found.keys()
    assert {"line.jsonl", "opencode.db", ".bash_history"} < found.keys()
    # the writer never pauses: its database is looked through in any case, and is named where its rows were not read
    assert {Path(place["path"]).name for place in answer["not_read"]} <= {"opencode.db"}
    assert not {"pipe.jsonl", "link.jsonl", "elsewhere"} & found.keys()
    assert answer["looked_at"] >= FILES + SPARSE
    assert most < 200
    with closing(sqlite3.connect(database)) as after:
        assert after.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert after.execute("SELECT count(*) FROM part").fetchone()[0] > (written or [0])[-1]


def run(root: Path, home: Path) -> tuple[int, str]:
    """The most memory it had, in MB, and what it answered."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    line = [sys.executable, "-m", "pixie_secrets", "find-leaks", "--json"]
    most = 0
    with (root.parent / "answer").open("w+") as answer:
        with subprocess.Popen(line, cwd=root, env=environment, stdout=answer, stderr=subprocess.DEVNULL) as running:
            while running.poll() is None:
                found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{running.pid}/status").read_text(encoding="ascii"))
                most = int(found[1]) if found else most
                time.sleep(0.01)
        answer.seek(0)
        return most >> 10, answer.read()
