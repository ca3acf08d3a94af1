"""What git would do with a tool's .env, asked of the real git, in friendly and in hostile repositories."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from tests.conftest import require_program

from pixie_secrets.git import command
from pixie_secrets.git.coverage import Coverage, coverage_warning, env_coverage


def run(root: Path, *arguments: str) -> None:
    command = [require_program("git"), "-C", str(root), "-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run([*command, *arguments], check=True, capture_output=True)


@pytest.fixture
def env(tmp_path: Path) -> Path:
    """A tool's .env in a repository that ignores nothing; the file exists."""
    folder = tmp_path / "my project" / "tools" / "tool"
    folder.mkdir(parents=True)
    run(tmp_path / "my project", "init", "--quiet")
    (folder / ".env").write_bytes(b"A=1\n")
    return folder / ".env"


def root(env: Path) -> Path:
    return env.parent.parent.parent


def ignore(env: Path, *lines: str) -> None:
    (root(env) / ".gitignore").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("rules", "coverage"),
    [
        (["tools/*/.env"], Coverage.IGNORED),
        ([".env"], Coverage.IGNORED),
        ([".env*"], Coverage.IGNORED),
        (["/tools/"], Coverage.IGNORED),
        ([], Coverage.NOT_IGNORED),
        ([".env/"], Coverage.NOT_IGNORED),
        ([".env # secrets"], Coverage.NOT_IGNORED),
        (["/.env"], Coverage.NOT_IGNORED),
        ([".env", "!tools/tool/.env"], Coverage.NOT_IGNORED),
    ],
)
@pytest.mark.parametrize("exists", [True, False])
def test_the_rules_are_gits(env: Path, rules: list[str], coverage: Coverage, exists: bool) -> None:
    ignore(env, *rules)
    if not exists:
        env.unlink()
    assert env_coverage(env) is coverage


def test_the_users_own_rules_count(env: Path) -> None:
    folder = env.parent.parent.parent.parent / "home"
    (folder / ".config" / "git").mkdir(parents=True)
    (folder / ".config" / "git" / "ignore").write_text(".env\n", encoding="utf-8")
    os.environ["HOME"] = str(folder)  # put back by the fixture that cleaned it
    assert env_coverage(env) is Coverage.IGNORED


def test_a_tracked_file_is_tracked_even_if_a_rule_ignores_it(env: Path) -> None:
    run(root(env), "add", "-f", "tools/tool/.env")
    ignore(env, ".env")
    assert env_coverage(env) is Coverage.TRACKED
    run(root(env), "commit", "--quiet", "-m", "oops")
    env.unlink()
    assert env_coverage(env) is Coverage.TRACKED


def test_outside_a_repository_there_is_nothing_to_cover(tmp_path: Path) -> None:
    assert env_coverage(tmp_path / ".env") is Coverage.NO_GIT
    assert env_coverage(tmp_path / "gone" / ".env") is Coverage.NO_GIT


def test_without_git_installed_there_is_nobody_to_ask(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(env.parent))
    assert env_coverage(env) is Coverage.NO_GIT


