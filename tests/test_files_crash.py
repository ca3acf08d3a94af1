"""Private files when it goes wrong at the worst moment: killed between any two system calls, or a full disk."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.syscalls import Observed

from pixie_secrets import files
from pixie_secrets.errors import FileRefused
from pixie_secrets.filenames import UNFINISHED_ENDING
from pixie_secrets.files import edit_private

ROOT = Path(__file__).parent.parent
OLD, NEW = b"A='old'\n" * 50, b"A='new'\n" * 60
KILLED = """
import fcntl, os, sys
from pathlib import Path
from pixie_secrets import files
from tests.syscalls import Observed, die_before_call
die = die_before_call(int(sys.argv[2]))
files.os, files.fcntl = Observed(os, die, lambda _: None), Observed(fcntl, die, lambda _: None)
files.edit_private(Path(sys.argv[1]), lambda _: sys.stdin.buffer.read())
"""


@pytest.fixture
def env(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    edit_private(path, lambda _: OLD)
    return path


def test_killed_before_any_system_call_the_file_is_the_old_one_or_the_new(env: Path) -> None:
    endings: list[bytes] = []
    litter = 0
    for number in range(200):
        child = subprocess.run(
            [sys.executable, "-c", KILLED, str(env), str(number)], input=NEW, cwd=ROOT, check=False, timeout=60
        )
        endings.append(env.read_bytes())
        unfinished = env.with_name(".env" + UNFINISHED_ENDING)
        assert {path.name for path in env.parent.iterdir()} <= {".env", unfinished.name}
        if unfinished.exists():
            litter += 1
            assert unfinished.stat().st_mode & 0o177 == 0
        if child.returncode == 0:
            break
        assert child.returncode == -signal.SIGKILL
        edit_private(env, lambda _: OLD)  # a later write works at once, and clears up
        assert [path.name for path in env.parent.iterdir()] == [".env"]
    assert set(endings) == {OLD, NEW}
    assert endings == sorted(endings, key=[OLD, NEW].index), "once new, it was old again"
    assert len(endings) > 20
    assert litter > 2


LOOP = """
import sys
from pathlib import Path
from pixie_secrets.files import edit_private
number = 0
while True:
    number += 1
    edit_private(Path(sys.argv[1]), lambda _: b"A=%d\\n" % number * 1000)
    print(number, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 3, 10, 25, 60])
def test_killed_at_any_moment_what_was_acknowledged_is_there(env: Path, acknowledged: int) -> None:
    with subprocess.Popen([sys.executable, "-c", LOOP, str(env)], stdout=subprocess.PIPE) as child:
        assert child.stdout
        seen = 0
        for _ in range(acknowledged):
            seen = int(child.stdout.readline())
        child.kill()
    lines = set(env.read_bytes().splitlines())
    assert len(lines) == 1
    assert int(lines.pop().removeprefix(b"A=")) >= seen
    edit_private(env, lambda _: NEW)
    assert [path.name for path in env.parent.iterdir()] == [".env"]


FULL = """
import resource, sys
from pathlib import Path
from pixie_secrets.errors import FileRefused
from pixie_secrets.files import edit_private
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    edit_private(Path(sys.argv[1]), lambda _: b"sk-hidden" * 100)
except FileRefused as error:
    print(error.message, "|", error.hint)
"""


def test_a_write_that_stops_half_way_leaves_the_old_file_and_no_litter(env: Path) -> None:
    child = subprocess.run([sys.executable, "-c", FULL, str(env)], capture_output=True, text=True, check=True)
    assert "could not be written: file too large | the file is as it was" in child.stdout
    assert "sk-hidden" not in child.stdout + child.stderr
    assert env.read_bytes() == OLD
    assert [path.name for path in env.parent.iterdir()] == [".env"]


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "fchmod", "open"])
def test_a_full_disk_at_any_step_leaves_the_old_file_and_says_so(
    env: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(name: str) -> None:
        if name == call:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "os", Observed(os, full, lambda _: None))
    with pytest.raises(FileRefused, match="no space left on device") as caught:
        edit_private(env, lambda _: NEW)
    assert "make room" in caught.value.hint
    assert env.read_bytes() == OLD
    assert [path.name for path in env.parent.iterdir()] == [".env"]


def test_ctrl_c_in_the_middle_of_a_write_leaves_no_litter(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(name: str) -> None:
        if name == "fsync":
            raise KeyboardInterrupt

    monkeypatch.setattr(files, "os", Observed(os, interrupt, lambda _: None))
    with pytest.raises(KeyboardInterrupt):
        edit_private(env, lambda _: NEW)
    assert env.read_bytes() == OLD
    assert [path.name for path in env.parent.iterdir()] == [".env"]
