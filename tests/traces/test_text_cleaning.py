"""A file of text without the values it had: replaced at once, and nothing that somebody adds meanwhile is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.conftest import require_program
from tests.traces.homes import put, turn
from tests.waiting import until

from pixie_secrets.errors import FileRefused
from pixie_secrets.filenames import UNFINISHED_ENDING
from pixie_secrets.known_values import KNOWN
from pixie_secrets.traces import in_use
from pixie_secrets.traces.cleaning import CannotCleanError
from pixie_secrets.traces.text_cleaning import clean_text

VALUE = "plain-4fGh7Jk2Lm"
ROOT = Path(__file__).parents[2]
CLEAN = """
import sys
from pathlib import Path
from pixie_secrets.known_values import KNOWN
from pixie_secrets.traces.text_cleaning import clean_text
KNOWN.add(sys.argv[2], key="K", tool="t")
print(clean_text(Path(sys.argv[1]), lambda _span, _data: True))
"""


def every(_span: object, _data: bytes) -> bool:
    return True


@pytest.fixture(autouse=True)
def known() -> None:
    KNOWN.add(VALUE, key="K", tool="t")


def test_mode_and_times_stay_and_everything_else_byte_for_byte(tmp_path: Path) -> None:
    path = put(tmp_path / "s.jsonl", turn("a\u2028b") + turn(f"use {VALUE}!") + "no json \xff\r\n")
    before = path.read_bytes()
    path.chmod(0o640)
    os.utime(path, ns=(10**18, 10**18 + 5))
    assert clean_text(path, every) == 1
    status = path.stat()
    assert (status.st_mode & 0o777, status.st_mtime_ns) == (0o640, 10**18 + 5)
    assert path.read_bytes() == before.replace(VALUE.encode(), b"***")
    assert [each.name for each in tmp_path.iterdir()] == ["s.jsonl"]


def test_a_file_without_values_is_not_written(tmp_path: Path) -> None:
    path = put(tmp_path / "s.jsonl", turn("hello"))
    before = path.stat()
    assert clean_text(path, every) == 0
    assert path.stat() == before


@pytest.mark.parametrize(
    "call", ["flock", "write", "fchmod", "utimensat", "fsync", "renameat,rename", "unlinkat,unlink"]
)
def test_killed_before_any_system_call_it_is_the_old_file_or_the_new(tmp_path: Path, call: str) -> None:
    """SIGKILL at each call that changes something on the disk, delivered by the system itself."""
    strace = require_program("strace")
    path = tmp_path / "s.jsonl"
    unfinished = path.with_name(path.name + UNFINISHED_ENDING)
    old = (turn(f"use {VALUE}") * 3).encode()
    new = old.replace(VALUE.encode(), b"***")
    number, ending = 0, old
    for number in range(1, 20):
        put(path, old)
        done = subprocess.run(
            [strace, "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}",
             "-e", f"inject={call}:signal=SIGKILL:when={number}", sys.executable, "-c", CLEAN, str(path), VALUE],
            cwd=ROOT, capture_output=True, check=False,
        )  # fmt: skip
        ending = path.read_bytes()
        assert ending in {old, new}
        if unfinished.exists():
            assert VALUE.encode() not in unfinished.read_bytes()
        if done.returncode == 0:
            break
        assert done.returncode in {-signal.SIGKILL, 128 + signal.SIGKILL}, done.stderr
        assert clean_text(path, every) == (3 if ending == old else 0)  # a later run works at once, and clears up
        assert [each.name for each in tmp_path.iterdir()] == ["s.jsonl"]
    assert (number > 1, ending) == (True, new)


WRITER = """
import os, sys
number = 0
while sys.stdin.buffer.readline():
    for _ in range(5):
        number += 1
        file = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)
        os.write(file, b'{"n": %d, "t": "%s"}\\n' % (number, sys.argv[2].encode() if number % 7 == 0 else b"x"))
        os.close(file)
