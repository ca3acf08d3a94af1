"""`uninstall` removes what this program made, names what stays, asks first, and touches nothing of anybody else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest
from tests.conftest import add_tool, require_program
from tests.test_bootstrap import Installed

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

VALUE = "sk-uninstall-7Hq2Wm9Xc4"


@pytest.fixture
def home(project: Project) -> Path:
    """A home with two clients connected, logs, an environment, and things of other programs beside them."""
    home = Path(os.environ["HOME"])
    run(project, "connect", "codex")
    run(project, "connect", "gemini")
    (home / ".codex/config.toml").write_text('model = "mine"\n' + (home / ".codex/config.toml").read_text())
    data = home / ".local/share/pixie-secrets"
    (data / "env-0123abcd-py3.11/bin").mkdir(parents=True)
    (data / "install.log").touch()
    (data / "theirs.txt").touch()
    state = home / ".local/state/pixie-secrets"
    state.mkdir(parents=True, exist_ok=True)
    (state / "guard.log").touch()
    (home / ".cache/pixie-secrets/folders").mkdir(parents=True)
    env = project.root / "tools/whisper-transcription/.env"
    env.touch(0o600)
    env.write_text(f"OPENAI_API_KEY={VALUE}\n")
    return home


def command(project: Project, *words: str) -> list[str]:
    return [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), *words]


def run(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(project, *words), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def tree(*roots: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for root in roots for path in root.rglob("*") if path.is_file()}


def test_it_removes_what_it_made_and_nothing_else(project: Project, home: Path) -> None:
    done = run(project, "uninstall", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    assert not any(removal["failed"] for removal in document["removed"])
    assert (home / ".codex/config.toml").read_text() == 'model = "mine"\n'
    assert not (home / ".gemini/settings.json").exists()
    assert not (home / ".codex/hooks.json").exists()
    assert [path.name for path in (home / ".local/share/pixie-secrets").iterdir()] == ["theirs.txt"]
    assert not (home / ".local/state/pixie-secrets").exists()
    assert not (home / ".cache/pixie-secrets").exists()
    env = project.root / "tools/whisper-transcription/.env"
    assert env.read_text() == f"OPENAI_API_KEY={VALUE}\n"
    assert [stay["path"] for stay in document["stays"]] == [str(env)]
    assert VALUE not in done.stdout
    again = json.loads(run(project, "uninstall", "--yes", "--json").stdout)
    assert [removal["path"] for removal in again["removed"]] == []


def test_looking_changes_nothing(project: Project, home: Path) -> None:
    before = tree(home, project.root)
    done = run(project, "uninstall", "--dry-run")
    assert "would remove" in done.stdout
    assert ".codex/config.toml" in done.stdout
    assert "What stays:" in done.stdout
    assert tree(home, project.root) == before


def test_with_nobody_to_ask_nothing_goes(project: Project, home: Path) -> None:
    before = tree(home, project.root)
    done = run(project, "uninstall")
    assert done.returncode == 1
    assert "nothing was removed" in done.stderr
    assert tree(home, project.root) == before


def test_without_a_standard_input_nothing_goes_either(project: Project, home: Path) -> None:
    before = tree(home, project.root)
    closed = ["sh", "-c", 'exec "$@" <&-', "sh", *command(project, "uninstall")]
    done = subprocess.run(closed, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "nothing was removed: there is nobody to ask" in done.stderr
    assert tree(home, project.root) == before


@pytest.mark.parametrize(("answer", "goes"), [("y", True), ("", False), ("n", False)])
def test_a_person_is_asked(project: Project, home: Path, answer: str, goes: bool) -> None:
    program, *words = command(project, "uninstall")
    child = pexpect.spawn(program, words, encoding="utf-8", timeout=60, env={**os.environ, "TERM": "dumb"})
    child.expect(r"Remove \d+ things\? \[y/N\] ")
    child.sendline(answer)
    child.expect(pexpect.EOF)
    assert (home / ".local/state/pixie-secrets").exists() is not goes


def test_a_link_in_the_place_of_a_folder_of_ours_is_not_followed(project: Project, home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    shutil.rmtree(home / ".local/state/pixie-secrets")
    (home / ".local/state/pixie-secrets").symlink_to(elsewhere)
    (home / ".local/share/pixie-secrets/env-linked").symlink_to(elsewhere)
    assert run(project, "uninstall", "--yes").returncode == 0
    assert (elsewhere / "kept").exists()


@pytest.mark.parametrize("variable", ["XDG_STATE_HOME", "XDG_CACHE_HOME"])
def test_a_folder_that_also_holds_the_key_of_sealed_values_stays(
    project: Project, home: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who names one place for settings, state and caches would lose every sealed value."""
    key = home / ".config/pixie-secrets/age-identity.key"
    key.parent.mkdir(parents=True)
    key.write_text("not a real key\n")
    monkeypatch.setenv(variable, str(home / ".config"))
    done = run(project, "uninstall", "--yes")
    assert done.returncode == 1
    assert "holds more than that: the key of sealed values" in done.stdout + done.stderr
    assert key.read_text() == "not a real key\n"


