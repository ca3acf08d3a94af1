"""What was just typed can be tried at once: where a probe is declared, the person agrees, and nowhere else it goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from tests.at_terminal import PIXIE, VALUE_PROMPT, Shell
from tests.channels.pages import Served, Visitor, serving, visitor
from tests.conftest import add_tool
from tests.e2e.browsers import chromium_options
from tests.probes.stand_in import StandIn, standing_in

from pixie_secrets import env_file
from pixie_secrets.channels.page import elicitation
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.set_secret import set_secret
from pixie_secrets.probes.agreements import _path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.channels.pages import Answer

    from pixie_secrets.operations.set_secret import SecretSaved

TOOL = "whisper-transcription"
VALUE = "kq7Rt2Wx9Zb4Nm6Lp3Vd8Hs5"
OWN = {"url": "https://api.example.com/me", "show": ["/login"]}


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with standing_in(tmp_path) as found:
        found.says(200, b'{"login": "ann"}')
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    add_tool(root, TOOL)
    declare(root, OWN)
    return Project(root)


def declare(root: Path, probe: object) -> None:
    secrets = [{"key": "ACME_KEY", "probe": probe}, {"key": "OTHER_KEY"}]
    path = root / "tools" / TOOL / "tool.json"
    path.write_text(json.dumps({"id": TOOL, "name": "Acme", "inputs": [], "outputs": [], "secrets": secrets}))


@pytest.fixture
def served(project: Project) -> Iterator[Served]:
    with serving(project) as served:
        yield served


def opened(served: Served, *keys: str) -> tuple[Visitor, Answer]:
    link = served.link(served.ask(*keys)) if keys else served.settings(TOOL)
    someone = visitor(link)
    return someone, someone.enter(link)


def stored(served: Served) -> dict[str, str]:
    return dict(env_file.read_values(served.env(TOOL).read_text()))


@pytest.mark.parametrize("keys", [("ACME_KEY",), ()], ids=["asked for", "settings"])
@pytest.mark.parametrize(
    ("status", "heading"), [(200, "It works"), (401, "Refused by the service"), (503, "The service did not say")]
)
def test_the_page_says_what_the_service_says_before_it_is_closed(
    served: Served, stand_in: StandIn, keys: tuple[str, ...], status: int, heading: str
) -> None:
    stand_in.says(status, b'{"login": "ann"}')
    someone, page = opened(served, *keys)
    assert "send it to <bdi>api.example.com (the address in tool.json)</bdi>" in " ".join(page.html.split())
    answer = someone.save(page, {"line.ACME_KEY": VALUE, "probe.ACME_KEY": page.hidden("probe.ACME_KEY")})
    assert f"<h2>{heading}</h2>" in answer.html
    assert ("login: <bdi>ann</bdi>" in answer.html) is (status == 200)
    assert VALUE not in answer.html
    assert [seen.headers["authorization"] for seen in stand_in.seen] == [f"Bearer {VALUE}"]
    assert stored(served) == {"ACME_KEY": VALUE}


@pytest.mark.parametrize("ticked", ["", "yes", "0" * 64])
def test_without_the_box_nothing_is_sent(served: Served, stand_in: StandIn, ticked: str) -> None:
    someone, page = opened(served, "ACME_KEY", "OTHER_KEY")
    assert "probe.OTHER_KEY" not in page.html
    answer = someone.save(page, {"line.ACME_KEY": VALUE, "probe.ACME_KEY": ticked})
    assert answer.heading == "Saved"
    assert "It works" not in answer.html
    assert stand_in.connects == []
    assert not _path().exists()


@pytest.mark.parametrize(
    "changed",
    [{**OWN, "url": "https://other.example.com/me"}, {**OWN, "sends": "query", "parameter": "k"}, None],
    ids=["host", "into the address", "gone"],
)
def test_a_manifest_that_changes_under_the_page_gets_nothing(
    served: Served, stand_in: StandIn, project: Project, changed: object
) -> None:
    someone, page = opened(served, "ACME_KEY")
    declare(project.root, changed)
    answer = someone.save(page, {"line.ACME_KEY": VALUE, "probe.ACME_KEY": page.hidden("probe.ACME_KEY")})
    assert answer.heading == "Saved"
    assert stored(served) == {"ACME_KEY": VALUE}
    assert stand_in.connects == []


def test_a_manifest_that_breaks_right_after_saving_makes_no_refusal_of_what_was_saved(
    served: Served, stand_in: StandIn, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def then_broken(*arguments: Any) -> SecretSaved:
        saved = set_secret(*arguments)
        (project.root / "tools" / TOOL / "tool.json").write_text("{")
        return saved

    monkeypatch.setattr(elicitation, "set_secret", then_broken)
    someone, page = opened(served, "ACME_KEY")
    answer = someone.save(page, {"line.ACME_KEY": VALUE, "probe.ACME_KEY": page.hidden("probe.ACME_KEY")})
    assert (answer.status, answer.heading) == (200, "Saved")
    assert stored(served) == {"ACME_KEY": VALUE}
    assert stand_in.connects == []


def test_a_refused_value_is_sent_nowhere(served: Served, stand_in: StandIn) -> None:
    someone, page = opened(served, "ACME_KEY")
    ticked = page.hidden("probe.ACME_KEY")
    answer = someone.save(page, {"line.ACME_KEY": "ACME_KEY=x", "probe.ACME_KEY": ticked})
    assert answer.status == 422
    assert stand_in.connects == []


def test_the_agent_hears_of_it_once_the_service_was_asked(served: Served, stand_in: StandIn) -> None:
    """The page is there to show the answer: it ends as saved after the service was asked, and not before."""
    elicitation = served.ask("ACME_KEY")
    ended: list[object] = []

    def answering(_seen: object) -> Iterator[bytes]:
        ended.append(elicitation.result)
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    stand_in.answering = answering
    link = served.link(elicitation)
    someone = visitor(link)
    page = someone.enter(link)
    someone.save(page, {"line.ACME_KEY": VALUE, "probe.ACME_KEY": page.hidden("probe.ACME_KEY")})
    assert ended == [None]
    ending = served.ending(elicitation)
    assert ending
    assert ending.outcome == "saved"


@pytest.mark.parametrize(("key", "sent"), [("y", 1), ("n", 0), ("\r", 0), ("\x03", 0)])
def test_the_prompt_offers_it_after_saving(project: Project, stand_in: StandIn, key: str, sent: int) -> None:
    with Shell(project.root, **stand_in.environment) as shell:
        shell.process.send(f"{PIXIE} set-secret {TOOL} ACME_KEY\r")
        shell.expect(VALUE_PROMPT)
        shell.process.send(f"{VALUE}\r")
        shell.expect("saved ACME_KEY")
        shell.expect("[y/N] ")
        shell.process.send(key)
        shell.expect("ready> ")
        assert ("ACME_KEY works: api.example.com takes it" in shell.shown) is bool(sent)
        assert VALUE not in shell.shown
    assert len(stand_in.seen) == sent
    assert dict(env_file.read_values((project.root / "tools" / TOOL / ".env").read_text())) == {"ACME_KEY": VALUE}


def test_the_prompt_offers_nothing_where_nothing_is_declared(project: Project, stand_in: StandIn) -> None:
    with Shell(project.root, **stand_in.environment) as shell:
        shell.process.send(f"{PIXIE} set-secret {TOOL} OTHER_KEY\r")
        shell.expect(VALUE_PROMPT)
        shell.process.send(f"{VALUE}\r")
        shell.expect("ready> ")
        assert "saved OTHER_KEY" in shell.shown
        assert "[y/N]" not in shell.shown
    assert stand_in.connects == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_the_box_is_ticked_and_the_answer_read(
    served: Served, stand_in: StandIn, scheme: Literal["light", "dark"]
) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_options())
        page = browser.new_page(color_scheme=scheme, viewport={"width": 420, "height": 800})
        page.goto(served.link(served.ask("ACME_KEY")))
        page.get_by_label("Value for ACME_KEY").fill(VALUE)
        page.get_by_label("send it to api.example.com (the address in tool.json)").check()
        assert Axe().run(page).violations_count == 0
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="It works").wait_for()
        assert Axe().run(page).violations_count == 0
        assert "ACME_KEY works: api.example.com takes it. login: ann." in " ".join(page.inner_text("main").split())
        browser.close()
    assert len(stand_in.seen) == 1
