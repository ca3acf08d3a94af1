"""In real sessions of real clients: a value that was typed, printed and read is found, taken out, and each goes on."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.at_terminal import PIXIE, Shell
from tests.conftest import add_tool
from tests.e2e.claude_lab.lab import Lab
from tests.e2e.client_lab.machine import MORE, MORE_PROGRAMS
from tests.e2e.client_lab.record import saw
from tests.e2e.client_lab.scripted_models import ScriptedModels
from tests.e2e.client_lab.unguarded import EVERY, Unguarded
from tests.traces.homes import standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.e2e.client_lab.agents import Agent
    from tests.e2e.guarded import Guarded

pytestmark = [pytest.mark.client, pytest.mark.timeout(300)]

TOOL, KEY = "whisper-transcription", "OPENAI_API_KEY"
AGAIN = "and now say hello"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Unguarded]:
    with ScriptedModels() as models:
        made = Unguarded(tmp_path, models)
        yield made
        made.end_what_stays()


def found(project: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "find-leaks", "--json"],
        cwd=project, env=dict(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def clean(project: Path, environment: Mapping[str, str]) -> str:
    """What a person is shown who agrees."""
    with Shell(project, **environment) as shell:
        shell.process.setwinsize(50, 400)
        shell.type(f"{PIXIE} find-leaks --clean\r")
        shell.expect("[y/N] ")
        shell.type("y\r")
        shell.prompt_back()
        return shell.shown


def named(answer: str) -> list[Path]:
    """The folders that the answer says to remove by hand."""
    return [Path(folder) for folder in re.findall(r"rm -r (\S+)", answer)]


@pytest.mark.parametrize(
    "agent", [agent for agent in EVERY if MORE or agent.name not in MORE_PROGRAMS], ids=lambda agent: agent.name
)
def test_what_a_session_kept_is_found_and_cleaned_and_the_session_goes_on(machine: Unguarded, agent: Agent) -> None:
    run = machine.leak(agent)
    assert run.returncode == 0, run.stdout + run.stderr
    machine.end_what_stays()
    kept = standing(machine.known, machine.home, machine.temporary)
    assert kept
    answer = found(machine.project, machine.environment)
    assert answer["not_read"] == []
    seen = {Path(leak["path"].replace("~", str(machine.home), 1)) for leak in answer["leaks"]}
    assert {path.with_name(path.name.removesuffix("-wal")) for path in kept} <= seen
    shown = clean(machine.project, machine.environment)
    assert machine.known not in shown
    left = standing(machine.known, machine.home, machine.temporary)
    assert {path for path in left if not any(folder in path.parents for folder in named(shown))} == set(), shown
    before = len(machine.models.bodies)
    machine.goes_on = True
    again = agent.run(machine, AGAIN)
    assert again.returncode == 0, again.stdout + again.stderr
    said = b"\n".join(machine.models.bodies[before:])
    assert AGAIN.encode() in said
    assert b"the key is ***" in said, "it began a new session"
    assert machine.known.encode() not in said
    places = sorted({leak["what"] for leak in answer["leaks"]})
    by_hand = sorted({leak["what"] for leak in answer["leaks"] if leak["by_hand"]})
    saw(agent.name, leaks={"places": places, "by_hand": by_hand, "resumed": True})


def test_the_same_in_claude_code(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    with Lab(tmp_path_factory.mktemp("leaking")) as lab:
        tool = add_tool(lab.project, TOOL, secrets=[{"key": KEY}])
        (tool / ".env").write_text(f"{KEY}={value}\n")
        (lab.project / "notes.txt").write_text(f"the key is {value}\n" * 900)  # too long to be kept in the transcript
        lab.trusted()
        calls = (
            f"@@Bash {json.dumps({'command': 'cat notes.txt', 'description': 'look'})}@@"
            f" @@Bash {json.dumps({'command': 'head -1 notes.txt', 'description': 'look'})}@@"
            f" @@Read {json.dumps({'file_path': str(lab.project / 'notes.txt'), 'limit': 2})}@@"
        )
        run = lab.run("-p", f"the key is {value}, use it {calls}", "--allowedTools", "Bash,Read")
        assert run.returncode == 0, run.stdout + run.stderr
        kept = standing(value, lab.home, lab.temporary)
        answer = found(lab.project, lab.environment)
        assert answer["not_read"] == []
        assert {Path(leak["path"].replace("~", str(lab.home), 1)) for leak in answer["leaks"]} >= kept
        shown = clean(lab.project, lab.environment)
        assert value not in shown
        assert standing(value, lab.home, lab.temporary) == set(), shown
        before = len(lab.bodies())
        again = lab.run("--continue", "-p", AGAIN)
        assert again.returncode == 0, again.stdout + again.stderr
        said = b"\n".join(lab.bodies()[before:])
        assert AGAIN.encode() in said
        assert b"the key is ***" in said, "it began a new session"
        assert value.encode() not in said
        places = sorted({leak["what"] for leak in answer["leaks"]})
        saw("claude-code", leaks={"places": places, "by_hand": [], "resumed": True})


def test_claude_code_shows_at_a_start_that_a_key_needs_to_be_replaced(guarded: Guarded, value: str) -> None:
    lab = guarded.lab()
    assert lab.run("-p", "hello").returncode == 0
    [folder] = (lab.home / ".claude/projects").iterdir()
    (folder / "earlier.jsonl").write_text(json.dumps({"type": "user", "text": value}) + "\n")
    lab.start()
    lab.wait_for(r"1 key needs to be replaced: OPENAI_API_KEY of whisper-transcription")
    assert value not in lab.screen()
    lab.say("hello")
    for body in lab.bodies():
        assert value.encode() not in body
