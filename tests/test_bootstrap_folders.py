"""Which interpreter a start obeys: never one that the folder one stands in, or somebody else, could have put there."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import require
from tests.test_bootstrap import ROOT, Installed

if TYPE_CHECKING:
    from collections.abc import Callable

PATHS = "import sys; sys.path.insert(0, {server!r}); from first_start import paths; print(paths.{call}())"


# Its imports come first: the interpreter may lie where only root can read.
AS_NOBODY = """
import __future__, fcntl, os, pwd, stat, sys, zlib
os.setgroups([]), os.setgid({number}), os.setuid({number})
sys.argv = [{bootstrap!r}, "list-secrets"]
exec(compile(open({bootstrap!r}).read(), {bootstrap!r}, "exec"), {{"__name__": "__main__", "__file__": {bootstrap!r}}})
"""


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def bring(folder: Path, ran: Path) -> None:
    """An environment of today's pins in `folder`, as a cloned repository could bring it."""
    asked = PATHS.format(server=str(ROOT / "server"), call="environment_folder")
    environment = {"PIXIE_SECRETS_DATA": str(folder), "PATH": os.environ["PATH"]}
    folder.mkdir(parents=True, mode=0o700)
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    python = Path(done.stdout.strip()) / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho brought > '{ran}'\n")
    python.chmod(0o755)


def start(
    installed: Installed, working: Path, *, command: list[str] | None = None, **changes: Any
) -> subprocess.CompletedProcess[str]:
    named = {**installed.environment, **changes}
    return subprocess.run(
        command or installed.command("list-secrets"),
        env={name: value for name, value in named.items() if value is not None},
        cwd=working,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"CLAUDE_PLUGIN_DATA": None, "XDG_DATA_HOME": ".local/share"},
        {"CLAUDE_PLUGIN_DATA": ".local/share/pixie-secrets"},
        {"CLAUDE_PLUGIN_DATA": None, "PIXIE_SECRETS_DATA": "./.local/share/pixie-secrets"},
        {"CLAUDE_PLUGIN_DATA": None, "HOME": "."},
        {"PIXIE_SECRETS_PYTHON": ".local/share/pixie-secrets/bin/python"},
    ],
    ids=lambda changes: next(reversed(changes)),
)
def test_a_folder_of_the_project_is_never_obeyed(installed: Installed, tmp_path: Path, changes: dict[str, Any]) -> None:
    project, ran = tmp_path / "cloned", tmp_path / "ran"
    bring(project / ".local/share/pixie-secrets", ran)
    before = sorted(project.rglob("*"))
    done = start(installed, project, **changes)
    assert done.returncode == 1
    assert "does not name an absolute path" in done.stderr
    assert not ran.exists()
    assert sorted(project.rglob("*")) == before


def test_without_home_and_without_a_passwd_entry_nothing_of_the_project_is_run(
    installed: Installed, tmp_path: Path
) -> None:
    require("root, who can be somebody else,", os.geteuid() == 0)
    nobody = next(number for number in range(54321, 60000) if not _is_user(number))
    project, ran = tmp_path / "cloned", tmp_path / "ran"
    bring(project / ".local/share/pixie-secrets", ran)
    bring(project / "~/.local/share/pixie-secrets", ran)
    above = [folder for folder in tmp_path.parents if folder.is_relative_to(tempfile.gettempdir())]
    for folder in (tmp_path, *above, *installed.root.rglob("*"), installed.root, *project.rglob("*")):
        folder.chmod(folder.stat().st_mode | 0o055)
    os.chown(project, nobody, nobody)
    command = [sys.executable, "-IS", "-c", AS_NOBODY.format(number=nobody, bootstrap=str(installed.bootstrap))]
    done = start(installed, project, command=command, CLAUDE_PLUGIN_DATA=None, HOME=None)
    assert done.returncode == 1
    assert "has no home folder" in done.stderr
    assert not ran.exists()


def test_home_is_that_of_the_passwd_entry_where_none_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = PATHS.format(server=str(ROOT / "server"), call="data_folder")
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    assert done.stdout.strip() == str(home / ".local/share/pixie-secrets")


def _is_user(number: int) -> bool:
    try:
        pwd.getpwuid(number)
    except KeyError:
        return False
    return True


def _give_away(data: Path) -> None:
    os.chown(data, 54321, 54321)


def _give_parent_away(data: Path) -> None:
    os.chown(data.parent, 54321, 54321)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: data.chmod(0o777), "others can write to"),
        (lambda data: data.chmod(0o1777), "others can write to"),
        (lambda data: data.parent.chmod(0o707), "others can write to"),
        (_give_away, "belongs to somebody else"),
        (_give_parent_away, "belongs to somebody else"),
    ],
    ids=["others write", "others write, sticky", "others write above", "others own", "others own above"],
)
def test_a_folder_that_others_can_change_is_refused(
    installed: Installed, tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    ran = tmp_path / "ran"
    data = tmp_path / "shared" / "data"
    bring(data, ran)
    if "somebody else" in said:
        require("root, who can give a folder away,", os.geteuid() == 0)
    assert start(installed, tmp_path, CLAUDE_PLUGIN_DATA=str(data)).returncode == 0
    assert ran.exists()  # it is obeyed while it is nobody's but ours
    ran.unlink()
    (data / "pixie-secrets").unlink()
    spoil(data)
    done = start(installed, tmp_path, CLAUDE_PLUGIN_DATA=str(data))
    assert done.returncode == 1
    assert said in done.stderr
    assert not ran.exists()
    assert not (data / "pixie-secrets").exists()


def test_a_link_is_judged_by_where_it_leads(installed: Installed, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    bring(tmp_path / "open" / "data", ran)
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "mine").symlink_to(tmp_path / "open" / "data")
    done = start(installed, tmp_path, CLAUDE_PLUGIN_DATA=str(tmp_path / "mine"))
    assert done.returncode == 1
    assert not ran.exists()


def test_nothing_is_made_under_a_home_that_does_not_exist(installed: Installed, tmp_path: Path) -> None:
    done = start(installed, tmp_path, CLAUDE_PLUGIN_DATA=None, HOME=str(tmp_path / "no/such/home"))
    assert done.returncode == 1
    assert "does not exist" in done.stderr
    assert not (tmp_path / "no").exists()
    assert installed.builds() == 0
    named = start(
        installed,
        tmp_path,
        CLAUDE_PLUGIN_DATA=None,
        HOME=str(tmp_path / "no/such/home"),
        PIXIE_SECRETS_PYTHON=sys.executable,
    )
    assert named.returncode == 0, named.stderr
    assert not (tmp_path / "no").exists()
