"""A value of a tool whose tool.json is broken is no less secret: every surface finds it in another tool's file."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool, require_program
from tests.mcp.client import Client

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project

VALUE = "harvest lantern quarry 5"  # nothing that looks like a secret


@pytest.fixture
def root(git_project: Project) -> Path:
    """`whisper-transcription` has a file with a value of `billing`, whose tool.json does not parse."""
    root = git_project.root
    folder = root / "tools/whisper-transcription"
    (folder / "main.py").write_text("pass\n")
    (folder / "pyproject.toml").write_text('[project]\nname = "w"\nversion = "1"\nrequires-python = ">=3.11"\n')
    (folder / "notes.txt").write_text(f"one\n\nas in {VALUE}.\n")
    (folder / ".gitignore").write_text(".env\n")
    billing = add_tool(root, "billing")
    (billing / "tool.json").write_text('{"id": "billing", ')
    (billing / ".env").write_text(f'PHRASE="{VALUE}"\n')
    (billing / ".gitignore").write_text(".env\n")
    subprocess.run([require_program("git"), "add", "-A"], cwd=root, check=True)
    return root


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", *words], cwd=root, capture_output=True, text=True, check=False
    )
    assert VALUE not in done.stdout + done.stderr
    return done


@pytest.mark.parametrize(
    "what", [(), ("--staged",), ("tools/whisper-transcription/notes.txt",), ("whisper-transcription",)]
)
def test_the_command_finds_it(root: Path, what: tuple[str, ...]) -> None:
    found = json.loads(run(root, "lint-tool", *what, "--json").stdout)["findings"]
    assert ("KV001", "tools/whisper-transcription/notes.txt", 3) in [
        (one["code"], one["file"], one["line"]) for one in found
    ]


def test_a_share_is_refused(root: Path) -> None:
    shared = run(root, "share-tool", "whisper-transcription")
    assert shared.returncode == 1
    assert "notes.txt:3" in shared.stderr


def test_a_model_hears_of_it(root: Path) -> None:
    with Client(root) as client:
        answer = client.call("lint-tool", staged=True)["structuredContent"]
        assert "KV001" in [one["code"] for one in answer["findings"]]
        assert VALUE not in "".join(client.received)


def test_each_names_the_file_that_could_not_be_read(root: Path) -> None:
    (root / "tools/billing/.env").write_bytes(b"PHRASE=\xff\xfe\n")
    linted = run(root, "lint-tool", "whisper-transcription")
    shared = run(root, "share-tool", "whisper-transcription")
    for said in (linted.stderr, shared.stderr):
        assert "tools/billing/.env" in said
        assert "not known" in said
    assert shared.returncode == 1
