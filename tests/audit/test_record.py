"""The audit record: nothing lost between writers, nothing of a crash, and no file of somebody else's making obeyed."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import require_program

from pixie_secrets.audit import record
from pixie_secrets.audit.entry import Change, Entry, KeyRecord, add_to, line_of, now, read_lines, snapshot_of
from pixie_secrets.audit.project_file import record_names
from pixie_secrets.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 29, 15, 0, 0, tzinfo=UTC)
KEY = ("whisper", "OPENAI_API_KEY")


def a_set(number: int = 0, key: str = KEY[1]) -> Entry:
    return Entry(AT + timedelta(minutes=number), Change.SET, KEY[0], key, "page", "claude-code")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        [require_program("git"), "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", str(folder), *arguments],
        check=True, capture_output=True,
    )  # fmt: skip


def files() -> list[Path]:
    return sorted(Path(record.record_folder()).iterdir())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def repository(root: Path) -> Path:
    git(root, "init", "-q")
    return root


def test_what_was_added_is_read_again_and_only_its_owner_can(root: Path) -> None:
    entries = [a_set(), a_set(1, "É"), Entry(AT, Change.SHARED, "a\nb", detail="x" * 5000)]
    old = os.umask(0)
    try:
        assert record.add(root, *entries) == ""
    finally:
        os.umask(old)
    assert record.read(root).entries == (*entries[:2], entries[2]._replace(detail="x" * 1000))
    [file] = files()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.read_bytes().isascii()


def test_a_moved_repository_keeps_its_record_and_its_work_trees_share_it(repository: Path, tmp_path: Path) -> None:
    record.add(repository, a_set())
    git(repository, "commit", "-q", "--allow-empty", "-m", "x")
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"))
    record.add(tmp_path / "tree", a_set(1))
    moved = repository.rename(tmp_path / "elsewhere")
    assert len(record.read(moved).entries) == 2
    assert not record.read(moved).by_path
    git(tmp_path, "clone", "-q", str(moved), str(tmp_path / "clone"))
    assert record.read(tmp_path / "clone").entries == (), "a clone has values of its own"
    (moved / "sub").mkdir()
    assert record.read(moved / "sub").entries == (), "another project of the same repository"
    assert subprocess.run(
        ["git", "-C", str(moved), "status", "--porcelain", "--ignored"], check=True, capture_output=True
    ).stdout in {b"", b"?? sub/\n"}


def test_a_folder_without_git_is_known_by_its_path_until_it_is_a_repository(root: Path) -> None:
    record.add(root, a_set())
    assert record.read(root).by_path
    git(root, "init", "-q")
    assert record.keys(root)[KEY].updated == AT  # also before anything more is written
    record.add(root, a_set(1))
    assert len(record.read(root).entries) == 2
    assert not record.read(root).by_path
    assert len(files()) == 1


def test_a_repository_in_which_nothing_can_be_written_is_known_by_its_path(repository: Path) -> None:
    (repository / ".git/pixie-secrets-id.new").mkdir()
    assert record.add(repository, a_set()) == ""
    assert record.read(repository).by_path
    (repository / ".git/pixie-secrets-id.new").rmdir()
    record.add(repository, a_set(1))
    assert len(record.read(repository).entries) == 2


@pytest.mark.parametrize("text", ["", "../../etc/x\n", "0" * 31, "x" * 10_000, "é" * 32])
def test_an_id_that_is_none_leads_nowhere(repository: Path, text: str) -> None:
    (repository / ".git/pixie-secrets-id").write_text(text)
    record.add(repository, a_set())
    assert len(record.read(repository).entries) == 1
    assert [file.parent for file in files()] == [Path(record.record_folder())]


FIFTY = """
import sys
from pixie_secrets.audit import record
from pixie_secrets.audit.entry import Entry, now
print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    if why := record.add(sys.argv[1], Entry(now(), "set", "tool", f"KEY_{sys.argv[2]}_{number}", detail="x" * 900)):
        sys.exit(why)
