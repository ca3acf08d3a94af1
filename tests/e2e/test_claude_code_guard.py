"""The guard's hooks in the real Claude Code: what is denied, what goes on masked, and the prompt that is never sent.

Without the module that works inside the client (test_claude_code_mod): they are what is left where that is off.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from tests.e2e.claude_lab.lab import PROMPT
from tests.e2e.client_lab.record import saw
from tests.e2e.guarded import ALL_TOOLS, KEY, call, env_file, left_behind

if TYPE_CHECKING:
    from tests.e2e.guarded import Guarded

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]


def test_what_would_read_or_write_a_tools_env_is_denied_and_nothing_else(guarded: Guarded, value: str) -> None:
    lab = guarded.lab(guarded.hooks_alone())
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


def test_what_was_read_masked_is_not_written_over_the_value(guarded: Guarded, value: str) -> None:
    lab = guarded.lab(guarded.hooks_alone())
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
    guarded: Guarded, value: str
) -> None:
    lab = guarded.lab(guarded.hooks_alone())
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
    guarded: Guarded, value: str, environment: dict[str, str]
) -> None:
    lab = guarded.lab(guarded.hooks_alone(), **environment)
    lab.start()
    lab.wait_for(PROMPT)
    for prompt, reason in (
        (f"the key is {value}, use it", "it holds the value of"),
        ("what is in @tools/whisper-transcription/.env please", "@ would attach a tool's .env"),
        ("what is in @notes.txt please", "@ would attach a file with a secret value"),
    ):
        lab.type(prompt)
        lab.wait_for(prompt[-8:])
        lab.press("Enter", until=reason)
        assert lab.main_calls() == []
        lab.press("C-u", until=rf"{PROMPT}\s*\n")  # the client gives the person their words back, to change them
    left_behind(lab).assert_nowhere(value)
    lab.say("fix tools/whisper-transcription/main.py, line 12")
    assert value not in str(lab.bodies())


def test_without_a_person_a_prompt_with_a_value_is_not_sent_either(guarded: Guarded, value: str) -> None:
    """`claude -p` writes its prompt into the transcript before any hook runs; nothing of it is sent."""
    lab = guarded.lab(guarded.hooks_alone())
    lab.run("-p", f"the key is {value}, use it")
    assert lab.bodies() == [] or value.encode() not in b"".join(lab.bodies())
    assert lab.main_calls() == []
    saw("claude-code", stopped=True)


def test_a_prompt_with_somebody_elses_credential_is_stopped(guarded: Guarded) -> None:
    lab = guarded.lab(guarded.hooks_alone())
    token = "ghp_" + secrets.token_hex(18)
    lab.run("-p", f"push it with {token}")
    assert lab.main_calls() == []
    assert token.encode() not in b"".join(lab.bodies())


def test_before_the_environment_is_installed_the_guard_denies_and_masks(guarded: Guarded, value: str) -> None:
    lab = guarded.lab(guarded.hooks_alone(), PIXIE_SECRETS_PYTHON="")
    calls = '@@Bash {"command": "cat tools/*/.env"}@@@@Read {"file_path": "notes.txt"}@@'
    calls += '@@Bash {"command": "python3 leaking.py and fail"}@@'
    lab.run("-p", calls, "--allowedTools", ALL_TOOLS)
    refused, read, failed = lab.tool_results()
    assert "set-secret" in refused
    assert "the key is ***" in read
    assert "cannot log in with ***" in failed
    left_behind(lab).assert_nowhere(value)


def test_what_the_person_runs_beside_the_agent_reaches_it_masked(guarded: Guarded, value: str) -> None:
    lab = guarded.lab(guarded.hooks_alone())
    lab.start()
    lab.wait_for(PROMPT)
    lab.press("!", until=r"(?m)^\s*! ")
    lab.type("cat tools/whisper-transcription/.env; false")
    lab.wait_for("false")
    lab.press("Enter", until=rf"{KEY}=\*\*\*")
    lab.say("what did it say?")
    assert f"{KEY}=***" in str(lab.main_calls())
    left_behind(lab).assert_nowhere(value)
