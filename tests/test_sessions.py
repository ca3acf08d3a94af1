"""Runs the command-line sessions in sessions/*.txt and compares every line.

A session is what a person would see: `$ ` and a line for bash, then what it prints (stdout and stderr together), then
`[exit N]` unless N is 0; a line with `#` in front is a remark. Each runs in a project of its own with
whisper-transcription in it. PROJECT and PYTHON stand for this run's paths.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

SESSIONS = sorted((Path(__file__).parent / "sessions").glob("*.txt"))


def steps(session: Path) -> list[tuple[str, str]]:
    """Each command with what it is to print."""
    found: list[tuple[str, list[str]]] = []
    for line in session.read_text(encoding="utf-8").splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif not line.startswith("#") and found:
            found[-1][1].append(line)
    return [(command, "\n".join(printed).strip("\n")) for command, printed in found]


def test_there_are_sessions() -> None:
    assert SESSIONS
    assert all(steps(session) for session in SESSIONS)


@pytest.mark.parametrize("session", SESSIONS, ids=lambda path: path.stem)
def test_session(session: Path, project: Project, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "pixie-secrets").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pixie_secrets "$@"\n')
    (programs / "pixie-secrets").chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    for command, printed in steps(session):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=project.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        said = done.stdout.replace(str(project.root), "PROJECT").replace(sys.executable, "PYTHON").strip("\n")
        if done.returncode:
            said = f"{said}\n[exit {done.returncode}]".strip("\n")
        assert said == printed, f"$ {command}"
