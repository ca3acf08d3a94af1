"""A session's start says which keys need to be replaced, once for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.guard.conftest import VALUE

from pixie_secrets.audit import record
from pixie_secrets.audit.entry import Change, Entry, now

HOOK = Path(__file__).parents[2] / "server" / "hook.py"
TOOL = "whisper-transcription"


@pytest.fixture
def folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the client keeps this project's transcripts."""
    monkeypatch.setenv("HOME", str(root.parent / "home"))
    folder = root.parent / "home/.claude/projects/p"
    folder.mkdir(parents=True)
    return folder


def start(root: Path, folder: Path) -> str:
    """What a new session's start says to the person."""
    own = folder / "now.jsonl"
    done = subprocess.run(
        [sys.executable, "-IS", str(HOOK), "SessionStart"],
        input=json.dumps({"cwd": str(root), "transcript_path": str(own)}),
        env={"CLAUDE_PROJECT_DIR": str(root), "HOME": os.environ["HOME"], "PATH": os.environ["PATH"]},
        text=True, check=True, capture_output=True,
    )  # fmt: skip
    assert VALUE not in done.stdout + done.stderr
    return json.loads(done.stdout)["systemMessage"] if done.stdout else ""


def test_a_value_in_an_earlier_transcript_is_said_once(root: Path, folder: Path) -> None:
    (folder / "now.jsonl").write_text(f'{{"text": "{VALUE}"}}\n')
    assert start(root, folder) == ""  # its own does not count
    (folder / "before.jsonl").write_text("x" * (1 << 20) + f'{{"text": "{VALUE}"}}\n')
    said = start(root, folder)
    assert said.startswith("1 key needs to be replaced: K of a. ")
    assert "Before a new value is set: pixie-secrets find-leaks" in said
    assert start(root, folder) == ""


def test_what_is_recorded_as_leaked_is_said_once_and_again_when_it_leaks_again(root: Path, folder: Path) -> None:
    for key in ("A_TOKEN", "B_TOKEN"):
        record.add(root, Entry(now(), Change.LEAKED, TOOL, key, detail="bash, history"))
    assert start(root, folder).startswith(f"2 keys need to be replaced: A_TOKEN of {TOOL}, B_TOKEN of {TOOL}. ")
    assert start(root, folder) == ""
    record.add(root, Entry(now(), Change.SET, TOOL, "A_TOKEN"))
    assert start(root, folder) == ""
    record.add(root, Entry(now(), Change.LEAKED, TOOL, "A_TOKEN"))
    assert start(root, folder).startswith(f"1 key needs to be replaced: A_TOKEN of {TOOL}. ")


def test_nothing_is_said_where_nothing_leaked(root: Path, folder: Path) -> None:
    (folder / "before.jsonl").write_text('{"text": "hello"}\n')
    (folder / "link.jsonl").symlink_to(root / "tools")
    os.mkfifo(folder / "pipe.jsonl")
    assert start(root, folder) == ""
