"""Which interpreter a tool gets, and what `run-tool` says at a command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

import pytest
from tests.conftest import require_program
from tests.running.conftest import VALUE, House

from pixie_secrets.running import interpreter
from pixie_secrets.running.interpreter import NotInstalled

if TYPE_CHECKING:
    from pathlib import Path

ECHO = "from served import serve; serve(lambda body: {'said': body['inputs'], 'rows': [1, 2]})"
WHERE = "import os, sys; from served import serve; serve(lambda body: {'prefix': sys.prefix})"
INPUTS = [{"key": "text", "label": "Text", "type": "text", "default": "none"}]


def pixie(house: House, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "pixie_secrets", "run-tool", *arguments]
    return subprocess.run(command, cwd=house.root, input=stdin, capture_output=True, check=False)


def own_environment(folder: Path) -> None:
    venv.create(folder, with_pip=False, symlinks=True)


def test_a_tools_own_environment_comes_first(house: House) -> None:
    folder = house.add("echo", WHERE)
    (folder / ".venv").unlink()
    own_environment(folder / ".venv")
    assert house.run("echo").outputs == {"prefix": str(folder / ".venv")}


def test_the_environment_of_a_uv_workspace_serves_where_a_tool_has_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_program("uv")
    folder = house.add("echo", WHERE)
    (folder / ".venv").unlink()
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)  # ours is not the tool's
    tool = house.project.tool("echo")
    with pytest.raises(NotInstalled):
        interpreter.command(tool, os.environ)
    own_environment(house.root / ".venv")
    assert house.run("echo").outputs == {"prefix": str(house.root / ".venv")}
    assert not (folder / ".venv").exists()


def test_the_command_shows_outputs_and_takes_inputs_three_ways(house: House) -> None:
    house.add("echo", ECHO, inputs=INPUTS)
    (house.root / "inputs.json").write_text('{"text": "from a file"}')
    said = pixie(house, "echo", "--inputs", '{"text": "typed"}')
    assert (said.returncode, said.stdout) == (0, b'said:\n{\n  "text": "typed"\n}\nrows:\n[\n  1,\n  2\n]\n')
    as_json = pixie(house, "echo", "--inputs", "@inputs.json", "--json")
    assert json.loads(as_json.stdout)["outputs"]["said"] == {"text": "from a file"}
    piped = pixie(house, "echo", "--inputs", "-", "--json", stdin=b'{"text": "piped"}')
    assert json.loads(piped.stdout)["outputs"]["said"] == {"text": "piped"}


def test_the_command_says_why_a_run_ended_badly(house: House) -> None:
    house.add("broken", "import os; raise RuntimeError(os.environ['API_KEY'])")
    done = pixie(house, "broken")
    assert done.returncode == 1
    assert done.stdout.startswith(b"crashed: it ended by itself, with status 1\nthe last of its log:\nTraceback")
    assert done.stdout.endswith(b"RuntimeError: ***\n")
    assert VALUE.encode() not in done.stdout + done.stderr


def test_a_plain_script_is_named_as_one_at_once(house: House) -> None:
    house.add("script", "print('done')")
    done = pixie(house, "script")
    assert done.returncode == 1
    assert b"a plain script runs with exec: pixie-secrets exec script -- python main.py" in done.stdout


@pytest.mark.parametrize("inputs", ["sk-pasted", "[]", "@nowhere", "{"])
def test_inputs_that_are_no_object_are_a_usage_error_and_not_repeated(house: House, inputs: str) -> None:
    house.add("echo", ECHO)
    done = pixie(house, "echo", "--inputs", inputs)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"pasted" not in done.stderr
