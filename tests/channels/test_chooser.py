"""The ways in which a person is asked, in each place this program runs and by each client; tmux itself: test_tmux."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from pixie_secrets import clients
from pixie_secrets.channels import tmux
from pixie_secrets.channels.chooser import ChannelKind, Chooser, Patience
from pixie_secrets.clients.client import UNKNOWN, Client
from pixie_secrets.errors import PixieError
from pixie_secrets.where import Where

if TYPE_CHECKING:
    from collections.abc import Mapping

DESKTOP = {"DISPLAY": ":0"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0"}
SSH = {"SSH_CONNECTION": "10.0.0.2 50000 10.0.0.1 22"}
LINK, BROWSER, POPUP = ChannelKind.LINK, ChannelKind.BROWSER, ChannelKind.POPUP


@dataclass
class Caller:
    """A client as it declares itself."""

    client: Client = UNKNOWN
    declares_links: bool = True
    takes_links_in_answers: bool = False
    wants_progress: bool = False
    call_meta: Mapping[str, Any] = field(default_factory=dict)

    async def show_link(self, message: str, url: str, dialog_id: str) -> str | None:
        raise AssertionError(message, url, dialog_id)

    async def close_dialog(self, dialog_id: str) -> None:
        raise AssertionError(dialog_id)

    async def report_progress(self, message: str) -> None:
        raise AssertionError(message)


def ways(environment: Mapping[str, str], caller: Caller, platform: str = "linux") -> tuple[ChannelKind, ...]:
    return Chooser(Where(environment, platform), Patience()).ways(caller)


@pytest.fixture
def in_tmux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tmux, "available", lambda _: True)


@pytest.mark.parametrize(
    ("environment", "platform", "declares_links", "expected"),
    [
        pytest.param(DESKTOP, "linux", True, (LINK, BROWSER), id="a client that can show a link"),
        pytest.param(DESKTOP, "linux", False, (BROWSER,), id="a client that cannot, at a desktop"),
        pytest.param(WAYLAND, "linux", False, (BROWSER,), id="the same on Wayland"),
        pytest.param({}, "darwin", False, (BROWSER,), id="the same on macOS"),
        pytest.param({}, "win32", False, (BROWSER,), id="the same on Windows"),
        pytest.param({}, "linux", True, (LINK,), id="no desktop, but a client that can show a link"),
        pytest.param({}, "linux", False, (), id="nothing at all"),
        pytest.param(SSH, "darwin", False, (), id="a Mac over SSH: its desktop is elsewhere"),
        pytest.param({**SSH, "BROWSER": "code-open"}, "linux", False, (BROWSER,), id="a remote editor's browser"),
        pytest.param({"BROWSER": "none"}, "linux", False, (), id="a browser that is none"),
    ],
)
def test_without_tmux(
    environment: dict[str, str], platform: str, declares_links: bool, expected: tuple[ChannelKind, ...]
) -> None:
    assert ways(environment, Caller(declares_links=declares_links), platform) == expected


@pytest.mark.usefixtures("in_tmux")
@pytest.mark.parametrize("declares_links", [True, False])
@pytest.mark.parametrize(
    ("environment", "platform", "popup_first"),
    [
        pytest.param({}, "linux", True, id="no desktop"),
        pytest.param(SSH, "linux", True, id="remote"),
        pytest.param({**DESKTOP, **SSH}, "linux", True, id="remote with a forwarded display"),
        pytest.param(DESKTOP, "linux", False, id="at a desktop"),
        pytest.param(SSH, "darwin", True, id="a Mac over SSH"),
        pytest.param({}, "darwin", False, id="at a Mac"),
    ],
)
def test_in_tmux_a_popup_comes_first_where_a_link_would_not_reach_the_person(
    environment: dict[str, str], platform: str, popup_first: bool, declares_links: bool
) -> None:
    found = ways(environment, Caller(declares_links=declares_links), platform)
    assert POPUP in found
    assert (found[0] is POPUP) is popup_first


def test_a_client_that_takes_only_https_is_shown_no_link_of_ours() -> None:
    codex = clients.by_handshake("codex-mcp-client")
    assert ways(DESKTOP, Caller(codex)) == (BROWSER,)
    assert ways({}, Caller(codex)) == ()


@pytest.mark.parametrize("name", ["copilot-cli", "somebody-new", None])
def test_a_link_is_in_no_answer_to_a_client_that_was_not_seen_to_read_one(name: str | None) -> None:
    caller = Caller(clients.by_handshake(name), takes_links_in_answers=True)
    assert LINK not in ways(DESKTOP, caller)
    caller.takes_links_in_answers = False
    assert LINK in ways(DESKTOP, caller)


def test_a_link_is_in_the_answer_to_a_client_that_reads_it() -> None:
    caller = Caller(clients.by_handshake("claude-code"), takes_links_in_answers=True)
    assert ways(DESKTOP, caller)[0] is LINK


@pytest.mark.parametrize("name", ["PIXIE_SECRETS_CHANNEL", "PIXIE_CHANNEL"])  # the second survives Gemini CLI
@pytest.mark.parametrize("declares_links", [True, False])
def test_none_asks_nobody(name: str, declares_links: bool) -> None:
    assert ways({**DESKTOP, name: "none"}, Caller(declares_links=declares_links)) == ()


def test_browser_means_the_page_by_whoever_can_show_it() -> None:
    environment = {"PIXIE_SECRETS_CHANNEL": "Browser"}
    assert ways(environment, Caller()) == (LINK, BROWSER)
    assert ways(environment, Caller(declares_links=False)) == (BROWSER,)


def test_terminal_without_tmux_is_a_command_to_run() -> None:
    assert ways({**DESKTOP, "PIXIE_SECRETS_CHANNEL": "terminal"}, Caller()) == ()


@pytest.mark.usefixtures("in_tmux")
def test_terminal_in_tmux_is_a_popup_even_at_a_desktop() -> None:
    assert ways({**DESKTOP, "PIXIE_SECRETS_CHANNEL": "terminal"}, Caller()) == (POPUP,)


def test_a_channel_that_is_none_of_them_is_refused_and_not_repeated() -> None:
    with pytest.raises(PixieError, match="names no channel") as refusal:
        ways({"PIXIE_SECRETS_CHANNEL": "sk-oops"}, Caller())
    assert "sk-oops" not in refusal.value.message + refusal.value.hint
