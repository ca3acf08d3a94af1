"""The popup and the split, in a real tmux with a person in front of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values
from tests.evidence import Evidence, ProcessWatch
from tests.in_tmux import Tmux
from tests.waiting import until

from pixie_secrets.channels import tmux as tmux_module
from pixie_secrets.channels.command import set_secret_arguments
from pixie_secrets.channels.tmux import available, run_popup
from pixie_secrets.errors import CANCELLED, DONE, REFUSED
from pixie_secrets.operations.set_secret import SetSecretRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pixie_secrets.layouts.project import Project

VALUE = "sk-proj-0123456789abcdefghij"
REQUEST = SetSecretRequest(tool_id="whisper-transcription", keys=("OPENAI_API_KEY",))


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    with Tmux(tmp_path / "tmux") as tmux:
        yield tmux


@pytest.fixture(params=["popup", "split"])
def window(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Either, with everything else the same; a split is what an older tmux gets."""
    if request.param == "split":
        monkeypatch.setattr(tmux_module, "POPUPS_SINCE", (1000, 0))
    kind: str = request.param
    return kind


def env_file(project: Project) -> Path:
    return project.root / "tools/whisper-transcription/.env"


def asked(project: Project, tmux: Tmux, *steps: Callable[[], object]) -> int | None:
    """Ask for the key; meanwhile the person does `steps`. The status the server learns."""

    async def both() -> int | None:
        asking = asyncio.create_task(run_popup(set_secret_arguments(project, REQUEST, {}), tmux.environment))
        for step in steps:
            await asyncio.to_thread(step)
        return await asking

    return asyncio.run(asyncio.wait_for(both(), 60))


def test_what_is_typed_there_is_stored_and_only_a_status_comes_back(
    project: Project, tmux: Tmux, window: str, tmp_path: Path
) -> None:
    view = tmux.attach()
    evidence = Evidence()
    with ProcessWatch() as watch:
        status = asked(
            project,
            tmux,
            lambda: view.shows("value:"),
            lambda: view.type(VALUE + "\r"),
            lambda: view.shows_no_more("value:"),
        )
    assert status == DONE
    assert dotenv_values(env_file(project)) == {"OPENAI_API_KEY": VALUE}
    assert len(tmux.panes()) == 1
    watch.add_to(evidence)
    evidence.add("the screen", view.sent)
    evidence.add(
        "tmux",
        tmux.ask("show-environment", "-g")
        + tmux.ask("show-messages", "-t", tmux.ask("list-clients", "-F", "#{client_name}")),
    )
    evidence.add("the pane", tmux.ask("capture-pane", "-p", "-S", "-"))
    evidence.add_tree(tmp_path, without=[env_file(project)])
    evidence.assert_nowhere(VALUE)


@pytest.mark.parametrize("key", ["\x03", "\x04", "\x1b"], ids=["ctrl-c", "ctrl-d", "esc"])
def test_leaving_it_changes_nothing(project: Project, tmux: Tmux, window: str, key: str) -> None:
    view = tmux.attach()
    assert asked(project, tmux, lambda: view.shows("value:"), lambda: view.type("half" + key)) == CANCELLED
    assert not env_file(project).exists()
    view.shows_no_more("value:")


def test_a_window_closed_from_outside_changes_nothing(project: Project, tmux: Tmux, window: str) -> None:
    view = tmux.attach()

    def close() -> None:
        if window == "popup":
            tmux.ask("display-popup", "-C")
        else:
            [pane] = set(tmux.panes()) - {tmux.environment["TMUX_PANE"]}
            tmux.ask("kill-pane", "-t", pane)

    assert asked(project, tmux, lambda: view.shows("value:"), lambda: view.type(VALUE), close) == CANCELLED
    assert not env_file(project).exists()


