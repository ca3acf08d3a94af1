"""`docs/sealed.md`, run: every line of its story, by two people with homes of their own, with the real git and sops."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conftest import add_tool, require_program

ROOT = Path(__file__).parents[2]
STORY = ROOT / "docs" / "sealed.md"
VALUES = {"FIRST": "https://invented.example/hook?k=7Qm4xW9tB2", "SECOND": "sk-test-second-7Qm4xW9tB2nL"}
OPENAI = "sk-test-7Qm4xW9tB2nL0aZ"


class Step(NamedTuple):
    """A line of the story. shown: what it is to print, with `…` for anything."""

    who: str
    command: str
    shown: tuple[str, ...]


def steps() -> list[Step]:
    found: list[Step] = []
    for block in re.findall(r"```console\n(.*?)```", STORY.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if prompt := re.match(r"(ada|ben)\$ (.*)", line):
                found.append(Step(prompt[1], prompt[2], ()))
            else:
                found[-1] = found[-1]._replace(shown=(*found[-1].shown, line))
    return found


def matches(shown: tuple[str, ...], output: str) -> bool:
    wanted = r"\n".join(".*".join(map(re.escape, line.split("…"))) for line in shown)
    return re.fullmatch(wanted, output.rstrip("\n")) is not None


@pytest.fixture
def people(tmp_path: Path) -> dict[str, dict[str, str]]:
    """What each has in their environment; Ada has a repository with a tool and its value."""
    for program in ("git", "bash"):
        require_program(program)
    found = {}
    for name in ("ada", "ben"):
        (tmp_path / name).mkdir()
        found[name] = {
            "HOME": str(tmp_path / name),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "GIT_AUTHOR_NAME": name, "GIT_COMMITTER_NAME": name,
            "GIT_AUTHOR_EMAIL": f"{name}@invented.example", "GIT_COMMITTER_EMAIL": f"{name}@invented.example",
            "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
            **VALUES,
        }  # fmt: skip
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(tmp_path / "remote.git")], check=True)
    project = tmp_path / "ada" / "project"
    project.mkdir()
    secrets = [
        {"key": "OPENAI_API_KEY", "description": "Where the transcripts are made", "required": True},
        {"key": "WEBHOOK_URL", "description": "Where to post them"},
    ]
    folder = add_tool(project, "whisper", secrets=secrets)
    (project / ".gitignore").write_text(".env\n")
    script = f"""
        git init -q -b main . && git add . && git commit -q -m "A tool" && git remote add origin {tmp_path}/remote.git
        git push -q -u origin main
        printf %s {OPENAI} | pixie-secrets set-secret whisper OPENAI_API_KEY --stdin
    """
    subprocess.run(["bash", "-ec", script], cwd=project, env=found["ada"], check=True, capture_output=True)
    assert OPENAI in (folder / ".env").read_text()
    return found


def test_the_story_from_a_clone_to_a_teammates_run(people: dict[str, dict[str, str]], tmp_path: Path) -> None:
    require_program("git")
    cwd = {name: tmp_path / name for name in people}
    ran = 0
    for step in steps():
        script = f"{step.command}\nstatus=$?\npwd >&3\nexit $status"
        ours, theirs = os.pipe()
        with os.fdopen(ours) as place:
            done = subprocess.run(
                ["bash", "-c", f"exec 3>&{theirs}\n{script}"], cwd=cwd[step.who], env=people[step.who], text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=[theirs], timeout=120, check=False,
            )  # fmt: skip
            os.close(theirs)
            cwd[step.who] = Path(place.read().strip())
        refused = any(line.startswith("pixie-secrets: ") for line in step.shown)
        assert done.returncode == (1 if refused else 0), (step.command, done.stdout)
        assert matches(step.shown, done.stdout), (step.command, done.stdout)
        if step.command == "pixie-secrets keys":
            people["ada"]["BEN"] = next(line for line in done.stdout.splitlines() if line.startswith("age1"))
        ran += 1
    assert ran >= 30
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and _has_value(path)]


def _has_value(path: Path) -> bool:
    data = path.read_bytes()
    return any(value.encode() in data for value in (OPENAI, *VALUES.values()))
