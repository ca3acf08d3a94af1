"""The two stories of docs/incident.md, run as they stand there, from the finding to the new key."""

from __future__ import annotations

import os
import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.at_terminal import Shell
from tests.conftest import require_program
from tests.traces.homes import TOOL, VALUE, git, project, put, standing, turn

DOCUMENTS = Path(__file__).parents[2]
OLD, NEW = VALUE.replace('"', "-").replace("\\", "-").replace("$", "-"), "sk-Fr3sh8Qm-9xW2tB5nLc7Zp"
VARYING = (
    (r"oldest \d+ days?", "oldest N days"),
    (r"\d+ files", "N files"),
    (r"since \d{4}-\d\d-\d\d", "since DAY"),
    (r"\b[0-9a-f]{7}\b", "COMMIT"),
)


def stories() -> dict[str, list[tuple[str, str]]]:
    """By heading: each command with what it is to print."""
    found = {}
    for section in (DOCUMENTS / "docs/incident.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
        lines = [line.removeprefix("   ") for block in blocks for line in block.rstrip().splitlines()]
        steps: list[tuple[str, list[str]]] = []
        for line in lines:
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
        found[heading] = [(command, "\n".join(printed).strip()) for command, printed in steps]
    return found


def as_written(text: str) -> str:
    text = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", text).splitlines())
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return text.strip()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = project(tmp_path / "project", OLD)
    shutil.copy(DOCUMENTS / "examples/tools/whisper-transcription/tool.json", root / "tools" / TOOL / "tool.json")
    (root / "tools" / TOOL / ".env").write_text(f"OPENAI_API_KEY={OLD}\n")
    return root


def tell(root: Path, home: Path, heading: str) -> None:
    programs = home.parent / "bin"
    put(programs / "pixie-secrets", f'#!/bin/sh\nexec "{sys.executable}" -m pixie_secrets "$@"\n').chmod(0o755)
    path = f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    with Shell(root, HOME=str(home), PATH=path, COLUMNS="400") as shell:
        shell.process.setwinsize(50, 1000)
        shell.type("echo wide-$((1+1))\r")  # bash draws its prompt once more
        shell.expect("wide-2")
        shell.prompt_back()
        for command, printed in stories()[heading]:
            shell.type(f"{command}\r")
            said = ""
            if "[y/N]" in printed:
                said = shell.expect("[y/N] ") + "[y/N] "
                shell.type("y\r")
            elif " set-secret " in command:
                said = shell.expect("value: ")
                shell.type(f"{NEW}\r")
            said = (said + shell.prompt_back()).partition("\r\n")[2]  # what was typed is echoed
            if printed:
                begin, left_out, end = as_written(printed).rpartition("…\n")
                assert as_written(said).endswith(end), command
                assert left_out or as_written(said) == end, command
                assert not begin
            stands = "find-leaks" in command and "y/N" not in printed and "no known value" not in printed
            assert shell.status() == stands, said
        assert OLD not in shell.shown
        assert NEW not in shell.shown


def test_a_key_in_a_chat(root: Path, home: Path) -> None:
    put(home / ".claude/projects/demo/session.jsonl", turn(f"my key is {OLD}"))
    history = put(home / ".bash_history", f"export OPENAI_API_KEY={OLD}\n")
    day = datetime(2026, 3, 5, 12, tzinfo=UTC).timestamp()
    os.utime(history, (day, day))
    tell(root, home, "A key was pasted into a chat")
    assert standing(OLD, root, home) == set()
    assert standing(NEW, root, home) == {root / "tools" / TOOL / ".env"}


def test_a_key_in_the_history_of_git(root: Path, home: Path) -> None:
    require_program("git")
    shared = root.parent / "shared.git"
    git(root, "init", "--quiet", "--initial-branch", "main")
    put(root / ".gitignore", ".env\n")
    put(root / "config.py", f'import os\nKEY = "{OLD}"\n')
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "one")
    put(root / "config.py", 'import os\nKEY = os.environ["OPENAI_API_KEY"]\n')
    git(root, "commit", "--quiet", "--all", "-m", "two")
    git(root, "clone", "--quiet", "--bare", ".", str(shared))
    tell(root, home, "A key is in git's history")
    assert (root / "config.py").read_text() == 'import os\nKEY = os.environ["OPENAI_API_KEY"]\n'
    assert git(root, "show", "HEAD~1:config.py") == 'import os\nKEY = "***"'
    fresh = root.parent / "fresh"
    git(root, "clone", "--quiet", "--no-local", str(shared), str(fresh))  # as over a network
    assert standing(OLD, root, home, fresh) == set()
    assert git(fresh, "log", "--format=%s") == "two\none"
