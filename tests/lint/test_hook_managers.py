"""The hook as pre-commit, prek, lefthook and lint-staged run it: real managers, real commits, and files with names made
to be mistaken.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conftest import require, require_program
from tests.lint.bench import HOME, clean_project, hook_fields, known_value, lint, password, run_git, token
from tests.readers.programs import MODULES, npm_program

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "--help", "-h", "--select=GT", "--explain=HS006", "--write-baseline", "--staged", "--json", "--", "-dash.py",
    "--no-baseline", "--as-files", "--ignore=HS", "clean-tool", "a b.py", "é\n.py", "$(x).py", "*.py", "--version",
)  # fmt: skip


class Committed(NamedTuple):
    status: int
    output: str


class Manager(NamedTuple):
    """A program that runs hooks, in a repository where it is installed."""

    name: str
    root: Path
    environment: dict[str, str]

    def configure(self, *arguments: str) -> None:
        """Have lint run on what is staged, with these arguments before the names."""
        name, text = CONFIGURATIONS[self.name](arguments)
        (self.root / name).write_text(text, encoding="utf-8")

    def commit(self) -> Committed:
        run_git(self.root, "add", "--all")
        done = subprocess.run(
            [require_program("git"), "-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-q", "-m", "x"],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return Committed(done.returncode, done.stdout + done.stderr)


def _of_pre_commit(arguments: tuple[str, ...]) -> tuple[str, str]:
    """The hook as `.pre-commit-hooks.yaml` has it, but for the program: the one of this environment."""
    hook = "\n        ".join([*hook_fields(), "language: system", f"args: {json.dumps(list(arguments))}"])
    return ".pre-commit-config.yaml", f"repos:\n  - repo: local\n    hooks:\n      - {hook}\n"


def _command(arguments: tuple[str, ...]) -> str:
    return " ".join(["pixie-secrets lint-tool", *arguments, "--as-files"])


def _of_lefthook(arguments: tuple[str, ...]) -> tuple[str, str]:
    """As docs/lint.md has it."""
    return "lefthook.yml", f"pre-commit:\n  jobs:\n    - run: {_command(arguments)} {{staged_files}}\n"


def _of_lint_staged(arguments: tuple[str, ...]) -> tuple[str, str]:
    """As docs/lint.md has it; it puts the names behind the command, each with its whole path."""
    return ".lintstagedrc.json", json.dumps({"*": _command(arguments)})


CONFIGURATIONS = {
    "pre-commit": _of_pre_commit,
    "prek": _of_pre_commit,
    "lefthook": _of_lefthook,
    "lint-staged": _of_lint_staged,
}


@pytest.fixture(params=CONFIGURATIONS)
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Manager:
    root = tmp_path / "project"
    root.mkdir()
    clean_project(root)
    folders = [Path(sys.executable).parent]
    if request.param == "lefthook":
        folders.append(_of_npm("lefthook-linux-x64") / "bin")
    elif request.param == "lint-staged":
        folders.append(npm_program("node-newest").parent)
    paths = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    environment = {"PATH": paths, "HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    environment |= {"PREK_HOME": str(tmp_path / "cache"), "PIXIE_PROJECT": str(root)}
    made = Manager(request.param, root, environment)
    made.configure()
    if made.name == "lint-staged":  # installed by a line of one's own, or by husky, which is that line
        hook = root / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nexec node '{_of_npm('lint-staged')}/bin/lint-staged.js'\n")
        hook.chmod(0o755)
    else:
        program = shutil.which(made.name, path=paths) or require_program(made.name)
        subprocess.run([program, "install"], cwd=root, env=environment, check=True, capture_output=True)
    return made


def _of_npm(package: str) -> Path:
    found = MODULES / package
    require(f"{package} (npm install --no-save --prefix tests/readers)", found.exists())
    return found


def test_a_planted_value_stops_the_commit_and_a_clean_one_passes(manager: Manager) -> None:
    clean = manager.commit()
    assert clean.status == 0, clean.output
    (manager.root / HOME / "note.py").write_text(f"# {known_value()}\n")
    planted = manager.commit()
    assert planted.status == 1
    assert f"{HOME}/note.py" in planted.output
    assert "KV001" in planted.output
    assert known_value() not in planted.output


def test_names_are_never_options(manager: Manager) -> None:
    """Each of them is linted, and none keeps the others from it."""
    for name in HOSTILE:
        (manager.root / name).write_text(f'DB_PASSWORD = "{password()}"\n')
    done = manager.commit()
    assert done.status == 1
    assert f"{len(HOSTILE)} errors" in done.output, done.output
    for name in HOSTILE:
        (manager.root / name).write_text("TIMEOUT = 3\n")
    harmless = manager.commit()
    assert harmless.status == 0, harmless.output
    assert not (manager.root / ".pixie-lint-baseline.json").exists()


def test_arguments_of_the_configuration_still_count(manager: Manager) -> None:
    manager.configure("--ignore", "HS006", "--select=HS")
    (manager.root / "GT").write_text(f'DB_PASSWORD = "{password()}"\n')
    assert manager.commit().status == 0
    (manager.root / "more.py").write_text(f"# {token()}\n")
    assert manager.commit().status == 1


def test_a_work_tree_has_the_hook_too(manager: Manager) -> None:
    assert manager.commit().status == 0
    tree = manager.root.parent / "tree"
    run_git(manager.root, "worktree", "add", "-q", str(tree))
    (tree / HOME / "note.py").write_text(f"# {known_value()}\n")
    done = Manager(manager.name, tree, manager.environment | {"PIXIE_PROJECT": str(tree)}).commit()
    assert done.status == 1
    assert "KV001" in done.output


def test_a_thousand_files_are_one_run(manager: Manager) -> None:
    for number in range(1000):
        (manager.root / HOME / f"part{number}.py").write_text(f"NUMBER = {number}\n")
    (manager.root / HOME / "part1000.py").write_text(f'TOKEN = "{token()}"\n')
    done = manager.commit()
    assert done.status == 1
    assert "1 error" in done.output
    (manager.root / HOME / "part1000.py").unlink()
    assert manager.commit().status == 0


def test_a_baseline_is_not_what_the_next_commit_reports(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "old.py").write_text(f'DB_PASSWORD = "{password()}"\nAPI_TOKEN = "{token()}"\n')
    assert lint(tmp_path, "--write-baseline").status == 0
    run_git(tmp_path, "add", "--all")
    staged = lint(tmp_path, "--staged", "--json")
    assert (staged.status, staged.findings) == (0, [])
    assert json.loads(staged.out)["in_baseline"] == 2
