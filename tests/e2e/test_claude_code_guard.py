"""The guard in the real Claude Code: what is denied, what goes on masked, and the prompt that is never sent."""

from __future__ import annotations

import json
import secrets
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool
from tests.e2e.claude_lab.lab import PROMPT, Lab
from tests.e2e.client_lab.record import saw
from tests.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]

KEY, TOOL = "OPENAI_API_KEY", "whisper-transcription"
ALL_TOOLS = "Read,Edit,Write,Bash,Grep,Glob"
LEAKING = """
import os, sys, base64
value = open("tools/whisper-transcription/" + ".e" + "nv").read().split("=")[1].strip()
print("plain", value)
print("base64", base64.b64encode(value.encode()).decode())
for piece in (value[:9], value[9:]):
    sys.stdout.write(piece)
    sys.stdout.flush()
print()
if len(sys.argv) > 1:
    raise RuntimeError("cannot log in with " + value)
"""


@pytest.fixture
def new_lab(tmp_path_factory: pytest.TempPathFactory, repository: Path, value: str) -> Iterator[Callable[..., Lab]]:
    """A person's own project with a secret set, and the plugin installed; no deny rule, so that only the guard acts."""
    with ExitStack() as labs:

        def make(**environment: str) -> Lab:
            lab = labs.enter_context(
                Lab(tmp_path_factory.mktemp("lab"), {"PIXIE_SECRETS_PYTHON": sys.executable, **environment})
            )
            folder = add_tool(lab.project, TOOL, secrets=[{"key": KEY}])
            (folder / ".env").write_text(f"{KEY}={value}\n")
            (folder / ".env.example").write_text(f"{KEY}=\n")
            (lab.project / "leaking.py").write_text(LEAKING)
            (lab.project / "notes.txt").write_text(f"the key is {value}\n")
            lab.trusted()
            assert lab.run("plugin", "marketplace", "add", str(repository)).returncode == 0
            assert lab.run("plugin", "install", "pixie@pixie-secrets").returncode == 0
            return lab

        yield make


def test_what_would_read_or_write_a_tools_env_is_denied_and_nothing_else(
    new_lab: Callable[..., Lab], value: str
) -> None:
    lab = new_lab()
    path = env_file(lab)
    denied = [
        f'@@Read {{"file_path": "{path}"}}@@',
        '@@Bash {"command": "cat tools/*/.env"}@@',
        '@@Bash {"command": "grep -r sk-e2e ."}@@',
        """@@Bash {"command": "python3 -c \\"print(open('tools/whisper-transcription/.env').read())\\""}@@""",
        f'@@Write {{"file_path": "{path}", "content": "{KEY}=mine"}}@@',
    ]
    allowed = [
        '@@Bash {"command": "ls tools/whisper-transcription/.env"}@@',
        f'@@Read {{"file_path": "{path}.example"}}@@',
    ]
    lab.run("-p", "".join(denied + allowed), "--allowedTools", ALL_TOOLS)
    results = lab.tool_results()
    assert len(results) == len(denied) + len(allowed)
    assert all("set-secret" in result for result in results[: len(denied)])
    assert "whisper-transcription/.env" in results[-2]
    assert KEY in results[-1]
    assert path.read_text() == f"{KEY}={value}\n"
    left_behind(lab).assert_nowhere(value)
    saw("claude-code", denied=True)


def test_what_was_read_masked_is_not_written_over_the_value(new_lab: Callable[..., Lab], value: str) -> None:
    lab = new_lab()
    config, plain = lab.project / "config.yaml", lab.project / "plain.md"
    config.write_text(f"key: {value}\nport: 80\n")
    plain.write_text("first\n")
    before = config.read_bytes()
    look = call("Read", file_path=str(config))
    denied = [
        call("Write", file_path=str(config), content="key: ***\nport: 81\n"),
        call("Edit", file_path=str(config), old_string="port: 80", new_string="port: 80\ncopy: ***"),
        call("Bash", command="sed -i 's/^key:.*/key: ***/' config.yaml"),
    ]
    not_found = call("Edit", file_path=str(config), old_string="key: ***\nport: 80", new_string="port: 80")
    allowed = [
        call("Read", file_path=str(plain)),
        call("Write", file_path=str(plain), content="key: ***\n"),
        call("Edit", file_path=str(plain), old_string="key: ***", new_string="key: *** and more"),
        call("Edit", file_path=str(config), old_string="port: 80", new_string="port: 81"),
    ]
    lab.run("-p", "".join([look, *denied, not_found, *allowed]), "--allowedTools", ALL_TOOLS)
    shown, *results = lab.tool_results()
    assert "key: ***" in shown
    assert ["*** is what you were shown in place of it" in each for each in results] == [True] * 3 + [False] * 5
    assert "String to replace not found" in results[3]  # the client looks for it before it asks any hook
    assert plain.read_text() == "key: *** and more\n"
    assert config.read_bytes() == before.replace(b"port: 80", b"port: 81")
    left_behind(lab, config).assert_nowhere(value)