def test_a_git_that_lies_in_the_working_folder_is_not_run(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = env.parent / "git"
    program.write_text("#!/bin/sh\ntouch ran\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.chdir(env.parent)
    monkeypatch.setenv("PATH", ".")
    assert env_coverage(env) is Coverage.NO_GIT
    assert not (env.parent / "ran").exists()


def test_variables_that_steer_git_are_ignored(env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.mkdir()
    run(other, "init", "--quiet")
    ignore(env, ".env")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.excludesFile")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", os.devnull)
    assert env_coverage(env) is Coverage.IGNORED


def test_a_hostile_repository_runs_nothing(env: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(tmp_path / 'ran'))}\n", encoding="utf-8")
    trap.chmod(0o755)
    run(root(env), "add", "-f", ".")
    hooks = root(env) / ".git" / "hooks"
    for name in ("post-index-change", "query-watchman", "fsmonitor-watchman"):
        (hooks / name).write_bytes(trap.read_bytes())
        (hooks / name).chmod(0o755)
    for name in ("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "diff.external"):
        run(root(env), "config", name, str(trap))
    subprocess.run(["git", "-C", str(root(env)), "ls-files"], check=True, capture_output=True)
    assert (tmp_path / "ran").exists(), "the trap works"
    (tmp_path / "ran").unlink()
    assert env_coverage(env) is Coverage.TRACKED
    assert not (tmp_path / "ran").exists()


def test_a_repository_smuggled_in_as_the_tools_folder_is_not_believed(env: Path) -> None:
    run(env.parent, "init", "--quiet", "--bare", ".")
    (env.parent / "info" / "exclude").write_text(".env\n", encoding="utf-8")
    run(env.parent, "config", "core.bare", "false")
    run(env.parent, "config", "core.worktree", str(env.parent))
    plain = subprocess.run(["git", "check-ignore", "--quiet", ".env"], cwd=env.parent, check=False)
    assert plain.returncode == 0, "the lie works"
    assert env_coverage(env) is Coverage.NOT_IGNORED


def test_somebody_elses_repository_is_answered_for_too(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ignore(env, ".env")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setattr(command, "_PASSED_ON", ("PATH", "HOME", "GIT_TEST_ASSUME_DIFFERENT_OWNER"))
    assert env_coverage(env) is Coverage.IGNORED


def test_when_git_fails_in_a_repository_there_is_a_warning(env: Path) -> None:
    (root(env) / ".git" / "config").write_text("[broken\n", encoding="utf-8")
    assert env_coverage(env) is Coverage.NOT_IGNORED


def test_a_git_that_hangs_is_given_up(env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nexec tail -f /dev/null\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(command, "SECONDS_MAX", 0.1)
    assert env_coverage(env) is Coverage.NOT_IGNORED


def test_the_environment_of_git_carries_no_keys(env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "git"
    program.write_text(f"#!/bin/sh\nenv >> {shlex.quote(str(tmp_path / 'seen'))}\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hidden")
    env_coverage(env)
    assert "sk-hidden" not in (tmp_path / "seen").read_text(encoding="utf-8")


def test_the_fix_for_a_file_that_is_not_ignored_works_as_given(env: Path) -> None:
    warning = coverage_warning(env, Coverage.NOT_IGNORED)
    assert "not ignored by git" in warning
    ignore(env, warning.split("`")[3])
    assert env_coverage(env) is Coverage.IGNORED


@pytest.mark.parametrize("repository", ["..", ".", "tools", "tools/tool"])
def test_the_fix_goes_where_it_works(tmp_path: Path, repository: str) -> None:
    project = tmp_path / "my project"
    (project / "tools" / "tool").mkdir(parents=True)
    run(project / repository, "init", "--quiet")
    env = project / "tools" / "tool" / ".env"
    _, rule, place = coverage_warning(env, env_coverage(env)).split("Add the line ")[1].split(",")[0].split("`")
    Path(place.removeprefix(" to ")).write_text(f"{rule}\n", encoding="utf-8")
    assert env_coverage(env) is Coverage.IGNORED


def test_the_fix_for_a_tracked_file_works_as_given(env: Path) -> None:
    run(root(env), "add", "-f", ".")
    warning = coverage_warning(env, Coverage.TRACKED)
    command, rule = warning.split("`")[1:4:2]
    subprocess.run(shlex.split(command), check=True, capture_output=True)
    ignore(env, rule)
    assert env_coverage(env) is Coverage.IGNORED
    assert env.exists()
    assert "replaced where it was issued" in warning


def test_nothing_is_said_when_all_is_well(env: Path) -> None:
    assert coverage_warning(env, Coverage.IGNORED) == coverage_warning(env, Coverage.NO_GIT) == ""
