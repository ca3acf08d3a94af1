"""The way a person is asked, in each place this program runs; tmux itself is asked in test_popup."""

from __future__ import annotations

import pytest

from pixie_secrets.channels import chooser, popup
from pixie_secrets.channels.chooser import Way
from pixie_secrets.errors import PixieError

DESKTOP = {"DISPLAY": ":0"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0"}
SSH = {"SSH_CONNECTION": "10.0.0.2 50000 10.0.0.1 22"}


@pytest.fixture
def tmux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(popup, "available", lambda _: True)


@pytest.mark.parametrize(
    ("environment", "platform", "url_elicitation", "way"),
    [
        pytest.param(DESKTOP, "linux", True, Way.ELICITATION, id="a client that can show a link"),
        pytest.param(DESKTOP, "linux", False, Way.BROWSER, id="a client that cannot, at a desktop"),
        pytest.param(WAYLAND, "linux", False, Way.BROWSER, id="the same on Wayland"),
        pytest.param({}, "darwin", False, Way.BROWSER, id="the same on macOS"),
        pytest.param({}, "win32", False, Way.BROWSER, id="the same on Windows"),
        pytest.param({}, "linux", True, Way.ELICITATION, id="no desktop, but a client that can show a link"),
        pytest.param({}, "linux", False, Way.PENDING, id="nothing at all"),
        pytest.param(SSH, "darwin", False, Way.PENDING, id="a Mac over SSH: its desktop is elsewhere"),
        pytest.param({**SSH, "BROWSER": "code-open"}, "linux", False, Way.BROWSER, id="a remote editor's browser"),
        pytest.param({"BROWSER": "none"}, "linux", False, Way.PENDING, id="a browser that is none"),
    ],
)
def test_without_tmux(environment: dict[str, str], platform: str, url_elicitation: bool, way: Way) -> None:
    assert chooser.choose(environment, url_elicitation=url_elicitation, platform=platform) is way


@pytest.mark.usefixtures("tmux")
@pytest.mark.parametrize("url_elicitation", [True, False])
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
    environment: dict[str, str], platform: str, popup_first: bool, url_elicitation: bool
) -> None:
    way = chooser.choose(environment, url_elicitation=url_elicitation, platform=platform)
    assert (way is Way.POPUP) is popup_first


@pytest.mark.parametrize("url_elicitation", [True, False])
def test_none_asks_nobody(url_elicitation: bool) -> None:
    environment = {**DESKTOP, "PIXIE_SECRETS_CHANNEL": "none"}
    assert chooser.choose(environment, url_elicitation=url_elicitation, platform="linux") is Way.PENDING


def test_browser_means_the_page_by_whoever_can_show_it() -> None:
    environment = {"PIXIE_SECRETS_CHANNEL": "Browser"}
    assert chooser.choose(environment, url_elicitation=True, platform="linux") is Way.ELICITATION
    assert chooser.choose(environment, url_elicitation=False, platform="linux") is Way.BROWSER


def test_terminal_without_tmux_is_a_command_to_run() -> None:
    environment = {**DESKTOP, "PIXIE_SECRETS_CHANNEL": "terminal"}
    assert chooser.choose(environment, url_elicitation=True, platform="linux") is Way.PENDING


@pytest.mark.usefixtures("tmux")
def test_terminal_in_tmux_is_a_popup_even_at_a_desktop() -> None:
    environment = {**DESKTOP, "PIXIE_SECRETS_CHANNEL": "terminal"}
    assert chooser.choose(environment, url_elicitation=True, platform="linux") is Way.POPUP


def test_a_channel_that_is_none_of_them_is_refused_and_not_repeated() -> None:
    with pytest.raises(PixieError, match="names no channel") as refusal:
        chooser.choose({"PIXIE_SECRETS_CHANNEL": "sk-oops"}, url_elicitation=True, platform="linux")
    assert "sk-oops" not in refusal.value.message + refusal.value.hint