def test_a_folder_that_holds_the_project_stays(
    project: Project, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "code/pixie-secrets"
    kept.parent.mkdir()
    project.root.rename(kept)
    before = tree(kept / "tools")
    monkeypatch.setenv("XDG_STATE_HOME", str(kept.parent))
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(kept), "uninstall", "--yes"]
    assert subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode == 1
    assert home.exists()
    assert tree(kept / "tools") == before


def test_what_cannot_be_removed_is_said_and_stops_nothing_else(project: Project, home: Path) -> None:
    settings = home / ".gemini/settings.json"
    settings.rename(settings.with_name("real"))
    os.link(settings.with_name("real"), settings)
    done = run(project, "uninstall", "--yes")
    assert done.returncode == 1
    assert "NOT removed" in done.stdout
    assert "second name" in done.stdout
    assert not (home / ".local/state/pixie-secrets").exists()


def test_the_environment_it_runs_in_goes_last_and_goes(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    assert installed.run("list-secrets").returncode == 0
    assert installed.environments()
    done = installed.run("uninstall", "--yes")
    assert done.returncode == 0, done.stderr
    assert "removed" in done.stdout
    assert not installed.data.exists()


def test_the_id_that_the_audit_record_goes_by_leaves_gits_folder(project: Project, home: Path) -> None:
    subprocess.run([require_program("git"), "init", "-q", str(project.root)], check=True)
    done = run(project, "set-secret", "whisper-transcription", "OPENAI_API_KEY", "--expires", "2099-01-01", "--stdin")
    assert done.returncode != 0  # nothing was piped
    assert not (project.root / ".git/pixie-secrets-id").exists()
    run(project, "unset-secret", "whisper-transcription", "OPENAI_API_KEY")
    assert (project.root / ".git/pixie-secrets-id").exists()
    before = tree(project.root / ".git")
    assert run(project, "uninstall", "--yes").returncode == 0
    after = tree(project.root / ".git")
    assert {Path(path).name for path in before.keys() - after.keys()} == {"pixie-secrets-id"}
    assert home.exists()


def test_the_ids_in_other_repositories_are_named_with_what_stays(project: Project, home: Path, tmp_path: Path) -> None:
    other = add_tool(tmp_path / "other", "weather", secrets=[{"key": "WEATHER_TOKEN"}]).parents[1]
    for root, key in ((project.root, "OPENAI_API_KEY"), (other, "WEATHER_TOKEN")):
        subprocess.run([require_program("git"), "init", "-q", str(root)], check=True)
        words = [sys.executable, "-m", "pixie_secrets", "set-secret", key, "--stdin"]
        subprocess.run(words, cwd=root, input=VALUE, text=True, check=True)
    assert (other / ".git/pixie-secrets-id").exists()
    assert home.exists()
    for words in (["--dry-run"], ["--yes"]):
        done = run(project, "uninstall", *words).stdout
        assert "the audit record and agreements of all projects" in done
        stays = done.partition("What stays:")[2]
        assert ".git/pixie-secrets-id" in stays
        assert "in other repositories: 1" in stays
    assert (other / ".git/pixie-secrets-id").exists()
    assert ".git/pixie-secrets-id" not in run(project, "uninstall", "--dry-run").stdout


def test_canaries_of_every_project_go_before_the_list_of_them(project: Project, home: Path, tmp_path: Path) -> None:
    other = add_tool(tmp_path / "other", "weather", secrets=[{"key": "WEATHER_TOKEN"}]).parents[1]
    mine = project.root / "tools/whisper-transcription/.env.backup"
    assert run(project, "canary", "add", "whisper-transcription", "OPENAI_API_KEY").returncode == 0
    words = [sys.executable, "-m", "pixie_secrets", "--project", str(other), "canary", "add", "WEATHER_TOKEN"]
    subprocess.run(words, check=True)
    theirs = other / "tools/weather/.env.backup"
    with theirs.open("a") as file:
        file.write("MINE=kept\n")
    assert mine.is_file()
    planned = run(project, "uninstall", "--dry-run").stdout
    assert "OPENAI_API_KEY of whisper-transcription (canary)" in planned
    assert str(theirs) in planned
    assert run(project, "uninstall", "--yes").returncode == 0
    assert not mine.exists()
    assert theirs.read_text() == "MINE=kept\n"
    assert not (home / ".local/state/pixie-secrets").exists()


def test_the_list_of_canaries_stays_where_one_could_not_be_removed(project: Project, home: Path) -> None:
    laid = project.root / "tools/whisper-transcription/.env.backup"
    assert run(project, "canary", "add", "whisper-transcription", "OPENAI_API_KEY").returncode == 0
    os.link(laid, laid.with_name("second"))
    done = run(project, "uninstall", "--yes")
    assert done.returncode == 1
    assert "it has the list of canaries" in done.stdout
    assert laid.exists()
    assert (home / ".local/state/pixie-secrets/canaries.json").exists()
