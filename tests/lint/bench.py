"""What the tests of lint stand on: a tool that lint is content with, and what it says about one that it is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import add_tool, require_program
from tests.lint.invented import ALNUM, DIGITS, Maker

TOOL = "clean-tool"
HOME = f"tools/{TOOL}"
CLEAN_MAIN = '''"""Answers questions."""

import os

from dotenv import load_dotenv

load_dotenv()
SERVICE_TOKEN = os.environ.get("SERVICE_TOKEN")


def run(inputs: dict[str, str]) -> dict[str, str]:
    return {"answer": inputs["question"].upper() if SERVICE_TOKEN else ""}
'''
PYPROJECT = (
    '[project]\nname = "clean-tool"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["python-dotenv"]\n'
)


class Ran(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.out)["findings"]
        return found

    @property
    def codes(self) -> list[str]:
        return sorted(one["code"] for one in self.findings)


def clean_project(root: Path, *, git: bool = True) -> Path:
    """A project with one tool about which lint has nothing to say; its secret is set."""
    folder = add_tool(
        root,
        TOOL,
        description="Answers questions.",
        version="0.1.0",
        category="Text",
        icon="book",
        max_memory_mb=256,
        max_runtime_seconds=30,
        secrets=[{"key": "SERVICE_TOKEN", "description": "service.net, Settings", "required": True}],
        inputs=[{"key": "question", "label": "Your question", "type": "text"}],
        outputs=[{"key": "answer", "label": "Answer", "type": "text"}],
    )
    (folder / "main.py").write_text(CLEAN_MAIN, encoding="utf-8")
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (folder / "README.md").write_text("# Clean tool\n\nNeeds SERVICE_TOKEN.\n", encoding="utf-8")
    (folder / ".env").touch(mode=0o600)
    (folder / ".env").write_text(f"SERVICE_TOKEN={known_value()}\n", encoding="utf-8")
    if git:
        run_git(root, "init", "--quiet")
        (root / ".gitignore").write_text("tools/*/.env\n", encoding="utf-8")
    return folder


def known_value() -> str:
    """The value of the clean tool's secret: nothing that a rule would know."""
    return "plain words with " + Maker("known").text("bcdfghkmnprst", 9)


def password(seed: str = "password") -> str:
    """A made-up password, the same for the same seed."""
    make = Maker(seed)
    return make.text(ALNUM, 9) + "!" + make.text(DIGITS, 3)


def token(seed: str = "token") -> str:
    """A made-up GitHub token."""
    return "gh" + "p_" + Maker(seed).text(ALNUM, 36)


def lint(root: Path, *arguments: str, path: str | None = None) -> Ran:
    """`pixie-secrets lint-tool …` in `root`. path: the PATH it gets."""
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "--project", str(root), "lint-tool", *arguments],
        cwd=root,
        env={**os.environ, "PATH": os.environ["PATH"] if path is None else path},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def run_git(root: Path, *arguments: str) -> str:
    """Git, with nobody's configuration."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        [require_program("git"), *identity, *arguments], cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout


def hook_fields() -> list[str]:
    """The lines of the hook that `.pre-commit-hooks.yaml` offers, but for how it is installed."""
    lines = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8").splitlines()
    fields = [line[2:] for line in lines if line[:1] in {"-", " "}]
    return [line for line in fields if not line.startswith(("language:", "additional_dependencies:"))]
