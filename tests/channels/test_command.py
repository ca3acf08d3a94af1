"""The line to paste into another terminal does there what it says."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import add_tool

from pixie_secrets.channels.command import NAME, set_secret_arguments, set_secret_command
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.set_secret import SetSecretRequest

REQUEST = SetSecretRequest(tool_id="whisper-transcription", keys=("OPENAI_API_KEY",))
EMPTY = {"PATH": "/nowhere"}


def test_it_names_project_tool_and_key(project: Project) -> None:
    line = set_secret_command(project, REQUEST, EMPTY)
    program = shlex.join([sys.executable, "-m", "pixie_secrets"])
    assert line == f"{program} --project {project.root} set-secret whisper-transcription OPENAI_API_KEY"


@pytest.mark.parametrize("folder", ["with space", "it's", '$HOME `x` "q" *', "ümlaut", "-dash"])
def test_pasted_into_a_shell_elsewhere_it_reaches_that_project(tmp_path: Path, folder: str) -> None:
    root = tmp_path / folder
    add_tool(root, "whisper-transcription", secrets=[{"key": "OPENAI_API_KEY"}])
    line = set_secret_command(Project(root), REQUEST, EMPTY)
    subprocess.run(["bash", "-c", f"{line} --stdin"], input=b"value-of-it", cwd="/", check=True, capture_output=True)
    assert "value-of-it" in (root / "tools/whisper-transcription/.env").read_text()


def test_an_undeclared_key_stays_allowed(project: Project) -> None:
    request = SetSecretRequest(tool_id="whisper-transcription", keys=("OTHER_KEY",), allow_undeclared=True)
    assert set_secret_arguments(project, request, EMPTY)[-4:] == [
        "set-secret",
        "--allow-undeclared",
        "whisper-transcription",
        "OTHER_KEY",
    ]


def test_the_bootstrap_says_how_this_program_was_started(project: Project) -> None:
    environment = {**EMPTY, "PIXIE_SECRETS_COMMAND": "'/a folder/pixie' --there"}
    assert set_secret_arguments(project, REQUEST, environment)[:3] == ["/a folder/pixie", "--there", "--project"]


def test_the_short_name_is_used_where_any_terminal_finds_this_installation(project: Project, tmp_path: Path) -> None:
    script = Path(sys.prefix) / "bin" / NAME
    (tmp_path / NAME).symlink_to(script)
    assert set_secret_arguments(project, REQUEST, {"PATH": str(tmp_path)})[0] == NAME


def test_another_installation_of_that_name_is_not_used(project: Project, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("#!/bin/sh\n")
    (tmp_path / NAME).chmod(0o755)
    assert set_secret_arguments(project, REQUEST, {"PATH": str(tmp_path)})[0] == sys.executable


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="needs a virtual environment")
def test_an_activated_environment_is_not_every_terminal_s_path(project: Project) -> None:
    environment = {"PATH": f"{sys.prefix}/bin{os.pathsep}/usr/bin"}
    assert set_secret_arguments(project, REQUEST, environment)[0] == sys.executable
