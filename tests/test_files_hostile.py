"""Private files where somebody laid something else: links, pipes, devices, other people's files, swapped folders."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pixie_secrets import files
from pixie_secrets.errors import FileRefused
from pixie_secrets.filenames import UNFINISHED_ENDING
from pixie_secrets.files import edit_private, read_private

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def env(tmp_path: Path) -> Path:
    folder = tmp_path / "tools" / "tool"
    folder.mkdir(parents=True)
    return folder / ".env"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file of the user's that nobody may touch or tell about."""
    path = tmp_path / "outside"
    path.write_bytes(b"SECRET=outside\n")
    return path


def never(_: bytes | None) -> bytes:
    raise AssertionError("the edit was called")


def refused(path: Path, match: str) -> None:
    with pytest.raises(FileRefused, match=match) as read:
        read_private(path)
    with pytest.raises(FileRefused, match=match):
        edit_private(path, never)
    assert read.value.hint


def a_socket(path: Path) -> None:
    working = Path.cwd()
    os.chdir(path.parent)  # a socket's path may not be long
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(working)


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("a symbolic link", lambda path: path.symlink_to(path.parent.parent.parent / "outside")),
        ("a symbolic link", lambda path: path.symlink_to("nowhere")),
        ("a symbolic link", lambda path: path.symlink_to(".env")),
        ("a folder", lambda path: path.mkdir()),
        ("a named pipe", os.mkfifo),
        ("a socket", a_socket),
    ],
    ids=["link to a file", "dangling link", "link to itself", "folder", "pipe", "socket"],
)
@pytest.mark.timeout(10)
def test_what_is_no_regular_file_is_refused_and_left_alone(
    env: Path, outside: Path, kind: str, make: Callable[[Path], None]
) -> None:
    make(env)
    before = env.lstat()
    refused(env, kind)
    assert env.lstat().st_ino == before.st_ino
    assert outside.read_bytes() == b"SECRET=outside\n"


def test_a_device_is_refused_without_being_opened() -> None:
    refused(Path("/dev/zero"), "a device")


def test_a_pipe_that_takes_the_place_at_the_last_moment_does_not_block(
    env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env.write_bytes(b"A=1\n")
    checked = files._check

    def swap(path: Path, found: os.stat_result) -> None:
        checked(path, found)
        if path.is_file():
            path.unlink()
            os.mkfifo(path)

    monkeypatch.setattr(files, "_check", swap)
    with pytest.raises(FileRefused, match="a named pipe"):
        read_private(env)


def test_another_users_file_is_refused(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env.write_bytes(b"A=1\n")
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    refused(env, "another user")


def test_a_second_name_is_refused_for_writing_because_it_would_keep_the_old_value(env: Path) -> None:
    env.write_bytes(b"A=1\n")
    (env.parent / "backup").hardlink_to(env)
    assert read_private(env) == b"A=1\n"
    with pytest.raises(FileRefused, match="second name") as refusal:
        edit_private(env, never)
    subprocess.run(["sh", "-c", refusal.value.hint.partition(": ")[2]], cwd="/", check=True)  # the hint, as pasted
    edit_private(env, lambda _: b"A=2\n")
    assert [(path.name, path.read_bytes()) for path in sorted(env.parent.iterdir())] == [
        (".env", b"A=2\n"),
        ("backup", b"A=1\n"),
    ]


def test_a_folder_in_the_place_of_the_unfinished_file_is_named(env: Path) -> None:
    (env.parent / ".env.pixie-new").mkdir()
    with pytest.raises(FileRefused, match=r"\.env\.pixie-new is in the way") as refusal:
        edit_private(env, lambda _: b"A=1\n")
    assert refusal.value.hint == "remove it"
    assert not env.exists()


def test_a_file_too_large_to_be_a_dotenv_is_refused_without_reading_it(env: Path) -> None:
    with env.open("wb") as file:
        file.truncate(2**40)
    refused(env, "larger than 64 MiB")


@pytest.mark.parametrize("part", ["tool", "tools"])
def test_a_folder_that_is_a_link_is_refused(env: Path, tmp_path: Path, part: str) -> None:
    target = tmp_path / "elsewhere"
    folder = env.parent if part == "tool" else env.parent.parent
    folder.rename(target)
    folder.symlink_to(target)
    refused(env, f"{part} is a symbolic link")
    assert not list(target.rglob(".env"))


def test_a_path_through_a_file_is_refused(env: Path) -> None:
    env.write_bytes(b"")
    refused(env / "x", "not a folder")


def test_a_folder_swapped_for_a_link_before_the_lock_is_ours_is_refused(
    env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "elsewhere"
    lock = files._lock

    def swap_then_lock(folder: int, path: Path, deadline: float) -> None:
        if not env.parent.is_symlink():
            env.parent.rename(target)
            env.parent.symlink_to(target)
        lock(folder, path, deadline)

    monkeypatch.setattr(files, "_lock", swap_then_lock)
    with pytest.raises(FileRefused, match="a symbolic link"):
        edit_private(env, never)
    assert list(target.iterdir()) == []


def test_a_folder_replaced_before_the_lock_is_ours_is_entered_anew(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = env.parent.with_name("old")
    lock = files._lock

    def replace_then_lock(folder: int, path: Path, deadline: float) -> None:
        if not old.exists():
            env.parent.rename(old)
            env.parent.mkdir()
        lock(folder, path, deadline)

    monkeypatch.setattr(files, "_lock", replace_then_lock)
    edit_private(env, lambda _: b"A=1\n")
    assert env.read_bytes() == b"A=1\n"
    assert list(old.iterdir()) == []


def test_a_folder_swapped_during_the_edit_does_not_lead_the_write_astray(env: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    moved = tmp_path / "moved"

    def edit(_: bytes | None) -> bytes:
        env.parent.rename(moved)
        env.parent.symlink_to(victim)
        return b"A=1\n"

    edit_private(env, edit)
    assert list(victim.iterdir()) == []
    assert (moved / ".env").read_bytes() == b"A=1\n"


def test_a_link_in_place_of_the_unfinished_file_is_removed_not_followed(env: Path, outside: Path) -> None:
    (env.parent / (".env" + UNFINISHED_ENDING)).symlink_to(outside)
    edit_private(env, lambda _: b"A=1\n")
    assert outside.read_bytes() == b"SECRET=outside\n"
    assert [path.name for path in env.parent.iterdir()] == [".env"]


def test_a_link_that_appears_during_the_edit_is_not_written_through(env: Path, outside: Path) -> None:
    def edit(_: bytes | None) -> bytes:
        if not env.is_symlink():
            env.symlink_to(outside)
        return b"A=1\n"

    with pytest.raises(FileRefused, match="a symbolic link"):
        edit_private(env, edit)
    assert outside.read_bytes() == b"SECRET=outside\n"
    assert [path.name for path in env.parent.iterdir()] == [".env"]


def test_a_folder_that_is_gone_is_said_to_be(env: Path) -> None:
    env.parent.rmdir()
    with pytest.raises(FileRefused, match="no such file or directory") as caught:
        edit_private(env, never)
    assert caught.value.hint == "the tool's folder is gone"
