"""Private files: read, edited, locked; what others write meanwhile is kept."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.syscalls import Observed

from pixie_secrets import files
from pixie_secrets.errors import FileRefused
from pixie_secrets.filenames import UNFINISHED_ENDING
from pixie_secrets.files import (
    NotPlainError,
    append_plain,
    create_plain,
    edit_private,
    open_folder,
    open_plain,
    read_plain,
    read_private,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def env(tmp_path: Path) -> Path:
    """The path of a tool's .env; there is no such file yet."""
    folder = tmp_path / "tools" / "tool"
    folder.mkdir(parents=True)
    return folder / ".env"


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def put(env: Path, data: bytes) -> None:
    edit_private(env, lambda _: data)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_that_is_not_there_reads_as_none(env: Path) -> None:
    assert read_private(env) is None
    assert read_private(env.parent / "gone" / ".env") is None


def test_what_was_written_is_read_and_the_edit_sees_what_was_there(env: Path) -> None:
    seen: list[bytes | None] = []

    def edit(before: bytes | None) -> bytes:
        seen.append(before)
        return (before or b"") + b"A=1\r\n\xff"

    edit_private(env, edit)
    edit_private(env, edit)
    assert seen == [None, b"A=1\r\n\xff"]
    assert read_private(env) == b"A=1\r\n\xff" * 2
    assert [path.name for path in env.parent.iterdir()] == [".env"]


def test_none_removes_the_file(env: Path) -> None:
    put(env, b"A=1\n")
    edit_private(env, lambda _: None)
    edit_private(env, lambda _: None)
    assert list(env.parent.iterdir()) == []