"""
BURSTS = 200


def test_a_client_that_adds_lines_meanwhile_loses_none(tmp_path: Path) -> None:
    path = put(tmp_path / "s.jsonl", turn("x" * 2000) + turn(VALUE))
    cleaned = 0
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path), VALUE], stdin=subprocess.PIPE) as writer:
        assert writer.stdin
        for _ in range(BURSTS):
            writer.stdin.write(b"\n")
            writer.stdin.flush()
            with suppress(CannotCleanError):  # it was open just then
                cleaned += bool(clean_text(path, every))
        writer.stdin.close()
    clean_text(path, every)
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert [line["n"] for line in lines[2:]] == list(range(1, 5 * BURSTS + 1))
    assert VALUE.encode() not in path.read_bytes()
    assert cleaned > BURSTS / 10


LATE = """
import os, sys
file = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)
print("open", flush=True)
sys.stdin.readline()
os.write(file, b"late " + sys.argv[2].encode() + b"\\n")
os.close(file)
print("done", flush=True)
sys.stdin.read()
"""


def test_what_a_program_still_writes_to_the_old_file_is_carried_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opened the file after we looked who has it open: the rename itself cannot tell."""
    path = put(tmp_path / "s.txt", f"early {VALUE}\n")
    looked = in_use.holder
    with subprocess.Popen(
        [sys.executable, "-c", LATE, str(path), VALUE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        asked = []

        def holder(paths: list[Path], *, replaced: bool = False) -> in_use.Process | None:
            asked.append(replaced)
            if not replaced:
                return None
            found = looked(paths, replaced=True)
            if len([each for each in asked if each]) == 1:
                assert found, "the old file is open, and nobody noticed"
                assert other.stdin
                other.stdin.write("\n")
                other.stdin.flush()
            return found

        monkeypatch.setattr(in_use, "holder", holder)
        assert clean_text(path, every) == 1
        other.stdin.close()
    assert path.read_text() == "early ***\nlate ***\n"


HOLD = """
import sys
file = open(sys.argv[1], "a")
print("open", flush=True)
sys.stdin.read()
"""


def test_a_file_that_is_open_is_left_alone(tmp_path: Path) -> None:
    path = put(tmp_path / "s.jsonl", turn(VALUE))
    before = path.read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(CannotCleanError, match=rf"process {other.pid}"):
            clean_text(path, every)
        assert path.read_bytes() == before
        other.kill()
    assert clean_text(path, every) == 1


def test_a_program_that_was_there_when_a_session_was_written_may_write_to_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = put(tmp_path / "bin" / "someagent", "#!/usr/bin/env python3\nimport sys\nsys.stdin.read()\n")
    program.chmod(0o755)
    path = put(tmp_path / "s.jsonl", turn(VALUE))
    os.utime(path, (1, 1))
    with subprocess.Popen([sys.executable, program], stdin=subprocess.PIPE) as other:
        running = until(lambda: in_use.writer(("someagent",), time.time()))
        assert running
        assert running.pid == other.pid
        assert in_use.writer(("someagent",), path.stat().st_mtime) is None  # it was written long before
        assert in_use.writer(("another",), time.time()) is None
        monkeypatch.setenv("HOME", str(tmp_path))
        assert in_use.writer(("someagent",), time.time()) is None  # somebody else's, or of another home
        other.kill()


@pytest.mark.parametrize("kind", ["link", "folder behind a link", "second name", "fifo", "somebody else's"])
def test_what_is_not_plainly_ones_own_is_left_alone(tmp_path: Path, kind: str) -> None:
    real = put(tmp_path / "there" / "s.jsonl", turn(VALUE))
    path = tmp_path / "s.jsonl"
    if kind == "link":
        path.symlink_to(real)
    elif kind == "folder behind a link":
        (tmp_path / "here").symlink_to(real.parent)
        path = tmp_path / "here" / "s.jsonl"
    elif kind == "second name":
        path.hardlink_to(real)
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        if os.geteuid():
            pytest.skip("only root can give a file away")
        path = real
        os.chown(path, 65534, 65534)
    with pytest.raises((CannotCleanError, FileRefused, OSError)):
        clean_text(path, every)
    assert real.read_text() == turn(VALUE)
    assert not list(tmp_path.rglob(f"*{UNFINISHED_ENDING}"))


@pytest.mark.parametrize("signs", ["\u00e9\u0083\u00a0", "a\nb"])
def test_a_history_of_zsh_stays_one(tmp_path: Path, signs: str) -> None:
    zsh = require_program("zsh")
    path = tmp_path / ".zsh_history"
    own = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    script = 'SAVEHIST=9 HISTSIZE=9; print -rs -- "$2"; print -rs -- "$3"; fc -W "$1"'
    line = f"echo {signs} {VALUE} {signs}"
    subprocess.run([zsh, "-fic", script, "zsh", str(path), line, f"echo {signs}"], check=True, env=own)
    assert clean_text(path, every, zsh=True) == 1
    show = 'HISTSIZE=9; fc -p "$1"; fc -R "$1"; print -r -- "$history[1]"; print -r -- "$history[2]"'
    shown = subprocess.run(
        [zsh, "-fic", show, "zsh", str(path)], check=True, env=own, capture_output=True, text=True
    ).stdout
    assert shown == f"echo {signs} *** {signs}\necho {signs}\n"
