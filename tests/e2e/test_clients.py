"""In the real clients besides Claude Code: connect, list, set to the end, and the value stands in `.env` alone."""

from __future__ import annotations

import json
import secrets
import shlex
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from dotenv import dotenv_values
from tests.conftest import require
from tests.e2e.client_lab.agents import AGENTS, OUTSIDE_CI, Agent
from tests.e2e.client_lab.machine import KEY, MORE, PROGRAMS, TOOL, Machine
from tests.e2e.client_lab.record import saw
from tests.e2e.client_lab.scripted_models import ScriptedModels
from tests.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]

SERVER = [sys.executable, "-m", "pixie_secrets", "mcp"]
SET = f'@@set-secret {{"tool_id": "{TOOL}", "key": "{KEY}"}}@@'
RUN = AGENTS + (OUTSIDE_CI if MORE else ())
GUARDED = [agent for agent in RUN if agent.shell]
KEEP_RAW = {
    "codex",
    "copilot",
    "opencode",
    "kilo",
}  # what a tool really printed stays on their disk
KEEP_TYPED = {"copilot"}  # and a prompt that was stopped stays there
LOOKS = ("cat tools/summary/.env", "cat notes.txt", "cat notes.txt; exit 3")
DECLARE_LINKS = [agent for agent in AGENTS if agent.name in {"codex", "copilot"}]  # and decline them at once
PROMPT = f"@@list-secrets {{}}@@ {SET} @@list-secrets {{}}@@"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with ScriptedModels() as models:
        yield Machine(tmp_path, models)


@pytest.mark.parametrize("agent", RUN, ids=lambda agent: agent.name)
def test_a_secret_is_listed_and_set_to_the_end_and_its_value_seen_nowhere(
    machine: Machine, agent: Agent, value: str
) -> None:
    looks = agent.commands(*LOOKS) if agent.shell else ""
    with ThreadPoolExecutor(1) as runs:
        running = runs.submit(agent.run, machine, PROMPT + looks)
        link = machine.link()
        assert f'"key":"{KEY}"' in machine.told()  # it was listed
        machine.save_later()
        Person().save(link, {KEY: value})
        run = running.result()
    assert run.returncode == 0, run.stdout + run.stderr
    assert dotenv_values(machine.env_file) == {KEY: value}
    assert stat.S_IMODE(machine.env_file.stat().st_mode) == 0o600
    told = machine.told()
    assert '"outcome":"saved"' in told
    assert '"status":"set"' in told.rpartition('"outcome":"saved"')[2]  # and listed once more
    seen = machine.left_behind(run)
    seen.assert_nowhere(value)
    seen.assert_nowhere(link.rpartition("token=")[2])
    saw(agent.name, lists=True, sets="page", nowhere=True)
    if agent.shell:
        told = told.rpartition('"outcome":"saved"')[2]
        assert "holds secret values, which stay out of this conversation" in told
        assert told.count("the key is ***") >= 2, told
        for known in (machine.known, machine.later):
            machine.sent().assert_nowhere(known)
            assert bool(seen.places(known)) == (agent.name in KEEP_RAW), seen.places(known)
        saw(agent.name, denied=True, masked=True)


@pytest.mark.parametrize("agent", GUARDED, ids=lambda agent: agent.name)
def test_a_prompt_with_a_value_is_not_sent(machine: Machine, agent: Agent) -> None:
    run = agent.run(machine, f"the key is {machine.known}, use it")
    assert not [body for body in machine.models.bodies if b"use it" in body], run.stdout + run.stderr
    assert bool(machine.kept().places(machine.known)) == (agent.name in KEEP_TYPED)
    saw(agent.name, stopped=True)


@pytest.mark.parametrize("agent", DECLARE_LINKS, ids=lambda agent: agent.name)
def test_where_nobody_can_be_asked_the_model_has_the_command_and_not_a_refusal_by_the_user(
    machine: Machine, agent: Agent
) -> None:
    del machine.environment["DISPLAY"]
    run = agent.run(machine, SET)
    assert run.returncode == 0, run.stdout + run.stderr
    told = machine.told()
    assert '"outcome":"pending"' in told
    assert f"set-secret {TOOL} {KEY}" in told.rpartition('"outcome":"pending"')[2]
    assert "the user declined" not in told
    assert "token=" not in told
    assert not machine.env_file.exists()


def test_the_inspector_lists_and_is_given_the_command(machine: Machine) -> None:
    require("mcp-inspector (npm install --no-save --prefix tests/e2e)", (PROGRAMS / "mcp-inspector").exists())
    call = ["--method", "tools/call", "--tool-name"]

    def inspect(*words: str) -> dict[str, Any]:
        run = machine.run("mcp-inspector", "--cli", *SERVER, *call, *words, environment={})
        assert run.returncode == 0, run.stdout + run.stderr
        content: dict[str, Any] = json.loads(run.stdout)["structuredContent"]
        return content

    tools = {tool["tool_id"]: tool for tool in inspect("list-secrets")["tools"]}
    assert tools[TOOL]["secrets"][0]["key"] == KEY
    asked = inspect("set-secret", "--tool-arg", f"tool_id={TOOL}", f"key={KEY}")
    assert (asked["outcome"], asked["channel"]) == ("pending", None)
    command = str(asked["next_step"]).partition("outside this chat: ")[2].partition(" - ")[0]
    assert f"set-secret {TOOL} {KEY}" in command
    value = secrets.token_hex(16)
    words = shlex.split(command)
    subprocess.run([*words, "--stdin"], env=machine.environment, input=value, text=True, check=True)
    assert dotenv_values(machine.env_file) == {KEY: value}
    machine.kept().assert_nowhere(value)
    saw("inspector", lists=True, sets="command", nowhere=True)
