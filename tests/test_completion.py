"""Completion in the real shells: what a person gets who presses Tab, and what is written to their startup files."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pexpect
import pytest
from tests.conftest import add_tool, require_program

from pixie_secrets.errors import FileRefused, PixieError
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations import shell_completion
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.shell_completion import SHELLS
from pixie_secrets.operations.uninstall import UninstallRequest, uninstall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STARTUP = {"bash": ".bashrc", "zsh": ".zshrc"}
READY = "ready>"
MINE = {
    "bash": f"alias ll='ls -l'\nPS1='{READY}'\n",
    "zsh": f"autoload -Uz compinit && compinit -u\nPS1='{READY}'\n",
}
START = {
    "bash": ["--noprofile", "-i"],
    "zsh": ["-d", "-i"],
    "fish": ["--private", "-i", "-C", f"function fish_prompt; echo -n '{READY}'; end; set -g fish_greeting"],
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with startup files, the command on PATH, and a project to stand in."""
    home = tmp_path / "home"
    home.mkdir()
    for shell, text in MINE.items():
        (home / STARTUP[shell]).write_text(text)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "pixie-secrets").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pixie_secrets "$@"\n')
    (programs / "pixie-secrets").chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    for name, key in (("parcel-tracker", "PARCEL_API_KEY"), ("weather", "WEATHER_TOKEN")):
        add_tool(tmp_path / "project", name, secrets=[{"key": key, "description": f"Key of {name}: it's one"}])
    return home


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["pixie-secrets", *arguments], capture_output=True, text=True, check=False, env={**os.environ, **more}
    )


@pytest.fixture
def terminal(home: Path, request: pytest.FixtureRequest) -> Iterator[pexpect.spawn[str]]:
    """A shell that somebody started after `completion install`, in the project."""
    shell = request.param
    require_program(shell)
    done = run("completion", "install", shell)
    assert done.returncode == 0, done.stderr
    child = pexpect.spawn(
        require_program(shell), START[shell], cwd=home.parent / "project", encoding="utf-8", timeout=60,
        dimensions=(40, 200), env={**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    child.expect_exact(READY)
    yield child
    child.close(force=True)


in_each_shell = pytest.mark.parametrize("terminal", SHELLS, indirect=True)


@in_each_shell
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("pixie-secrets migr", "pixie-secrets migrate-tool-format "),
        ("pixie-secrets set-secret parc", "pixie-secrets set-secret parcel-tracker "),
        ("pixie-secrets set-secret parcel-tracker PAR", "pixie-secrets set-secret parcel-tracker PARCEL_API_KEY "),
        ("pixie-secrets unset-secret WEA", "pixie-secrets unset-secret WEATHER_TOKEN "),
        ("pixie-secrets lint-tool --explain KV", "pixie-secrets lint-tool --explain KV001 "),
        ("pixie-secrets connect cod", "pixie-secrets connect codex "),
    ],
)
def test_a_tab_completes_commands_tools_keys_codes_and_clients(
    terminal: pexpect.spawn[str], typed: str, completed: str
) -> None:
    """What the line holds is asked of the shell itself: the rest of it becomes an argument of `echo`."""
    terminal.send(f"{typed}\t")
    terminal.send("END]'\x01echo '[\r")
    terminal.expect(r"\[" + completed.replace("-", r"\-") + "?END]", timeout=30)


@in_each_shell
def test_a_tab_after_nothing_lists_the_tools(terminal: pexpect.spawn[str]) -> None:
    terminal.send("pixie-secrets run-tool \t\t")
    terminal.expect("parcel-tracker")
    terminal.expect("weather")


@pytest.mark.parametrize("shell", SHELLS)
def test_installing_shows_and_adds_one_line_and_again_changes_nothing(home: Path, shell: str) -> None:
    done = run("completion", "install", SHELL=f"/usr/bin/{shell}")
    files = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert run("completion", "install", shell).stdout == done.stdout
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == files
    if shell in STARTUP:
        startup = (home / STARTUP[shell]).read_text()
        line = startup.removeprefix(MINE[shell])
        assert startup == MINE[shell] + line
        assert line.count("\n") == 1
        assert line in done.stdout.replace("\n  ", "\n") or line.strip() in done.stdout
    others = [path for name, path in ((name, home / file) for name, file in STARTUP.items()) if name != shell]
    assert all(path.read_text() == MINE[path.name.strip(".").removesuffix("rc")] for path in others)


