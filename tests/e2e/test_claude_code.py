"""In the real Claude Code: a fresh clone, one approval, one sentence, and the value is stored and nobody saw it."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from dotenv import dotenv_values
from tests.conftest import add_tool, require_program
from tests.e2e.claude_lab.checkout import clone, git
from tests.e2e.claude_lab.lab import Lab
from tests.e2e.client_lab.record import saw
from tests.evidence import Evidence, ProcessWatch
from tests.person import Person
from tests.waiting import until

from pixie_secrets.channels.chooser import Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]

KEY, TOOL = "OPENAI_API_KEY", "whisper-transcription"
SENTENCE = f"Set the {KEY} for {TOOL}"
CALL = f'@@set-secret {{"tool_id": "{TOOL}", "key": "{KEY}"}}@@'
IDLE = r"\? for shortcuts"
POINTER = r"\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT} "
ERAS = {"modern": {}, "legacy": {"MCP_PROTOCOL_NEGOTIATION": "legacy"}}


@pytest.fixture
def new_lab(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[Callable[..., Lab]]:
    """A machine with a fresh clone on it and the packages installed already."""
    with ExitStack() as labs:

        def make(**environment: str) -> Lab:
            lab = Lab(tmp_path_factory.mktemp("lab"), {"PIXIE_SECRETS_PYTHON": sys.executable, **environment})
            clone(repository, lab.project)
            return labs.enter_context(lab)

        yield make


@pytest.mark.parametrize("era", ERAS)
def test_one_approval_and_one_sentence_store_the_value_unseen(
    new_lab: Callable[..., Lab], value: str, era: str
) -> None:
    lab = new_lab(**ERAS[era])
    lab.trusted(trust=False)
    with ProcessWatch() as processes:
        lab.start()
        lab.step("Down", until=POINTER + "Yes, I trust")
        lab.press("Enter", until=IDLE)
        lab.say(SENTENCE)
        lab.wait_for("wants to open a URL")
        lab.press("Enter", until=f"{POINTER}I'm done" if era == "modern" else "waiting for completion")
        link = lab.link()
        Person().save(link, {KEY: value})
        if era == "modern":
            lab.press("Enter", until=IDLE)
        told = lab.told()
    assert told["outcome"] == "saved"
    assert told["secrets"] == [{"key": KEY, "status": "set"}]
    assert told["warnings"] == []
    assert_stored(lab, value)
    assert git(lab.project, "status", "--porcelain") == ""
    seen = left_behind(lab)
    seen.assert_nowhere(token(link))
    processes.add_to(seen)
    seen.assert_nowhere(value)
    saw("claude-code", sets="page", nowhere=True)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("outcome", ["declined", "cancelled"])
def test_a_no_writes_nothing_and_leaves_the_model_with_a_next_step(
    new_lab: Callable[..., Lab], era: str, outcome: str
) -> None:
    lab = new_lab(**ERAS[era])
    lab.trusted()
    lab.start()
    lab.say(SENTENCE)
    lab.wait_for("wants to open a URL")
    shown = time.monotonic()
    until(lambda: time.monotonic() > shown + Patience().instant)  # as slow as any person: faster is nobody's answer
    if outcome == "declined":
        lab.step("Right", until=POINTER + "Decline")
        lab.press("Enter", until=IDLE)
    else:
        lab.press("Escape", until=IDLE)
    told = lab.told()
    assert told["outcome"] == outcome
    assert f"pixie-secrets --project {lab.project}/examples set-secret {TOOL} {KEY}" in told["next_step"]
    assert not env_file(lab).exists()
    assert lab.links() == []


def test_done_with_nothing_saved_is_answered_at_once_and_the_page_waits_on(
    new_lab: Callable[..., Lab], value: str
) -> None:
    lab = new_lab()
    lab.trusted()
    lab.start()
    lab.say(SENTENCE)
    lab.wait_for("wants to open a URL")
    lab.press("Enter", until=f"{POINTER}I'm done")
    lab.press("Enter", until=IDLE)
    told = lab.told()
    assert told["outcome"] == "pending"
    assert "open it again" in told["next_step"]
    Person().save(lab.link(), {KEY: value})
    assert_stored(lab, value)


def test_the_skill_reaches_the_model_with_a_command_that_works(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab()
    lab.trusted()
    lab.start()
    lab.say('@@Skill {"skill": "pixie:list-secrets"}@@')
    lab.wait_for("done")
    [command] = set(re.findall(r'python3 -IS "[^"]+" list-secrets', str(lab.main_calls()[-1]["messages"])))
    as_the_client = {**lab.environment, "PIXIE_PROJECT": "examples"}
    listed = subprocess.run(
        ["sh", "-c", command], cwd=lab.project, env=as_the_client, capture_output=True, text=True, check=True
    )
    assert KEY in listed.stdout


def test_without_a_desktop_a_popup_on_top_of_claude_code_takes_the_value(
    new_lab: Callable[..., Lab], value: str
) -> None:
    lab = new_lab(DISPLAY="")
    lab.trusted()
    lab.start(in_tmux=True)
    lab.say(SENTENCE)
    lab.wait_for(rf"{KEY} \(required, not set\)[\s\S]*value:")
    lab.type(value)
    assert value not in lab.screen()
    lab.press("Enter", until=IDLE)
    told = lab.told()
    assert (told["outcome"], told["channel"]) == ("saved", "terminal")
    assert_stored(lab, value)
    assert lab.links() == []
    left_behind(lab).assert_nowhere(value)


def test_with_nobody_there_the_answer_is_at_once_the_command_for_a_terminal(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(DISPLAY="")
    lab.trusted()
    assert lab.run("-p", "@@list-secrets {}@@" + CALL, timeout=60).returncode == 0
    listed = json.loads(lab.tool_results()[0])
    assert KEY in [secret["key"] for tool in listed["tools"] for secret in tool["secrets"]]
    saw("claude-code", lists=True)
    told = lab.told()
    assert (told["outcome"], told["channel"]) == ("pending", None)
    assert f"set-secret {TOOL} {KEY}" in told["next_step"]
    assert not env_file(lab).exists()


def test_a_run_that_answers_dialogs_itself_still_asks_the_person_at_their_desktop(
    new_lab: Callable[..., Lab], value: str
) -> None:
    lab = new_lab()
    lab.trusted()
    with ThreadPoolExecutor(1) as runs:
        run = runs.submit(lab.run, "-p", CALL, timeout=90)
        link = lab.link(timeout=60)
        Person().save(link, {KEY: value})
        assert run.result().returncode == 0
    assert lab.told()["outcome"] == "saved"
    assert_stored(lab, value)
    seen = left_behind(lab)
    seen.assert_nowhere(token(link))
    seen.assert_nowhere(value)


@pytest.mark.parametrize(
    "call",
    [
        '@@Read {{"file_path": "{path}"}}@@',
        '@@Edit {{"file_path": "{path}", "old_string": "sk", "new_string": "no"}}@@',
        '@@Bash {{"command": "cat examples/tools/whisper-transcription/.env"}}@@',
        '@@Bash {{"command": "cd examples/tools/whisper-transcription && cat .env"}}@@',
    ],
)
def test_the_client_itself_refuses_to_look_into_an_env_file(new_lab: Callable[..., Lab], value: str, call: str) -> None:
    lab = new_lab()
    lab.trusted()
    env_file(lab).write_text(f"{KEY}={value}\n")
    readme = '@@Read {"file_path": "README.md"}@@'
    lab.run("-p", readme + call.format(path=env_file(lab)), "--allowedTools", "Read,Edit,Bash")
    allowed, refused = lab.tool_results()
    assert "secret" in allowed
    assert "denied" in refused or "deny rule" in refused
    assert env_file(lab).read_text() == f"{KEY}={value}\n"
    left_behind(lab).assert_nowhere(value)


def test_as_a_plugin_it_works_on_the_persons_own_project_while_its_first_start_installs(
    tmp_path_factory: pytest.TempPathFactory, repository: Path, value: str
) -> None:
    with Lab(tmp_path_factory.mktemp("lab")) as lab:
        gate = lab.logs / "gate"
        gate.touch()
        uv = require_program("uv")
        lab.program("uv", f"#!/bin/sh\nwhile [ -e '{gate}' ]; do sleep 0.1; done\nexec '{uv}' \"$@\"\n")
        folder = add_tool(lab.project, TOOL, secrets=[{"key": KEY}])
        lab.trusted()
        assert lab.run("plugin", "marketplace", "add", str(repository)).returncode == 0
        assert lab.run("plugin", "install", "pixie@pixie-secrets").returncode == 0
        lab.start()
        lab.say(SENTENCE)
        lab.wait_for("Do you want to proceed")  # the client knows the tool: something answered it
        [data] = (lab.home / ".claude" / "plugins" / "data").glob("pixie-*")
        assert not list(data.glob("env-*"))
        lab.press("Enter", until="installing packages")
        gate.unlink()
        lab.wait_for("wants to open a URL", timeout=90)
        lab.press("Enter", until=f"{POINTER}I'm done")
        Person().save(lab.link(), {KEY: value})
        lab.press("Enter", until=IDLE)
        assert lab.told()["outcome"] == "saved"
        assert dotenv_values(folder / ".env")[KEY] == value
        assert len(list(data.glob("env-*"))) == 1


def env_file(lab: Lab) -> Path:
    return lab.project / "examples" / "tools" / TOOL / ".env"


def assert_stored(lab: Lab, value: str) -> None:
    assert dotenv_values(env_file(lab))[KEY] == value
    assert stat.S_IMODE(env_file(lab).stat().st_mode) == 0o600


def token(link: str) -> str:
    [only] = parse_qs(urlsplit(link).query)["token"]
    return only


def left_behind(lab: Lab) -> Evidence:
    """What the model was sent, and every file of the machine but the one that is meant to hold the value."""
    seen = Evidence()
    for body in lab.bodies():
        seen.add("request body", body)
    seen.add_tree(lab.home)
    seen.add_tree(lab.temporary)
    seen.add_tree(lab.project, without=[env_file(lab)])
    return seen
