"""Before the first value is written git ignores its file: by the narrowest rule, and nothing else changes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.conftest import require_program

from pixie_secrets.git.coverage import Coverage, env_coverage
from pixie_secrets.git.ignore_rule import IgnoreRule, ensure_ignored

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    git(tmp_path, "init", "--quiet", str(root))
    return root


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([require_program("git"), *arguments], cwd=folder, check=True, capture_output=True)


def env(root: Path, folder: str = "tools/transcribe") -> Path:
    (root / folder).mkdir(parents=True, exist_ok=True)
    return root / folder / ".env"


def test_a_new_project_gets_the_rule_in_its_folder_of_tools(root: Path) -> None:
    rule = ensure_ignored(env(root))
    assert rule == IgnoreRule("/*/.env", root / "tools" / ".gitignore")
    assert rule.file.read_bytes() == b"/*/.env\n"
    assert env_coverage(env(root)) is Coverage.IGNORED
    assert env_coverage(env(root, "tools/another")) is Coverage.IGNORED
    assert env_coverage(env(root, "elsewhere/tool")) is Coverage.NOT_IGNORED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"*.pyc\n", b"*.pyc\n/tools/*/.env\n"),
        (b"*.pyc", b"*.pyc\n/tools/*/.env\n"),
        (b"*.pyc\r\n# mine\r\n", b"*.pyc\r\n# mine\r\n/tools/*/.env\r\n"),
        (b"", b"/tools/*/.env\n"),
    ],
)
def test_the_repositorys_own_file_is_added_to_and_otherwise_kept(root: Path, before: bytes, after: bytes) -> None:
    (root / ".gitignore").write_bytes(before)
    assert ensure_ignored(env(root))
    assert (root / ".gitignore").read_bytes() == after
    assert not (root / "tools" / ".gitignore").exists()


@pytest.mark.parametrize("folder", ["apps/web", ".", "has space/[x]", "deep/er/tools/my tool"])
def test_any_folder_of_a_repository_is_covered_and_no_other(root: Path, folder: str) -> None:
    assert ensure_ignored(env(root, folder))
    assert env_coverage(env(root, folder)) is Coverage.IGNORED
    assert env_coverage(env(root, "not/this")) is Coverage.NOT_IGNORED


def test_where_a_later_rule_takes_it_back_the_files_stay_and_the_next_place_is_tried(root: Path) -> None:
    path = env(root)
    (root / ".gitignore").write_bytes(b"x\n")
    (path.parent / ".gitignore").write_bytes(b"!.env\n")
    assert ensure_ignored(path) is None
    assert (root / ".gitignore").read_bytes() == b"x\n"
    assert not (root / "tools" / ".gitignore").exists()
    assert b".env" not in (root / ".git" / "info" / "exclude").read_bytes()


def test_a_link_is_not_written_through(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"theirs\n")
    path = env(root)
    (root / "tools" / ".gitignore").symlink_to(outside)
    rule = ensure_ignored(path)
    assert outside.read_bytes() == b"theirs\n"
    assert rule
    assert rule.file.samefile(root / ".git" / "info" / "exclude")
    assert env_coverage(path) is Coverage.IGNORED


def test_what_git_tracks_or_ignores_or_does_not_know_is_left_alone(root: Path, tmp_path: Path) -> None:
    tracked = env(root)
    tracked.write_text("A=b\n")
    git(root, "add", "--force", str(tracked))
    assert ensure_ignored(tracked) is None
    ignored = env(root, "tools/other")
    (root / ".gitignore").write_bytes(b"tools/other/.env\n")
    assert ensure_ignored(ignored) is None
    assert (root / ".gitignore").read_bytes() == b"tools/other/.env\n"
    assert ensure_ignored(env(tmp_path / "nowhere")) is None
    assert sorted(path.name for path in (tmp_path / "nowhere").rglob("*")) == ["tools", "transcribe"]


def test_a_work_tree_of_its_own_is_told_where_git_looks(root: Path, tmp_path: Path) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@localhost"]
    git(root, *who, "commit", "--quiet", "--allow-empty", "-m", "x")
    git(root, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    path = env(tmp_path / "tree")
    (tmp_path / "tree" / "tools" / ".gitignore").symlink_to("/nowhere")
    assert ensure_ignored(path)
    assert env_coverage(path) is Coverage.IGNORED


@pytest.mark.parametrize("before", [None, b"x", b"x\r\n", b"a\n!.env\n"])
def test_where_no_rule_helps_the_file_is_byte_for_byte_as_it_was(root: Path, before: bytes | None) -> None:
    path = env(root, "apps/web")
    (path.parent / ".gitignore").write_bytes(b"!.env\n")
    rules = root / ".gitignore"
    if before is not None:
        rules.write_bytes(before)
    assert ensure_ignored(path) is None
    assert (rules.read_bytes() if rules.exists() else None) == before


def test_a_line_that_somebody_adds_meanwhile_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = env(root, "apps/web")
    (path.parent / ".gitignore").write_bytes(b"!.env\n")
    rules, looks = root / ".gitignore", []

    def look(at: Path) -> Coverage:
        looks.append(at)
        if len(looks) == 2:  # our line is in the file
            rules.write_bytes(rules.read_bytes() + b"*.theirs\n")
        return env_coverage(at)

    monkeypatch.setattr("pixie_secrets.git.ignore_rule.env_coverage", look)
    assert ensure_ignored(path) is None
    assert rules.read_bytes() == b"*.theirs\n"


def test_a_file_of_rules_with_a_second_name_is_left_alone(root: Path) -> None:
    rules = root / ".gitignore"
    rules.write_bytes(b"x\n")
    (root / "other-name").hardlink_to(rules)
    rule = ensure_ignored(env(root, "apps/web"))
    assert rule
    assert rule.file != rules
    assert rules.read_bytes() == b"x\n"