def test_a_call_that_is_cancelled_takes_the_window_and_its_command_away(
    project: Project, tmux: Tmux, window: str
) -> None:
    view = tmux.attach()

    async def cancelled() -> None:
        asking = asyncio.create_task(run_popup(set_secret_arguments(project, REQUEST, {}), tmux.environment))
        await asyncio.to_thread(view.shows, "value:")
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        assert asking.cancelled()
        await asyncio.to_thread(view.shows_no_more, "value:")

    asyncio.run(asyncio.wait_for(cancelled(), 60))
    assert len(tmux.panes()) == 1
    view.type(VALUE + "\r")
    view.shows(VALUE)  # it went to the window below, which echoes
    assert not env_file(project).exists()


def test_a_refusal_stays_until_it_was_read(project: Project, tmux: Tmux, window: str) -> None:
    view = tmux.attach()
    env_file(project).mkdir()  # not a file: nothing can be stored
    status = asked(project, tmux, lambda: view.shows("Press Enter to close."), lambda: view.type("\r"))
    assert status == REFUSED


def test_a_warning_stays_until_it_was_read(git_project: Project, tmux: Tmux, window: str) -> None:
    view = tmux.attach()
    status = asked(
        git_project, tmux, lambda: view.shows("value:"), lambda: view.type(VALUE + "\r"),
        lambda: view.shows("Press any key to close."), lambda: view.type(" "),
    )  # fmt: skip
    assert status == DONE
    assert dotenv_values(env_file(git_project)) == {"OPENAI_API_KEY": VALUE}


def test_a_command_that_cannot_start_is_a_refusal(tmux: Tmux, window: str) -> None:
    view = tmux.attach()

    async def both() -> int | None:
        asking = asyncio.create_task(run_popup(["/no/such/program"], tmux.environment))
        await asyncio.to_thread(view.shows, "Press Enter to close.")
        view.type("\r")
        return await asking

    assert asyncio.run(asyncio.wait_for(both(), 60)) == REFUSED


def test_where_another_popup_is_in_the_way_it_is_a_split(project: Project, tmux: Tmux) -> None:
    """tmux answers 0 then, which must not be taken for saved."""
    view = tmux.attach()

    async def both() -> int | None:
        client = tmux.ask("list-clients", "-F", "#{client_name}")
        words = ("display-popup", "-E", "-c", client, "echo the other; cat")
        other = await asyncio.create_subprocess_exec("tmux", *words, env=tmux.environment)
        await asyncio.to_thread(view.shows, "the other")
        asking = asyncio.create_task(run_popup(set_secret_arguments(project, REQUEST, {}), tmux.environment))
        await asyncio.to_thread(until, lambda: len(tmux.panes()) > 1)
        tmux.ask("display-popup", "-C")
        await other.wait()
        await asyncio.to_thread(view.shows, "value:")
        view.type(VALUE + "\r")
        return await asking

    assert asyncio.run(asyncio.wait_for(both(), 60)) == DONE
    assert dotenv_values(env_file(project)) == {"OPENAI_API_KEY": VALUE}


def test_a_small_window_is_no_obstacle(project: Project, tmp_path: Path, window: str) -> None:
    with Tmux(tmp_path / "tmux", columns=50, rows=16) as tmux:
        view = tmux.attach()
        status = asked(project, tmux, lambda: view.shows("value:"), lambda: view.type(VALUE + "\r"))
    assert status == DONE


def test_nobody_looking_is_nobody_to_ask(project: Project, tmux: Tmux) -> None:
    assert not available(tmux.environment)
    assert asked(project, tmux) is None
    tmux.attach()
    assert available(tmux.environment)


def test_outside_tmux_or_without_its_program_there_is_none(tmux: Tmux) -> None:
    tmux.attach()
    inside = tmux.environment
    assert not available({name: value for name, value in inside.items() if name != "TMUX"})
    assert not available({name: value for name, value in inside.items() if name != "TMUX_PANE"})
    assert not available({**inside, "PATH": "/nowhere"})
    assert not available({**inside, "TMUX": "/nowhere/socket,1,0"})