"""


def test_fifty_writers_lose_nothing_while_the_file_is_changed_under_them(repository: Path) -> None:
    """1,000 lines of 1 KB: at least one writer begins a new file."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", FIFTY, str(repository), str(number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(50)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    record.add(repository, *(a_set(key=f"FILL_{number}")._replace(detail="x" * 900) for number in range(900)))
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        assert writer.communicate()[1] == ""
        assert writer.returncode == 0
    found = record.read(repository)
    assert found.unread == 0
    assert len(found.entries) == len(set(found.entries)) == 1900
    assert {key for _, key in record.keys(repository)} >= {f"KEY_{a}_{b}" for a in range(50) for b in range(20)}
    assert len(files()) == 2
    assert all(file.stat().st_size <= record.BYTES_MAX for file in files())


KILLED = """
import sys
from pixie_secrets import files
from pixie_secrets.audit import project_file, record
from pixie_secrets.audit.entry import Entry, now
from tests.syscalls import Observed, die_before_call
die = die_before_call(int(sys.argv[2]))
for module in (record, project_file, files):
    module.os = Observed(__import__("os"), die, lambda _: None)
record.BYTES_MAX = int(sys.argv[3])
sys.exit(record.add(sys.argv[1], Entry(now(), "set", "tool", "NEW")) or 0)
"""


@pytest.mark.parametrize("limit", [1 << 20, 100])
def test_killed_before_any_system_call_nothing_of_before_is_lost(
    repository: Path, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "BYTES_MAX", limit)
    endings: list[bool] = []
    for number in range(400):
        for file in files() if Path(record.record_folder()).exists() else []:
            file.unlink()
        (repository / ".git/pixie-secrets-id").unlink(missing_ok=True)
        record.add(repository, a_set())
        (repository / ".git/pixie-secrets-id").unlink()
        for file in files():  # as if it were from before there was a repository
            file.rename(file.with_name(record_names(str(repository)).by_path + ".jsonl"))
        child = subprocess.run(
            [sys.executable, "-c", KILLED, str(repository), str(number), str(limit)],
            check=False, cwd=ROOT, timeout=60,
        )  # fmt: skip
        known = record.keys(repository)
        assert known[KEY].updated == AT
        endings.append(("tool", "NEW") in known)
        for file in files():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert record.add(repository, a_set(key="LATER")) == ""
        later = record.keys(repository)
        assert {KEY, (KEY[0], "LATER"), *(name for name in known)} == {*later}
        if child.returncode == 0:
            break
        assert child.returncode == -signal.SIGKILL
    assert endings == sorted(endings)
    assert endings[-1]
    assert len(endings) > 20


def _link(path: Path) -> None:
    path.symlink_to(path.with_name("target"))
    path.with_name("target").write_text("kept")


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


HOSTILE: dict[str, Callable[[Path], None]] = {
    "link": _link,
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "huge": _huge,
    "device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("ending", [".jsonl", ".before.jsonl"])
def test_what_is_no_record_is_refused_and_left(root: Path, kind: str, ending: str) -> None:
    record.add(root, a_set())
    [file] = files()
    there = file.with_name(file.name.replace(".jsonl", ending))
    there.unlink(missing_ok=True)
    HOSTILE[kind](there)
    before = there.lstat()
    why = record.add(root, a_set(1))
    with pytest.raises(FileRefused, match="audit record"):
        record.read(root)
    assert why.startswith("this is not in the audit record: ") == (ending == ".jsonl")
    assert (there.lstat().st_mode, there.lstat().st_size) == (before.st_mode, before.st_size)
    assert not there.with_name("target").exists() or there.with_name("target").read_text() == "kept"


GARBAGE = [
    b"", b"{", b"null", b"[]", b"3", b'"set"', b"\xff\xfe", b"\0" * 50, b"[" * 100_000, b'{"at": 1, "change": "set"}',
    b'{"at": "2026-11-29T15:00:00Z"}', b'{"at": "2026-11-29T15:00:00Z", "change": "SET"}',
    b'{"at": "2026-11-29T15:00:00", "change": "set"}', b'{"at": "yesterday", "change": "set"}',
    b'{"at": "2026-11-29T15:00:00Z", "change": "set", "key": ["A"]}',
    b'{"at": "2026-11-29T15:00:00Z", "change": "set", "key": "' + b"A" * 2000 + b'"}',
    b'{"at": "2026-11-29T15:00:00Z", "change": "expires", "detail": "some day"}',
    b'{"at": "9999-12-31T23:59:59-23:59", "change": "set"}',
    b'{"at": "2026-11-29T15:00:00Z", "change": "snapshot", "keys": [{"tool_id": "a"}, 3]}',
    b'{"at": "2026-11-29T15:00:00Z", "change": "snapshot", "keys": 5}',
]  # fmt: skip


@pytest.mark.parametrize("line", GARBAGE)
def test_a_line_that_is_none_costs_only_itself(root: Path, line: bytes) -> None:
    record.add(root, a_set())
    [file] = files()
    file.write_bytes(file.read_bytes() + line)  # without an end: the next line must not be lost with it
    assert record.add(root, a_set(1)) == ""
    found = record.read(root)
    assert found.entries == (a_set(), a_set(1))
    assert found.unread == (1 if line else 0)


@given(st.binary(max_size=300), st.lists(st.sampled_from(GARBAGE), max_size=3))
def test_any_bytes_are_read_without_an_error(data: bytes, lines: list[bytes]) -> None:
    found = read_lines(b"\n".join([line_of(a_set()).encode(), data, *lines, line_of(a_set(2)).encode()]))
    assert found.entries[0] == a_set()
    assert found.entries[-1] == a_set(2)


LIMITED = """
import resource, sys
from pixie_secrets.audit import record
from pixie_secrets.audit.entry import Entry, now
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
print(record.add(sys.argv[1], Entry(now(), "set", "tool", "KEY")))
"""


@pytest.mark.parametrize("more", [0, 1, 20])
def test_a_full_disk_is_said_and_leaves_no_half_line(root: Path, more: int) -> None:
    record.add(root, a_set())
    [file] = files()
    before = file.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(root), str(len(before) + more)], check=True, capture_output=True, text=True
    )
    assert "not in the audit record" in done.stdout
    assert file.read_bytes() == before


