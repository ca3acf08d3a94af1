"""`--project` and `--json` mean the same before and behind the command, and are nothing of ours behind `--`."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pixie_secrets.cli.anywhere import ordered

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("list-secrets --project DIR", "--project DIR list-secrets"),
        ("list-secrets x --project=DIR --json", "--project=DIR list-secrets x --json"),
        ("--json list-secrets", "list-secrets --json"),
        ("--json --project DIR list-secrets", "--project DIR list-secrets --json"),
        ("--project list-secrets list-secrets", "--project list-secrets list-secrets"),
        ("set-secret t K --stdin --project DIR", "--project DIR set-secret t K --stdin"),
        ("exec t -- run --project DIR --json", "exec t -- run --project DIR --json"),
        ("exec --project DIR t -- run --project E", "--project DIR exec t -- run --project E"),
        ("lint-tool --as-files --project DIR", "lint-tool --as-files --project DIR"),
        ("lint-tool --select --project --project DIR", "--project DIR lint-tool --select --project"),
        ("--project A list-secrets --project B", "--project A list-secrets --project B"),
        ("list-secrets --project", "list-secrets --project"),
        ("nonsense --project DIR", "nonsense --project DIR"),
        ("--help list-secrets --project DIR", "--help list-secrets --project DIR"),
        ("", ""),
    ],
)
def test_each_word_is_put_where_it_is_read(said: str, meant: str) -> None:
    assert ordered(said.split()) == meant.split()


def run(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pixie_secrets", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_answer_is_the_same_from_either_place(project: Project, tmp_path: Path) -> None:
    root = str(project.root)
    before = run(tmp_path, "--project", root, "--json", "list-secrets")
    behind = run(tmp_path, "list-secrets", "--json", "--project", root)
    assert before.returncode == behind.returncode == 0, before.stderr + behind.stderr
    assert before.stdout == behind.stdout != ""


def test_a_project_named_twice_is_refused(project: Project, tmp_path: Path) -> None:
    done = run(tmp_path, "--project", str(project.root), "list-secrets", "--project", str(tmp_path))
    assert done.returncode == 2
    assert "--project is there twice" in done.stderr


def test_set_secret_alone_asks_for_what_the_only_app_lacks(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("STRIPE_KEY=\n")
    command = [sys.executable, "-m", "pixie_secrets", "set-secret", "--stdin"]
    done = subprocess.run(command, cwd=tmp_path, input="sk-alone-4Wq8Zt\n", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".env").read_text() == "STRIPE_KEY=sk-alone-4Wq8Zt\n"


def test_an_option_without_its_word_is_said_so(project: Project) -> None:
    done = run(project.root, "set-secret", "whisper-transcription", "--from")
    assert (done.returncode, "--from needs what it is followed by" in done.stderr) == (2, True)


def test_a_strangers_folder_in_a_shared_one_is_not_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/.env").write_text("KEY=theirs\n")
    (tmp_path / "mine").mkdir()
    done = run(tmp_path / "mine", "list-secrets")
    assert done.returncode == 1
    assert "theirs" not in done.stderr
    tmp_path.chmod(0o700)
    assert "theirs, beside it, has" in run(tmp_path / "mine", "list-secrets").stderr