def test_a_value_that_comes_out_anyway_goes_on_masked_whether_the_command_fails_or_not(
    new_lab: Callable[..., Lab], value: str
) -> None:
    lab = new_lab()
    calls = [
        '@@Bash {"command": "python3 leaking.py"}@@',
        '@@Bash {"command": "python3 leaking.py and fail"}@@',
        '@@Read {"file_path": "notes.txt"}@@',
        '@@Grep {"pattern": "sk-e2e", "output_mode": "content", "glob": "*"}@@',
        '@@Bash {"command": "cat notes.txt >&2; cd tools; exit 3"}@@',
        '@@Bash {"command": "sleep 60 & echo started; pwd"}@@',
    ]
    lab.run("-p", "".join(calls), "--allowedTools", ALL_TOOLS)
    fine, failed, read, searched, at_once, beside = lab.tool_results()
    assert "plain ***" in fine
    assert "base64 ***" in fine
    assert "cannot log in with ***" in failed
    assert "Exit code 1" in failed
    assert "the key is ***" in read
    assert "notes.txt" in searched
    assert ".env" not in searched
    assert at_once.split() == ["Exit", "code", "3", "the", "key", "is", "***"]
    assert "started" in beside
    left_behind(lab).assert_nowhere(value)
    saw("claude-code", masked=True)


@pytest.mark.parametrize("environment", [{}, {"PIXIE_SECRETS_PYTHON": ""}], ids=["installed", "not yet installed"])
def test_a_prompt_with_a_value_is_stopped_and_kept_out_of_the_transcript(
    new_lab: Callable[..., Lab], value: str, environment: dict[str, str]
) -> None:
    lab = new_lab(**environment)
    lab.start()
    lab.wait_for(PROMPT)
    for prompt, reason in (
        (f"the key is {value}, use it", "it holds the value of"),
        ("what is in @tools/whisper-transcription/.env please", "@ would attach"),
    ):
        lab.type(prompt)
        lab.wait_for(prompt[-8:])
        lab.press("Enter", until=reason)
        assert lab.main_calls() == []
        lab.press("C-u", until=rf"{PROMPT}\s*\n")  # the client gives the person their words back, to change them
    left_behind(lab).assert_nowhere(value)
    lab.say("fix tools/whisper-transcription/main.py, line 12")
    assert value not in str(lab.bodies())


def test_without_a_person_a_prompt_with_a_value_is_not_sent_either(new_lab: Callable[..., Lab], value: str) -> None:
    """`claude -p` writes its prompt into the transcript before any hook runs; nothing of it is sent."""
    lab = new_lab()
    lab.run("-p", f"the key is {value}, use it")
    assert lab.bodies() == [] or value.encode() not in b"".join(lab.bodies())
    assert lab.main_calls() == []
    saw("claude-code", stopped=True)


def test_a_prompt_with_somebody_elses_credential_is_stopped(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab()
    token = "ghp_" + secrets.token_hex(18)
    lab.run("-p", f"push it with {token}")
    assert lab.main_calls() == []
    assert token.encode() not in b"".join(lab.bodies())


def test_before_the_environment_is_installed_the_guard_denies_and_masks(
    new_lab: Callable[..., Lab], value: str
) -> None:
    lab = new_lab(PIXIE_SECRETS_PYTHON="")
    calls = '@@Bash {"command": "cat tools/*/.env"}@@@@Read {"file_path": "notes.txt"}@@'
    calls += '@@Bash {"command": "python3 leaking.py and fail"}@@'
    lab.run("-p", calls, "--allowedTools", ALL_TOOLS)
    refused, read, failed = lab.tool_results()
    assert "set-secret" in refused
    assert "the key is ***" in read
    assert "cannot log in with ***" in failed
    left_behind(lab).assert_nowhere(value)


def test_what_the_person_runs_beside_the_agent_reaches_it_masked(new_lab: Callable[..., Lab], value: str) -> None:
    lab = new_lab()
    lab.start()
    lab.wait_for(PROMPT)
    lab.press("!", until=r"(?m)^\s*! ")
    lab.type("cat tools/whisper-transcription/.env; false")
    lab.wait_for("false")
    lab.press("Enter", until=rf"{KEY}=\*\*\*")
    lab.say("what did it say?")
    assert f"{KEY}=***" in str(lab.main_calls())
    left_behind(lab).assert_nowhere(value)


def env_file(lab: Lab) -> Path:
    return lab.project / "tools" / TOOL / ".env"


def call(tool: str, **arguments: str) -> str:
    """One call of the model, as the person's words script it."""
    return f"@@{tool} {json.dumps(arguments)}@@"


def left_behind(lab: Lab, *without: Path) -> Evidence:
    """What the model was sent, and every file of the machine but those that held the value before."""
    seen = Evidence()
    for body in lab.bodies():
        seen.add("request body", body)
    seen.add_tree(lab.home)
    seen.add_tree(lab.temporary)
    seen.add_tree(lab.project, without=[env_file(lab), lab.project / "notes.txt", *without])
    return seen
