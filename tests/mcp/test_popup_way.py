"""In tmux, with no desktop: the person is asked in a popup, and the server learns an exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values
from tests.in_tmux import Tmux
from tests.mcp.client import ERAS, Client
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.in_tmux import View

    from pixie_secrets.layouts.project import Project

TOOL = "whisper-transcription"
KEY = "OPENAI_API_KEY"
VALUE = "sk-proj-7Qm4xW9tB2nL"


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    with Tmux(tmp_path / "tmux") as tmux:
        yield tmux


@pytest.fixture
def view(tmux: Tmux) -> View:
    return tmux.attach()


@pytest.fixture(params=ERAS)
def client(request: pytest.FixtureRequest, project: Project, tmux: Tmux, view: View) -> Iterator[Client]:
    with Client(project.root, request.param, environment=tmux.environment) as client:
        yield client


def asked(client: Client, view: View) -> int:
    """The id of a call whose popup is on the screen."""
    call = client.start("set-secret", {"tool_id": TOOL, "key": KEY})
    view.shows("value: ")
    return call


def test_what_is_typed_into_the_popup_is_saved_and_seen_nowhere(client: Client, view: View, project: Project) -> None:
    call = asked(client, view)
    view.type(f"{VALUE}\r")
    outcome = client.outcome(call)
    assert (outcome["outcome"], outcome["channel"]) == ("saved", "terminal")
    assert outcome["secrets"] == [{"key": KEY, "status": "set"}]
    assert dotenv_values(project.root / "tools" / TOOL / ".env") == {KEY: VALUE}
    assert VALUE not in "".join(client.received) + client.errors.decode() + view.sent.decode()


def test_leaving_the_popup_is_cancelled_with_a_next_step(client: Client, view: View, project: Project) -> None:
    call = asked(client, view)
    view.type("\x03")
    outcome = client.outcome(call)
    assert (outcome["outcome"], outcome["channel"]) == ("cancelled", "terminal")
    assert f"set-secret {TOOL} {KEY}" in outcome["next_step"]
    assert not (project.root / "tools" / TOOL / ".env").exists()


def test_a_client_that_gives_up_leaves_the_popup_to_the_person(client: Client, view: View, project: Project) -> None:
    call = asked(client, view)
    client.cancel(call)
    client.call("list-secrets")
    view.type(f"{VALUE}\r")
    view.shows_no_more("value: ")
    until((project.root / "tools" / TOOL / ".env").exists)
    assert dotenv_values(project.root / "tools" / TOOL / ".env") == {KEY: VALUE}
    assert not client.answered(call)


def test_a_popup_outlives_a_pending_call_and_a_second_one_joins_it(project: Project, tmux: Tmux, view: View) -> None:
    with Client(project.root, hold=0.3, environment=tmux.environment) as client:
        first = client.start("set-secret", {"tool_id": TOOL, "key": KEY})
        assert client.outcome(first)["outcome"] == "pending"
        view.shows("value: ")
        second = client.start("set-secret", {"tool_id": TOOL, "key": KEY})
        assert client.outcome(second)["outcome"] == "pending"
        view.type(f"{VALUE}\r")
        until(lambda: "value: " not in view.text)
    assert dotenv_values(project.root / "tools" / TOOL / ".env") == {KEY: VALUE}


def test_when_the_client_leaves_the_popup_goes(project: Project, tmux: Tmux, view: View) -> None:
    client = Client(project.root, environment=tmux.environment)
    client.open()
    asked(client, view)
    assert client.close(timeout=60) == 0
    view.shows_no_more("value: ")


def test_a_signal_takes_the_popup_away(project: Project, tmux: Tmux, view: View) -> None:
    client = Client(project.root, environment=tmux.environment)
    client.open()
    asked(client, view)
    client.process.terminate()
    assert client.close(timeout=60) == -15
    view.shows_no_more("value: ")


def test_when_nobody_looks_the_client_is_asked_instead(project: Project, tmux: Tmux) -> None:
    with Client(project.root, environment=tmux.environment) as client:
        assert KEY in client.ask(tool_id=TOOL, key=KEY).message


def test_the_override_asks_in_the_terminal_on_a_desktop_too(project: Project, tmux: Tmux, view: View) -> None:
    environment = {**tmux.environment, "DISPLAY": ":0", "PIXIE_SECRETS_CHANNEL": "terminal"}
    with Client(project.root, environment=environment) as client:
        call = asked(client, view)
        view.type("\x03")
        assert client.outcome(call)["channel"] == "terminal"