def test_removing_takes_back_what_was_added_and_nothing_else(home: Path) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    for shell in SHELLS:
        assert run("completion", "install", shell).returncode == 0
    assert run("completion", "remove").stdout.count("completion.") == 2
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
    assert run("completion", "remove").stdout == "there was none\n"


def test_a_startup_file_that_was_made_for_the_line_goes_with_it(home: Path) -> None:
    (home / ".bashrc").unlink()
    (home / ".zshrc").write_text("# mine\n")
    assert run("completion", "install", "bash").returncode == run("completion", "install", "zsh").returncode == 0
    assert run("completion", "remove").returncode == 0
    assert not (home / ".bashrc").exists()
    assert (home / ".zshrc").read_text() == "# mine\n"


def test_uninstall_takes_it_back_too(home: Path) -> None:
    run("completion", "install", "zsh")
    environment = {"HOME": str(home)}
    done = uninstall(Context(Project(home.parent / "project")), UninstallRequest(), environment)
    assert [removal.about for removal in done.removed if "zsh" in removal.about]
    assert (home / ".zshrc").read_text() == MINE["zsh"]
    assert [*shell_completion.places(environment)] == []


def test_a_startup_file_that_is_a_link_is_left_and_the_line_is_shown(home: Path, tmp_path: Path) -> None:
    (home / ".bashrc").rename(tmp_path / "dotfiles-bashrc")
    (home / ".bashrc").symlink_to(tmp_path / "dotfiles-bashrc")
    done = run("completion", "install", "bash")
    assert done.returncode == 0
    assert "so add this line to it yourself:\n  [ -r '" in done.stdout
    assert (tmp_path / "dotfiles-bashrc").read_text() == MINE["bash"]


def test_a_script_that_is_a_link_is_refused(home: Path, tmp_path: Path) -> None:
    script = home / ".local" / "share" / "pixie-secrets" / "completion.bash"
    script.parent.mkdir(parents=True)
    script.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileRefused):
        shell_completion.install("bash", "x\n", {"HOME": str(home)})
    assert not (tmp_path / "elsewhere").exists()
    assert (home / ".bashrc").read_text() == MINE["bash"]


def test_a_home_that_would_end_the_quotes_of_the_line_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "it's $(touch here)"
    home.mkdir()
    with pytest.raises(PixieError, match="quotation mark"):
        shell_completion.install("bash", "x\n", {"HOME": str(home)})
    assert [*home.iterdir()] == []


@pytest.mark.parametrize("arguments", [["install", "tcsh"], ["install"], ["upgrade", "bash"], ["show", "tcsh"]])
def test_what_cannot_be_done_says_what_can(home: Path, arguments: list[str]) -> None:
    done = run("completion", *arguments, SHELL="/bin/tcsh")
    assert done.returncode == 2
    assert ("shells: bash, zsh, fish" in done.stderr) or ("install, show or remove" in done.stderr)
    assert not (home / ".local").exists()


def complete(words: str, folder: Path) -> list[str]:
    """What a shell is answered for the last of `words`."""
    done = subprocess.run(
        ["pixie-secrets"], cwd=folder, capture_output=True, text=True, check=True,
        env={**os.environ, "_PIXIE_SECRETS_COMPLETE": "bash_complete", "COMP_WORDS": words,
             "COMP_CWORD": str(words.count(" "))},
    )  # fmt: skip
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.split()]


def test_only_what_a_shell_takes_for_a_word_is_offered(home: Path, tmp_path: Path) -> None:
    """A folder of somebody else's repository must not become a command by a Tab and an Enter."""
    shop = home.parent / "shop"
    (shop / ".git").mkdir(parents=True)
    for name in ("web", "$(touch pwned)", "a;b", "`id`", "-rf", "a*", "~", "new\nline", "a'b", "*"):
        (shop / name).mkdir()
        (shop / name / ".env.example").write_text("A_KEY=\n")
    assert complete("pixie-secrets set-secret ", shop) == ["web"]
    assert not list(tmp_path.rglob("pwned"))


def test_no_value_is_read_and_without_a_project_nothing_is_said(home: Path, tmp_path: Path) -> None:
    env = home.parent / "project" / "tools" / "weather" / ".env"
    env.write_text("WEATHER_TOKEN=tok_4hQ-lantern-Zr81mQx5\n")
    env.chmod(0)
    assert complete("pixie-secrets set-secret weather ", home.parent / "project") == ["WEATHER_TOKEN"]
    (tmp_path / "empty").mkdir()
    assert complete("pixie-secrets set-secret ", tmp_path / "empty") == []
