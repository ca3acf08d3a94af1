"""`lint-tool` at the command line: what to look at, how it ends, what it explains."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.at_terminal import PIXIE, Shell
from tests.lint.bench import HOME, clean_project, known_value, lint, password, run_git

from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.project import Project
from pixie_secrets.lint import baseline
from pixie_secrets.lint.codes import CODES
from pixie_secrets.lint.hits import Line
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.lint_tool import LintToolRequest, lint_tool

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = clean_project(tmp_path)
    (folder / "settings.py").write_text(f'DB_PASSWORD = "{password()}"\n')
    return tmp_path


@pytest.mark.parametrize(
    "what", [(), ("--all",), ("clean-tool",), (f"{HOME}/settings.py",), (HOME,), ("tools",), (".",)]
)
def test_tools_and_paths_can_be_named(root: Path, what: tuple[str, ...]) -> None:
    ran = lint(root, *what, "--json")
    assert ran.status == 1
    assert [(one["code"], one["file"]) for one in ran.findings] == [("HS006", f"{HOME}/settings.py")]


def test_advice_alone_does_not_stop_a_commit(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "README.md").unlink()
    ran = lint(tmp_path, "--json")
    assert (ran.codes, ran.status) == (["CV013"], 0)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("no-such-tool",), 1, "there is no such tool"),
        (("clean-tol",), 1, "did you mean clean-tool"),
        (("/etc/hostname",), 1, "outside the project"),
        (("--format", "xml"), 2, "formats: text, json, sarif, github"),
        (("clean-tool", "--staged"), 2, "one of them at a time"),
        (("--select", "HS999"), 1, "lint has no such code"),
        (("--explain", "HS0006"), 1, "did you mean HS006"),
        (("--staged", "--all"), 2, "one of them at a time"),
        (("--colour",), 2, "there is no such option"),
    ],
)
def test_refusals(root: Path, arguments: tuple[str, ...], status: int, said: str) -> None:
    ran = lint(root, *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_page(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "lint-tool", "--explain", code.lower()],
        capture_output=True, text=True, check=True, cwd="/",
    )  # fmt: skip
    assert done.stdout.startswith(f"# {code}: {CODES[code].title}\n")
    assert len(done.stdout.splitlines()) > 8


def test_staged_means_what_the_index_has(root: Path) -> None:
    run_git(root, "add", ".gitignore", f"{HOME}/settings.py")
    settings = root / HOME / "settings.py"
    settings.write_text("DB_PASSWORD = None\n")
    ran = lint(root, "--staged", "--json")
    assert [(one["code"], one["file"], one["line"]) for one in ran.findings] == [("HS006", f"{HOME}/settings.py", 1)]
    run_git(root, "add", f"{HOME}/settings.py")
    settings.write_text(f'DB_PASSWORD = "{password()}"\n')
    assert lint(root, "--staged", "--json").codes == []


def test_staged_known_values_links_and_what_was_committed_before(root: Path) -> None:
    run_git(root, "add", "--all")
    run_git(root, "commit", "-qm", "one")
    (root / HOME / "new.txt").write_text(known_value())
    (root / HOME / "link").symlink_to("new.txt")
    run_git(root, "add", "--all")
    ran = lint(root, "--staged", "--json")
    assert ran.codes == ["KV001"]
    assert '"link": 1' in ran.out


def test_a_commit_hook_stops_a_commit(root: Path) -> None:
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {PIXIE} --project {root} lint-tool --staged\n")
    hook.chmod(0o755)
    run_git(root, "add", f"{HOME}/settings.py")
    with pytest.raises(subprocess.CalledProcessError):
        run_git(root, "commit", "-qm", "oops")
    (root / HOME / "settings.py").write_text("DB_PASSWORD = None\n")
    run_git(root, "add", f"{HOME}/settings.py")
    run_git(root, "commit", "-qm", "fine")


def test_the_hook_we_offer_is_the_command_we_have() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entry = next(line.split("entry:")[1].strip() for line in text.splitlines() if "entry:" in line)
    program, *arguments = entry.split()
    assert program == "pixie-secrets"
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", *arguments, "--help"], capture_output=True, check=False
    )
    assert done.returncode == 0


def test_a_terminal_gets_colors_and_a_pipe_does_not(root: Path) -> None:
    with Shell(root) as shell:
        shell.run(f"{PIXIE} lint-tool")
        assert "\x1b[31m" in shell.shown
        assert password() not in shell.shown
    with Shell(root, NO_COLOR="1") as shell:
        shell.run(f"{PIXIE} lint-tool")
        assert "\x1b[31m" not in shell.shown


IMPATIENT = """
from pixie_secrets.cli import progress
progress._PATIENCE_SECONDS = 0.0
from pixie_secrets.__main__ import main
raise SystemExit(main())
"""


def test_progress_is_shown_on_a_terminal_when_it_takes_long(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "data").mkdir()
    for number in range(400):
        (folder / f"data/{number}.py").write_text(f"token_{number} = 'x y {number}'\n" * 60)
    (tmp_path / "impatient.py").write_text(IMPATIENT)
    with Shell(tmp_path) as shell:
        shell.run(shlex.join([sys.executable, "impatient.py", "lint-tool", "--select", "HS,KV,GT"]))
        assert " files …" in shell.shown
        assert "no findings" in shell.shown


def test_help_names_no_value(root: Path) -> None:
    assert lint(root, "--help").status == 0


def test_an_env_that_cannot_be_read_is_said(root: Path) -> None:
    env = root / HOME / ".env"
    env.unlink()
    os.mkfifo(env)
    ran = lint(root)
    assert "could not be read, so its values are not known" in ran.err


@pytest.mark.parametrize(
    ("codes", "never"),
    [
        ("KV", ("secret_hits", "conventions.of_python", "declarations.EnvironmentUse.add", "trackable.GitCheck")),
        ("KV,GT002", ("conventions.of_python", "declarations.EnvironmentUse.add")),
        ("CV,DC", ("secret_hits", "trackable.GitCheck")),
        ("HS", ("conventions.of_python", "declarations.EnvironmentUse.add", "trackable.GitCheck")),
    ],
)
def test_what_finds_no_code_that_is_asked_for_does_not_run(
    root: Path, monkeypatch: pytest.MonkeyPatch, codes: str, never: tuple[str, ...]
) -> None:
    (root / HOME / "note.py").write_text(f"import os\nkey = os.environ['NOT_DECLARED_KEY']  # {known_value()}\n")
    selected = tuple(codes.split(","))
    expected = {one.code for one in lint_tool(Context(Project(root)), LintToolRequest()).findings}
    for name in never:
        monkeypatch.setattr(f"pixie_secrets.lint.check.{name}", forbidden)
    found = lint_tool(Context(Project(root)), LintToolRequest(select=selected)).findings
    assert found
    assert {one.code for one in found} == {code for code in expected if code.startswith(selected)}


def forbidden(*_arguments: object) -> None:
    pytest.fail("a stage ran for nothing")


def test_a_baseline_of_many_costs_less_for_each_and_a_damaged_cost_is_refused(tmp_path: Path) -> None:
    lines = [Line("HS006", "a.py", f"TOKEN_{number} = 'x'".encode()) for number in range(700)]
    few, many = (json.loads(baseline.written(lines[:count])) for count in (3, 700))
    assert many["cost"] < few["cost"]
    read = baseline.parsed(json.dumps(many).encode(), tmp_path)
    assert all(read.take(line) for line in lines)
    assert not read.take(lines[0])
    del few["cost"]  # as written before there was one
    assert baseline.parsed(json.dumps(few).encode(), tmp_path).take(lines[0])
    for cost in (0, 40, -1, "x", None):
        with pytest.raises(PixieError, match="damaged"):
            baseline.parsed(json.dumps({**few, "cost": cost}).encode(), tmp_path)
