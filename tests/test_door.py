"""The door opens what was asked for and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project

NOTE_AT_EXIT = """
import os, sys
leave = os._exit
def noted(status):
    with open(os.environ["NOTED"], "w") as noted:
        noted.write("\\n".join(sys.modules))
    leave(status)
os._exit = noted
sys.argv = ["pixie-secrets", *sys.argv[1:]]
from pixie_secrets.__main__ import main
sys.exit(main())
"""
HEAVY = ("mcp", "mcp_types", "starlette", "uvicorn", "jinja2", "prompt_toolkit", "asyncio", "anyio", "logging.config")


def loaded(tmp_path: Path, *arguments: str, stdin: bytes = b"", status: int = 0) -> set[str]:
    """The modules that one run of the command had loaded when it ended with this status."""
    noted = tmp_path / "noted"
    done = subprocess.run(
        [sys.executable, "-c", NOTE_AT_EXIT, *arguments],
        env={**os.environ, "NOTED": str(noted)},
        input=stdin,
        capture_output=True,
        check=False,
    )
    assert done.returncode == status
    return set(noted.read_text().split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["set-secret", "--help"],
        ["list-secrets"],
        ["list-secrets", "--json"],
        ["set-secret", "whisper-transcription", "OPENAI_API_KEY", "--stdin"],
        ["unset-secret", "whisper-transcription", "OPENAI_API_KEY"],
    ],
    ids=" ".join,
)
def test_no_command_loads_what_another_needs(project: Project, tmp_path: Path, arguments: list[str]) -> None:
    modules = loaded(tmp_path, "--project", str(project.root), *arguments, stdin=b"sk-proj-0123456789")
    assert "pixie_secrets.cli.program" in modules
    assert not modules & set(HEAVY)


@pytest.mark.parametrize("arguments", [["--version"], ["set-secret", "--help"]], ids=" ".join)
def test_help_is_answered_without_pydantic(tmp_path: Path, arguments: list[str]) -> None:
    assert "pydantic" not in loaded(tmp_path, *arguments)


@pytest.mark.parametrize("how", ["text", "json", "sarif"])
def test_lint_of_a_tool_that_is_plainly_right_waits_for_nothing_else(
    project: Project, tmp_path: Path, how: str
) -> None:
    subprocess.run(["git", "init", "--quiet", str(project.root)], check=True)  # its .env is not ignored: a finding
    asked = ["lint-tool", "whisper-transcription", "--format", how]
    modules = loaded(tmp_path, "--project", str(project.root), *asked, status=1)
    assert "pixie_secrets.lint.check" in modules
    assert not modules & {"pydantic", "pathspec", "dataclasses", "click", *HEAVY}


def test_listing_needs_neither_logging_nor_the_automaton(project: Project, tmp_path: Path) -> None:
    modules = loaded(tmp_path, "--project", str(project.root), "list-secrets")
    assert not modules & {"click", "logging", "ahocorasick_rs", "importlib.metadata", "subprocess", "dotenv"}


def test_the_server_is_started_without_the_command_line() -> None:
    code = (
        "import sys, types; sys.argv = ['pixie-secrets', 'mcp']; server = types.ModuleType('pixie_secrets.mcp_server');"
        "server.main = lambda: 7; sys.modules[server.__name__] = server; import pixie_secrets.__main__ as door;"
        "status = door.main(); assert 'click' not in sys.modules; sys.exit(status)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 7


@pytest.mark.parametrize("named", ["project", "~/project"])
def test_the_server_learns_the_project_that_was_named(
    project: Project, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(project.root.parent))
    code = (
        f"import os, sys, types; sys.argv = ['pixie-secrets', '--project', '{named}', 'mcp'];"
        "server = types.ModuleType('pixie_secrets.mcp_server');"
        "server.main = lambda: print(os.environ['PIXIE_PROJECT']) or 0;"
        "sys.modules[server.__name__] = server; import pixie_secrets.__main__ as door; door.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project.root.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(project.root)
