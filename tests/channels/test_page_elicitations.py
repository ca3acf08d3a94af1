"""When the page is there: opened by a question, joined by the same one, and gone when nothing is open."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from tests.channels.pages import HOME, WHISPER, Served, serving, target_of, tree, visitor
from tests.conftest import add_tool
from tests.waiting import until

from pixie_secrets.channels.channel import Outcome
from pixie_secrets.channels.page import elicitation as elicitation_module
from pixie_secrets.channels.page import question as question_module
from pixie_secrets.channels.page.host import PageHost
from pixie_secrets.errors import ChannelClosed, KeyRefused, PixieError, UnknownTool
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.set_secret import SetSecretRequest, set_secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VALUE = "sk-proj-Zr4yTq9LmW"


@pytest.fixture
def served(project: Project) -> Iterator[Served]:
    with serving(project) as served:
        yield served


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_nothing_listens_before_a_question(served: Served) -> None:
    assert served.host._server is None


def test_the_same_question_is_the_same_offer_with_a_fresh_link(served: Served) -> None:
    first = served.ask()
    links = [served.link(first)]
    served.clock.now += 500
    second = served.ask("OPENAI_API_KEY", "WEBHOOK_URL")
    assert second is first
    links.append(served.link(second))
    assert links[0] != links[1]
    served.clock.now += 500  # past the first link's ten minutes, within the second's
    assert visitor(links[0]).get(target_of(links[0])).heading == "This link has expired"
    assert visitor(links[1]).enter(links[1]).heading == "Whisper transcription"


def test_another_question_is_another_offer(served: Served) -> None:
    one, other = served.ask("OPENAI_API_KEY"), served.ask("WEBHOOK_URL")
    assert one is not other
    link = served.link(one)
    someone = visitor(link)
    page_of_one = someone.enter(link)
    page_of_other = someone.enter(served.link(other))
    assert "WEBHOOK_URL" in page_of_other.html
    assert someone.save(page_of_one, {"line.OPENAI_API_KEY": VALUE}).heading == "Saved"
    assert someone.save(page_of_other, {"line.WEBHOOK_URL": "https://x.test/"}).heading == "Saved"


def test_asking_again_for_a_part_joins_the_page_that_asks_for_all(served: Served) -> None:
    everything = served.ask()
    assert served.ask("WEBHOOK_URL") is everything
    link = served.link(everything)
    someone = visitor(link)
    assert "1 of 2 saved" in someone.save(someone.enter(link), {"line.WEBHOOK_URL": "https://x.test/"}).html


def test_a_save_without_something_required_keeps_the_page_open(served: Served) -> None:
    link = served.link(elicitation := served.ask())
    someone = visitor(link)
    page = someone.save(someone.enter(link), {"line.WEBHOOK_URL": "https://x.test/"})
    assert 'Still missing: <a href="#line-OPENAI_API_KEY">' in page.html
    assert served.ending(elicitation, 0) is None
    assert served.ask() is elicitation, "asking again joins what is left of it"
    assert someone.save(page, {"line.OPENAI_API_KEY": "sk-Zr4yTq9LmWq7"}).heading == "Saved"
    ending = served.ending(elicitation)
    assert ending
    assert ending.saved
    assert {secret.key for secret in ending.saved.secrets} == {"WEBHOOK_URL", "OPENAI_API_KEY"}


@pytest.mark.parametrize("end", ["decline", "withdraw", "expire"])
def test_what_was_saved_before_the_end_is_said(served: Served, end: str) -> None:
    link = served.link(elicitation := served.ask())
    someone = visitor(link)
    someone.save(someone.enter(link), {"line.WEBHOOK_URL": "https://x.test/"})
    if end == "expire":
        served.clock.now += 601
    else:
        served.portal.call(getattr(elicitation, end))
    ending = served.ending(elicitation)
    assert ending
    assert ending.outcome is Outcome.SAVED
    assert ending.saved
    assert [secret.key for secret in ending.saved.secrets] == ["WEBHOOK_URL"]


def test_a_required_secret_that_was_set_elsewhere_meanwhile_is_not_waited_for(served: Served) -> None:
    link = served.link(elicitation := served.ask())
    someone = visitor(link)
    page = someone.enter(link)
    served.env().write_text("OPENAI_API_KEY=sk-Zr4yTq9LmWq7\n")
    assert someone.save(page, {"line.WEBHOOK_URL": "https://x.test/"}).heading == "Saved"
    assert served.ending(elicitation)


def test_cancel_is_a_no_that_writes_nothing(served: Served, project: Project) -> None:
    before = tree(project)
    link = served.link(elicitation := served.ask())
    someone = visitor(link)
    page = someone.enter(link)
    [action, token] = re.findall(r'action="([^"]*/cancel[^"]*)".*?name="token" value="([^"]*)"', page.html, re.DOTALL)[
        0
    ]
    assert someone.post(action, {"token": page.hidden("token")}).heading == "This form is out of date"
    assert served.ending(elicitation, 0) is None, "a token of another form cancels nothing"
    assert someone.post(action, {"token": token}).status == 303
    ending = served.ending(elicitation)
    assert ending
    assert ending.outcome is Outcome.DECLINED
    assert someone.get(HOME).heading == "Cancelled"
    assert someone.save(page, {"line.OPENAI_API_KEY": "sk-Zr4yTq9LmWq7"}).heading == "Cancelled"
    assert tree(project) == before


def test_settings_have_nothing_to_cancel(served: Served) -> None:
    link = served.settings("whisper-transcription")
    page = visitor(link).enter(link)
    assert "/cancel" not in page.html


def test_asking_for_more_replaces_the_page_that_asks_for_a_part(served: Served) -> None:
    part = served.ask("WEBHOOK_URL")
    link = served.link(part)
    someone = visitor(link)
    page = someone.enter(link)
    everything = served.ask()
    assert everything is not part
    assert someone.save(page, {"line.WEBHOOK_URL": "https://x.test/"}).status == 410


def test_an_offer_that_was_withdrawn_is_not_joined(served: Served) -> None:
    first = served.ask()
    served.portal.call(first.withdraw)
    assert served.ask() is not first


def test_waiting_ends_with_what_happened(served: Served) -> None:
    elicitation = served.ask()
    assert served.ending(elicitation, 0.01) is None
    served.portal.call(elicitation.withdraw)
    ending = served.ending(elicitation)
    assert ending
    assert ending.outcome is Outcome.CANCELLED
    expired = served.ask("WEBHOOK_URL")
    served.clock.now += 600
    ending = served.ending(expired)
    assert ending
    assert ending.outcome is Outcome.EXPIRED
    with pytest.raises(ChannelClosed):
        served.link(expired)


def test_an_offer_nobody_looks_at_expires_by_itself(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_module, "OPEN_SECONDS", 0.05)
    with serving(project) as served:
        ending = served.ending(served.ask(), 10)
    assert ending
    assert ending.outcome is Outcome.EXPIRED


def test_a_write_under_way_when_it_is_withdrawn_decides(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    started, go_on, store = threading.Event(), threading.Event(), set_secret

    def slow_store(*given: object) -> object:
        started.set()
        go_on.wait(10)
        return store(*given)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(elicitation_module, "set_secret", slow_store)
    link = served.link(elicitation := served.ask("OPENAI_API_KEY"))
    someone = visitor(link)
    page = someone.enter(link)
    saving = threading.Thread(target=someone.save, args=(page, {"line.OPENAI_API_KEY": VALUE}))
    saving.start()
    assert started.wait(10)
    served.portal.call(elicitation.withdraw)
    go_on.set()
    saving.join()
    ending = served.ending(elicitation)
    assert ending
    assert ending.outcome is Outcome.SAVED
    assert served.env().exists()


def test_what_cannot_be_asked_opens_nothing(served: Served) -> None:
    for keys, tool_id, error in [((), "nothing", UnknownTool), (("TYPO",), WHISPER, KeyRefused)]:
        with pytest.raises(error):
            served.ask(*keys, tool_id=tool_id)
    served.env().write_text("OPENAI_API_KEY=x\nWEBHOOK_URL=y\n")
    with pytest.raises(PixieError, match="every declared secret"):
        served.ask()
    assert served.host._server is None


def test_the_port_closes_a_while_after_the_last_offer(project: Project) -> None:
    with serving(project, linger=0.01) as served:
        first = served.ask("OPENAI_API_KEY")
        port = visitor(served.link(first)).port
        second = served.ask("WEBHOOK_URL")
        served.portal.call(first.withdraw)
        assert listening(port)
        served.portal.call(second.withdraw)
        until(lambda: not listening(port))
        link = served.link(served.ask("OPENAI_API_KEY"))
        assert visitor(link).enter(link).status == 200


def test_a_page_that_was_saved_can_still_be_seen_for_a_while(served: Served) -> None:
    link = served.link(elicitation := served.ask("OPENAI_API_KEY"))
    someone = visitor(link)
    someone.save(someone.enter(link), {"line.OPENAI_API_KEY": VALUE})
    assert served.ending(elicitation)
    assert someone.get(HOME).heading == "Saved"


def test_closing_waits_for_the_browser_that_just_saved(project: Project) -> None:
    with serving(project) as served:
        link = served.link(elicitation := served.ask("OPENAI_API_KEY"))
        someone = visitor(link)
        page = someone.enter(link)
        answer = someone.post(page.action, {"token": page.hidden("token"), "line.OPENAI_API_KEY": VALUE})
        assert served.ending(elicitation)
        closing = served.portal.start_task_soon(served.host.close)
        assert someone.get(answer.headers["Location"]).heading == "Saved"
        closing.result(10)
        assert not listening(someone.port)


def test_closing_withdraws_what_is_open(project: Project) -> None:
    with serving(project) as served:
        elicitation = served.ask()
        port = visitor(served.link(elicitation)).port
        served.portal.call(served.host.close)
        ending = served.ending(elicitation)
        assert ending
        assert ending.outcome is Outcome.CANCELLED
        assert not listening(port)


def test_the_page_is_a_guest_and_leaves_signals_alone(project: Project) -> None:
    async def visit() -> None:
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        host = PageHost(project)
        await host.open(SetSecretRequest(tool_id=WHISPER))
        await asyncio.sleep(0)  # the server's task has begun
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
        await host.close()

    asyncio.run(visit())


def test_the_settings_list_every_tool_and_what_is_missing(served: Served, project: Project) -> None:
    add_tool(project.root, "plain")
    served.env().write_text("WEBHOOK_URL=https://x.test\n")
    broken = project.root / "tools" / "broken"
    broken.mkdir()
    (broken / "tool.json").write_text('{"id": ')
    link = served.settings()
    page = visitor(link).enter(link)
    assert page.heading == "Tools"
    assert "1 of 2 set" in page.html
    assert "required value missing" in page.html
    assert "no secrets" in page.html
    assert "tools/broken/tool.json:1:" in page.html
    assert "x.test" not in page.html


def test_a_project_whose_only_tool_is_broken_is_not_called_empty(served: Served, project: Project) -> None:
    (project.root / "tools" / WHISPER / "tool.json").write_text('{"id": ')
    link = served.settings()
    page = visitor(link).enter(link)
    assert "no tools or apps yet" not in page.html
    assert "What cannot be shown" in page.html


def test_settings_can_be_used_again_and_again(served: Served) -> None:
    link = served.settings()
    someone = visitor(link)
    someone.enter(link)
    for value in (VALUE, "another-value"):
        page = someone.get(HOME)
        saved = someone.save(page, {"line.OPENAI_API_KEY": value})
        assert "is now set in" in " ".join(saved.html.split()).replace("are now", "is now")
        assert value in served.env().read_text()
        assert value not in saved.html
    assert "Saved</h2>" not in someone.get(HOME).html  # said once


def test_removing_asks_first(served: Served, project: Project) -> None:
    served.env().write_text(f"OPENAI_API_KEY={VALUE}\nKEPT=1\n")
    link = served.settings(WHISPER)
    someone = visitor(link)
    someone.enter(link)
    before = tree(project)
    confirm = someone.get(f"{HOME}/remove?key=OPENAI_API_KEY")
    assert confirm.heading == "Remove OPENAI_API_KEY?"
    forged = someone.post(confirm.action, {"token": confirm.hidden("token"), "key": "KEPT"})
    assert forged.status == 403
    assert tree(project) == before
    removed = someone.save(confirm, {"key": "OPENAI_API_KEY"})
    assert "is no longer set" in removed.html
    assert served.env().read_text() == "KEPT=1\n"
    assert someone.get(f"{HOME}/remove?key=OPENAI_API_KEY").status == 303


def test_the_settings_of_one_tool_are_not_those_of_all(served: Served) -> None:
    link = served.settings(WHISPER)
    someone = visitor(link)
    assert "Overview" not in someone.enter(link).html
    assert someone.get("/").status == 403


def test_a_manifest_that_breaks_meanwhile_is_said(served: Served, project: Project) -> None:
    link = served.link(served.ask())
    someone = visitor(link)
    someone.enter(link)
    (project.root / "tools" / WHISPER / "tool.json").write_text("{")
    answer = someone.get(HOME)
    assert (answer.status, answer.heading) == (409, "This cannot be shown")
    assert "tool.json:1:" in answer.html


def test_a_project_whose_path_is_no_text_has_pages(tmp_path: Path) -> None:
    root = tmp_path / os.fsdecode(b"caf\xe9")
    add_tool(root, WHISPER, secrets=[{"key": "OPENAI_API_KEY"}])
    with serving(Project(root)) as served:
        for link in (served.link(served.ask("OPENAI_API_KEY")), served.settings()):
            page = visitor(link).enter(link)
            assert (page.status, "caf?" in page.html) == (200, True)