def test_a_lock_that_is_held_is_said_and_not_waited_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "LOCK_SECONDS", 0.05)
    record.add(root, a_set())
    folder = os.open(record.record_folder(), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        assert "locked by another process" in record.add(root, a_set(1))
        assert len(record.read(root).entries) == 1
    finally:
        os.close(folder)


@pytest.mark.parametrize("home", ["", "relative"])
def test_without_a_home_nothing_is_written_anywhere(
    root: Path, home: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setenv("HOME", home or "relative")
    assert "no home" in record.add(root, a_set())
    assert [*(tmp_path / "cwd").rglob("*")] == [*root.rglob("*")] == []
    assert record.read(root).entries == ()


def _changes() -> Iterator[st.SearchStrategy[Entry]]:
    at = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
    text = st.text(max_size=20)
    for change in Change:
        detail = st.dates().map(str) if change is Change.EXPIRES else text
        yield st.builds(
            Entry, at, st.just(str(change)), st.sampled_from("ab"), st.sampled_from(["A", "B"]), text, text, detail
        )


CHANGES = st.one_of(*_changes())


@given(st.lists(CHANGES, max_size=12))
def test_a_line_says_what_was_put_into_it_and_a_snapshot_loses_nothing_of_a_key(entries: list[Entry]) -> None:
    data = "".join(f"{line_of(entry)}\n" for entry in entries).encode()
    found = read_lines(data)
    assert list(found.entries) == entries
    again = read_lines(snapshot_of(found.keys, now()).encode())
    assert again.keys == found.keys
    assert again.entries == ()


def test_what_is_known_of_a_key() -> None:
    keys: dict[tuple[str, str], KeyRecord] = {}
    add_to(keys, a_set())
    add_to(keys, Entry(AT, Change.LEAKED, *KEY, detail="a transcript"))
    add_to(keys, Entry(AT + timedelta(days=1), Change.LEAKED, *KEY, detail="another"))
    add_to(keys, Entry(AT, Change.EXPIRES, *KEY, detail="2027-01-31"))
    assert keys == {KEY: KeyRecord(AT, AT, "page", "claude-code", AT, "a transcript", date(2027, 1, 31))}
    add_to(keys, a_set(5))
    assert keys == {KEY: KeyRecord(AT, AT + timedelta(minutes=5), "page", "claude-code")}
    add_to(keys, Entry(AT, Change.UNSET, *KEY))
    assert keys == {}


def test_the_record_is_imported_without_a_package() -> None:
    """A hook asks at each start of a session."""
    code = "import sys\nsys.path.insert(0, sys.argv[1])\nimport pixie_secrets.audit.due\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-IS", "-c", code, str(ROOT / "server")], check=True, capture_output=True, text=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()} - {"__main__", "pixie_secrets"}
    assert loaded <= {*sys.stdlib_module_names}
    assert not loaded & {"hashlib", "dataclasses", "inspect", "subprocess", "socket", "tempfile"}


def test_entries_are_json_of_no_other_fields(root: Path) -> None:
    record.add(root, a_set())
    assert json.loads(files()[0].read_text()).keys() == {"at", "change", "tool_id", "key", "channel", "client"}