def test_an_empty_file_is_kept_as_one(env: Path) -> None:
    put(env, b"")
    assert read_private(env) == b""


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_the_file_is_600_whatever_the_umask(env: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        put(env, b"A=1\n")
    finally:
        os.umask(before)
    assert mode(env) == 0o600


def test_a_laxer_file_becomes_600_even_when_nothing_else_changes(env: Path) -> None:
    env.write_bytes(b"A=1\n")
    env.chmod(0o644)
    edit_private(env, lambda before: before)
    assert mode(env) == 0o600
    assert env.read_bytes() == b"A=1\n"


def test_an_edit_that_changes_nothing_writes_nothing(env: Path) -> None:
    put(env, b"A=1\n")
    then = env.stat()
    edit_private(env, lambda before: before)
    assert (env.stat().st_ino, env.stat().st_ctime_ns) == (then.st_ino, then.st_ctime_ns)


@pytest.mark.usefixtures("no_umask")
def test_nothing_in_the_folder_is_readable_by_others_after_any_system_call(
    env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def look(name: str) -> None:
        calls.append(name)
        assert [path for path in env.parent.iterdir() if mode(path) & 0o077] == []

    monkeypatch.setattr(files, "os", Observed(os, lambda _: None, look))
    put(env, b"A=1\n")
    put(env, b"A=2\n")
    assert calls.count("rename") == 2
    assert calls.count("fsync") == 4


@pytest.mark.usefixtures("no_umask")
def test_a_watcher_in_another_process_never_sees_a_readable_byte(env: Path) -> None:
    watch = (
        "import os, sys\n"
        "print('watching', flush=True)\n"
        "while not os.path.exists('stop'):\n"
        "    for entry in os.scandir('.'):\n"
        "        try: mode = entry.stat(follow_symlinks=False).st_mode\n"
        "        except FileNotFoundError: continue\n"
        "        if mode & 0o077: sys.exit(f'{entry.name} was {mode:o}')\n"
    )
    env.parent.chmod(0o700)
    watcher = subprocess.Popen([sys.executable, "-c", watch], cwd=env.parent, stdout=subprocess.PIPE)
    with watcher:
        assert watcher.stdout
        watcher.stdout.readline()
        for number in range(300):
            put(env, b"A=%d\n" % number)
        (env.parent / "stop").touch(0o600)
    assert watcher.returncode == 0


def test_an_edit_that_refuses_leaves_the_file_and_no_litter(env: Path) -> None:
    put(env, b"A=1\n")
    (env.parent / (".env" + UNFINISHED_ENDING)).write_bytes(b"left by a crash")

    def refuse(_: bytes | None) -> bytes:
        raise FileRefused("no")

    with pytest.raises(FileRefused, match="no"):
        edit_private(env, refuse)
    assert env.read_bytes() == b"A=1\n"
    assert [path.name for path in env.parent.iterdir()] == [".env"]


def changing(env: Path, times: int, change: str) -> Iterator[bytes]:
    """Change the file as somebody without the lock would, at most `times` times; gives what has to survive."""
    for number in range(times):
        line = b"B=%d\n" % number
        if change == "appended to":
            with env.open("ab") as file:
                file.write(line)
        elif change == "replaced":
            other = env.with_name("editor")
            other.write_bytes(env.read_bytes() + line)
            other.rename(env)
        elif change == "replaced by one of the same size":
            other = env.with_name("editor")
            other.write_bytes(line)
            other.rename(env)
        elif change == "rewritten with the same size and times":
            status = env.stat()
            env.write_bytes(line)
            os.utime(env, ns=(status.st_atime_ns, status.st_mtime_ns))
        yield line


@pytest.mark.parametrize(
    "change",
    ["appended to", "replaced", "replaced by one of the same size", "rewritten with the same size and times"],
)
def test_a_file_that_changed_meanwhile_loses_no_line(env: Path, change: str) -> None:
    put(env, b"A=1\n")
    changes = changing(env, 2, change)
    written: list[bytes] = []

    def edit(before: bytes | None) -> bytes:
        written.extend(line for line in [next(changes, b"")] if line)
        return (before or b"") + b"KEY=new\n"

    edit_private(env, edit)
    assert written[-1] in env.read_bytes()
    assert env.read_bytes().endswith(b"KEY=new\n")
    assert env.read_bytes().count(b"KEY=new") == 1


def test_a_file_that_appears_or_disappears_meanwhile_is_seen(env: Path) -> None:
    seen: list[bytes | None] = []

    def edit(before: bytes | None) -> bytes:
        seen.append(before)
        if len(seen) == 1:
            env.write_bytes(b"A=1\n")
        if len(seen) == 2:
            env.unlink()
        return (before or b"") + b"KEY=new\n"

    edit_private(env, edit)
    assert seen == [None, b"A=1\n", None]
    assert env.read_bytes() == b"KEY=new\n"


def test_a_file_that_never_holds_still_is_refused_and_left_to_the_other(env: Path) -> None:
    put(env, b"A=1\n")
    changes = changing(env, 10**6, "appended to")

    def edit(before: bytes | None) -> bytes:
        next(changes)
        return (before or b"") + b"KEY=new\n"

    with pytest.raises(FileRefused, match="keeps changing"):
        edit_private(env, edit)
    assert b"KEY" not in env.read_bytes()
    assert [path.name for path in env.parent.iterdir()] == [".env"]


def test_a_lock_held_by_another_process_ends_in_a_refusal_not_in_a_wait(
    env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LOCK_SECONDS", 0.05)
    folder = os.open(env.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        with pytest.raises(FileRefused, match="locked by another process"):
            put(env, b"A=1\n")
        assert read_private(env) is None  # reading needs no lock
    finally:
        os.close(folder)
    put(env, b"A=1\n")


def test_a_lock_is_waited_for(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.open(env.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)

    def give_way(_: float) -> None:
        fcntl.flock(folder, fcntl.LOCK_UN)

    monkeypatch.setattr(time, "sleep", give_way)
    try:
        put(env, b"A=1\n")
    finally:
        os.close(folder)
    assert env.read_bytes() == b"A=1\n"


def test_the_lock_is_free_afterwards_even_if_a_child_inherited_it(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[int] = []

    def edit(_: bytes | None) -> bytes:
        child = os.fork()
        if child == 0:
            signal.pause()  # holds the folder open until it is killed below
            os._exit(0)
        children.append(child)
        return b"A=1\n"

    try:
        edit_private(env, edit)
        monkeypatch.setattr(files, "LOCK_SECONDS", 0.0)  # the child has none of the lock
        put(env, b"A=2\n")
    finally:
        for child in children:
            os.kill(child, 9)
            os.waitpid(child, 0)


FIFTY = """
import sys
from pathlib import Path
from pixie_secrets.env_file import set_value
from pixie_secrets.files import edit_private
print("ready", flush=True)
sys.stdin.readline()
key = sys.argv[2]
edit_private(Path(sys.argv[1]), lambda data: set_value((data or b"").decode(), key, key.lower()).encode())
"""


def test_fifty_processes_setting_fifty_keys_lose_none(env: Path) -> None:
    put(env, b"# mine\nKEY_7='old'\n")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", FIFTY, str(env), f"KEY_{number}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for number in range(50)
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:  # all are running; now, together
        assert writer.stdin
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0] * 50
    lines = env.read_bytes().splitlines()
    assert lines[:2] == [b"# mine", b"KEY_7=key_7"]
    assert sorted(lines[1:]) == sorted(b"KEY_%d=key_%d" % (number, number) for number in range(50))
    assert mode(env) == 0o600
    assert [path.name for path in env.parent.iterdir()] == [".env"]


def test_a_plain_file_is_opened_and_nothing_else_is_waited_for(tmp_path: Path) -> None:
    plain, link, folder, pipe = (tmp_path / name for name in ("plain", "link", "folder", "pipe"))
    plain.write_bytes(b"seventeen bytes..")
    link.symlink_to(plain)
    folder.mkdir()
    os.mkfifo(pipe)
    open_before = _open_descriptors()
    for path in (folder, pipe):
        for opening in (open_plain, append_plain):
            with pytest.raises(OSError) as refused:
                opening(path)
            assert isinstance(refused.value, NotPlainError | IsADirectoryError) or refused.value.errno == errno.ENXIO
    with pytest.raises(OSError) as refused:
        open_plain(link)
    assert refused.value.errno == errno.ELOOP
    with pytest.raises(OSError):
        append_plain(link)
    with pytest.raises(FileExistsError):
        create_plain(link, 0o600)
    assert read_plain(plain, 9) == b"seventeen"
    assert read_plain(link, 9, follow=True) == b"seventeen"
    inside = open_folder(tmp_path)
    assert read_plain("plain", 99, folder=inside) == b"seventeen bytes.."
    os.close(inside)
    with pytest.raises(OSError):
        open_folder(link)
    assert _open_descriptors() == open_before


def _open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_there_is_one_place_that_opens_files_without_following_links() -> None:
    package = Path(files.__file__).parent
    others = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "O_NOFOLLOW" in path.read_text("utf-8")
    }
    # a name that may be there already and is locked before it counts; a log of a Python that loads nothing
    assert others == {"files.py", "archives/output.py", "guard/record.py"}
