"""What the README shows is what happens: its console lines, its links, its two commands."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from pixie_secrets.clients import CLIENTS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = FENCE.findall(README)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The README and the examples, as in a fresh clone."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns(".env", "__pycache__"))
    return tmp_path


def shown() -> list[tuple[str, str]]:
    """Each command that the README shows, with the output it shows."""
    commands = []
    for language, text in BLOCKS:
        if language == "console":
            commands += [piece.split("\n", 1) for piece in text.split("$ ")[1:]]
    return [(command, output) for command, output in commands]


def test_what_the_console_shows_is_what_the_commands_print(clone: Path) -> None:
    assert shown()
    for command, output in shown():
        words = command.split()
        assert words[0] == "pixie-secrets"
        ran = subprocess.run(
            [sys.executable, "-m", "pixie_secrets", *words[1:]], cwd=clone, capture_output=True, text=True, check=True
        )
        assert ran.stdout == output, command


def test_every_command_in_the_table_exists() -> None:
    table = README.split("## On the command line")[1].split("\n## ")[0]
    names = set(re.findall(r"^\| (.*?) \|", table, re.MULTILINE))
    commands = {word.split()[0] for cell in names for word in re.findall(r"`([a-z][^`]*)`", cell)}
    help_text = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert {"set-secret", "doctor"} <= commands
    assert commands == set(re.findall(r"^  ([a-z][a-z-]+)  +\w", help_text, re.MULTILINE)) - {"mcp"}


def test_the_line_for_other_clients_connects_each_that_is_named(clone: Path) -> None:
    section = README.split("## In coding agents")[1].split("\n## ")[0]
    line = next(text for _, text in BLOCKS if text.startswith("pixie-secrets connect"))
    home = clone / "home"
    for client in (client for client in CLIENTS if client.configuration):
        assert client.title.replace("Visual Studio Code", "VS Code").removeprefix("GitHub ") in section
        words = line.replace("codex", client.name).split()
        ran = subprocess.run(
            [sys.executable, "-m", "pixie_secrets", *words[1:]],
            cwd=clone / "examples",
            env={"HOME": str(home), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"{client.title} is now connected" in ran.stdout


def test_every_link_into_the_repository_leads_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)|(?:src|srcset)=\"([^\"]+)\"", README)
    assert targets
    for target in targets:
        assert (ROOT / "".join(target)).exists(), target


def test_the_first_command_sets_a_secret(clone: Path) -> None:
    """As pasted, but for the installing: that uv and pip do it is tested in test_bootstrap_install."""
    command = next(text for language, text in BLOCKS if language == "sh" and "set-secret" in text)
    words = command.removeprefix("python3 ").split()
    assert words[0] == "server/bootstrap.py"
    script = str(ROOT / words[0])
    environment = {**os.environ, "PIXIE_SECRETS_PYTHON": sys.executable, "PIXIE_SECRETS_DATA": str(clone / "data")}
    person = pexpect.spawn(sys.executable, [script, *words[1:]], cwd=str(clone), env=environment, timeout=60)
    person.expect_exact("value:")
    person.send("sk-from-the-readme-1\r")
    person.expect_exact("saved OPENAI_API_KEY")
    person.expect(pexpect.EOF)
    env = clone / "examples" / "tools" / "whisper-transcription" / ".env"
    assert env.read_text(encoding="utf-8") == "OPENAI_API_KEY=sk-from-the-readme-1\n"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    marked = README.split("<!-- the test command -->")[1]
    first = FENCE.search(marked)
    assert first
    assert first[2].strip() == "./check"
    assert os.access(ROOT / "check", os.X_OK)
