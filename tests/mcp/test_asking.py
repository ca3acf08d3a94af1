"""Asking a person: every way it can end, over real stdio, in both eras, with the page used as a browser uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dotenv import dotenv_values
from tests.conftest import add_tool
from tests.mcp.client import LEGACY, MODERN, Client
from tests.person import Person
from tests.waiting import until

from pixie_secrets.layouts.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.mcp.client import Dialog
    from tests.person import Page

TOOL = "whisper-transcription"
KEY = "OPENAI_API_KEY"
VALUE = "sk-proj-7Qm4xW9tB2nL"


@pytest.fixture
def project(house: Path) -> Project:
    """The house, with nothing set."""
    (house / "tools" / TOOL / ".env").unlink(missing_ok=True)
    return Project(house)


@pytest.fixture
def client(shared: Client, project: Project) -> Client:
    assert not env(project)
    return shared


def saved(dialog: Dialog, values: dict[str, str]) -> int:
    """The call that says so, after the person did as the dialog of this era has them do."""
    if dialog.client.era == LEGACY:
        call = dialog.answer("accept")  # "open it"
        Person().save(dialog.link, values)
        return call
    Person().save(dialog.link, values)
    return dialog.answer("accept")  # "I'm done"


def env(project: Project) -> dict[str, str | None]:
    path = project.root / "tools" / TOOL / ".env"
    return dict(dotenv_values(path)) if path.exists() else {}


def test_what_the_person_saves_on_the_page_is_what_the_file_holds(client: Client, project: Project) -> None:
    dialog = client.ask(tool_id=TOOL, key=KEY)
    outcome = client.outcome(saved(dialog, {KEY: VALUE}))
    assert outcome["outcome"] == "saved"
    assert outcome["channel"] == "browser"
    assert outcome["secrets"] == [{"key": KEY, "status": "set"}]
    assert outcome["next_step"] is None
    assert env(project) == {KEY: VALUE}
    assert (project.root / "tools" / TOOL / ".env").stat().st_mode & 0o777 == 0o600


def test_saving_before_answering_the_dialog_counts(client: Client, project: Project) -> None:
    dialog = client.ask(tool_id=TOOL, key=KEY)
    Person().save(dialog.link, {KEY: VALUE})
    result = dialog.call if client.era == LEGACY else dialog.answer("accept")
    assert client.outcome(result)["outcome"] == "saved"
    assert env(project) == {KEY: VALUE}


def test_without_a_key_every_secret_that_is_not_set_is_asked_for_at_once(client: Client, project: Project) -> None:
    dialog = client.ask(tool_id=TOOL)
    call = saved(dialog, {KEY: VALUE, "WEBHOOK_URL": "https://example.org/hook?a=b"})
    assert client.outcome(call)["secrets"] == [
        {"key": KEY, "status": "set"},
        {"key": "WEBHOOK_URL", "status": "set"},
    ]
    assert env(project) == {KEY: VALUE, "WEBHOOK_URL": "https://example.org/hook?a=b"}


def test_what_was_left_empty_on_the_page_is_reported_as_not_set(client: Client, project: Project) -> None:
    dialog = client.ask(tool_id=TOOL)
    Person().save(dialog.link, {"WEBHOOK_URL": "https://example.org/hook"})
    result = dialog.call if client.era == LEGACY else dialog.answer("accept")
    outcome = client.outcome(result)
    assert outcome["outcome"] == "saved"
    assert outcome["secrets"] == [{"key": KEY, "status": "not set"}, {"key": "WEBHOOK_URL", "status": "set"}]


def test_half_of_it_saved_is_said_and_the_page_waits_for_the_rest(tmp_path: Path) -> None:
    add_tool(tmp_path, TOOL, secrets=[{"key": KEY, "required": True}, {"key": "WEBHOOK_URL"}])
    with Client(tmp_path, LEGACY, hold=0.5) as client:
        dialog = client.ask(tool_id=TOOL)
        person = Person()
        page = person.submit(person.open(dialog.link), {"WEBHOOK_URL": "https://example.org/hook"})
        half = client.outcome(dialog.answer("accept"))
        assert half["outcome"] == "pending"
        assert half["next_step"].startswith(f"1 of 2 saved, still missing: {KEY}. Tell the user it is still open")
        assert person.submit(page, {KEY: VALUE}).status == 200
        assert env(Project(tmp_path)) == {KEY: VALUE, "WEBHOOK_URL": "https://example.org/hook"}


def test_who_leaves_the_rest_is_done_and_the_agent_hears_what_is_missing(tmp_path: Path) -> None:
    add_tool(tmp_path, TOOL, secrets=[{"key": KEY, "required": True}, {"key": "WEBHOOK_URL"}])
    with Client(tmp_path, LEGACY) as client:
        dialog = client.ask(tool_id=TOOL)
        person = Person()
        page = person.submit(person.open(dialog.link), {"WEBHOOK_URL": "https://example.org/hook"})
        person.cancel(page)
        outcome = client.outcome(dialog.answer("accept"))
        assert outcome["outcome"] == "saved"
        assert outcome["next_step"].startswith(f"1 of 2 saved, still missing: {KEY}: tell the user")


def test_cancel_on_the_page_is_a_no(client: Client, project: Project) -> None:
    dialog = client.ask(tool_id=TOOL, key=KEY)
    person = Person()
    person.cancel(person.open(dialog.link))
    outcome = client.outcome(dialog.call if client.era == LEGACY else dialog.answer("accept"))
    assert outcome["outcome"] == "declined"
    assert "do not ask again" in outcome["next_step"]
    assert env(project) == {}


def test_when_everything_is_set_nobody_is_asked_and_it_says_so(client: Client, project: Project) -> None:
    (project.root / "tools" / TOOL / ".env").write_text(f"{KEY}={VALUE}\nWEBHOOK_URL=https://example.org\n")
    outcome = client.outcome(client.start("set-secret", {"tool_id": TOOL}))
    assert outcome["outcome"] is None
    assert outcome["channel"] is None
    assert "already set" in outcome["next_step"]
    assert "name a key to replace it" in outcome["next_step"]
    assert {secret["status"] for secret in outcome["secrets"]} == {"set"}


def test_a_key_that_is_set_is_asked_for_when_it_is_named(client: Client, project: Project) -> None:
    (project.root / "tools" / TOOL / ".env").write_text(f"# mine\n{KEY}=the-old-one\n")
    dialog = client.ask(tool_id=TOOL, key=KEY)
    assert client.outcome(saved(dialog, {KEY: VALUE}))["outcome"] == "saved"
    assert (project.root / "tools" / TOOL / ".env").read_text().startswith("# mine\n")
    assert env(project) == {KEY: VALUE}


def test_the_dialog_says_what_for_and_where_to_and_how_else(client: Client) -> None:
    message = client.ask(tool_id=TOOL, key=KEY).message
    assert KEY in message
    assert TOOL in message
    assert "tools/whisper-transcription/.env" in message
    assert "Decline; you are given a command" in message
    assert "token" not in message
    assert max(len(line) for line in message.splitlines()) <= 75  # Claude Code cuts longer lines off


@pytest.mark.parametrize(("action", "outcome"), [("decline", "declined"), ("cancel", "cancelled")])
def test_a_no_ends_at_once_and_closes_the_page(client: Client, project: Project, action: str, outcome: str) -> None:
    dialog = client.ask(tool_id=TOOL, key=KEY)
    page = Person()
    seen = page.open(dialog.link)

    answer = client.outcome(dialog.answer(action))
    assert answer["outcome"] == outcome
    assert answer["secrets"] == [{"key": KEY, "status": "not set"}]
    assert f"set-secret {TOOL} {KEY}" in answer["next_step"]
    assert_closed(project, page.submit(seen, {KEY: VALUE}))


def assert_closed(project: Project, page: Page) -> None:
    assert (page.status, "withdrawn" in page.html) == (410, True), page
    assert env(project) == {}


def test_an_unsaved_page_is_pending_when_the_call_has_been_held_long_enough(project: Project) -> None:
    with Client(project.root, LEGACY, hold=0.2) as client:
        dialog = client.ask(tool_id=TOOL, key=KEY)
        outcome = client.outcome(dialog.answer("accept"))
        assert outcome["outcome"] == "pending"
        assert outcome["channel"] == "browser"
        assert "list-secrets" in outcome["next_step"]

        Person().save(dialog.link, {KEY: VALUE})  # the page waits on
        [tool] = client.call("list-secrets", tool_id=TOOL)["structuredContent"]["tools"]
        assert {secret["key"]: secret["status"] for secret in tool["secrets"]}[KEY] == "set"


def test_done_with_nothing_saved_is_answered_at_once_and_the_page_can_be_opened_again(project: Project) -> None:
    with Client(project.root, MODERN, hold=10_000) as client:
        dialog = client.ask(tool_id=TOOL, key=KEY)
        outcome = client.outcome(dialog.answer("accept"))
        assert (outcome["outcome"], outcome["channel"]) == ("pending", "browser")
        assert "nothing is saved yet" in outcome["next_step"]
        assert "open it again" in outcome["next_step"]

        again = client.ask(tool_id=TOOL, key=KEY)  # the same page, by a link of its own
        person = Person()
        seen = person.open(dialog.link)
        assert client.outcome(saved(again, {KEY: VALUE}))["outcome"] == "saved"
        assert (person.submit(seen, {KEY: "another"}).status, env(project)) == (409, {KEY: VALUE})


def test_a_dialog_that_nobody_answers_does_not_hold_the_call_for_ever(project: Project) -> None:
    with Client(project.root, LEGACY, hold=0.5) as client:
        dialog = client.ask(tool_id=TOOL, key=KEY)
        assert client.outcome(dialog.call)["outcome"] == "pending"
        Person().save(dialog.link, {KEY: VALUE})  # the page waits on
        assert env(project) == {KEY: VALUE}


def test_a_second_call_for_the_same_key_joins_the_open_page(client: Client, project: Project) -> None:
    first, second = client.ask(tool_id=TOOL, key=KEY), client.ask(tool_id=TOOL, key=KEY)
    assert first.link != second.link
    Person().save(second.link, {KEY: VALUE})
    results = [dialog.answer("accept") for dialog in (first, second)]
    assert [client.outcome(result)["outcome"] for result in results] == ["saved", "saved"]
    assert env(project) == {KEY: VALUE}


def test_a_client_that_gives_up_leaves_the_page_to_the_person_and_a_later_call_joins_it(project: Project) -> None:
    with Client(project.root, LEGACY, hold=10_000) as client:
        dialog = client.ask(tool_id=TOOL, key=KEY)
        person = Person()
        seen = person.open(dialog.link)
        call = dialog.answer("accept")
        client.call("list-secrets")  # the held call has been taken up by now
        client.cancel(call)
        client.call("list-secrets")

        later = client.ask(tool_id=TOOL, key=KEY)
        joined = later.answer("accept")
        assert person.submit(seen, {KEY: VALUE}).status == 200
        assert client.outcome(joined)["outcome"] == "saved"
        assert not client.answered(call)
    assert env(project) == {KEY: VALUE}


def test_a_client_that_renews_its_patience_with_each_note_is_held_on(project: Project, tmp_path: Path) -> None:
    """opencode gives up after a minute without a note: here it is asked for ever, and told every tenth of a second."""
    opened = browser(tmp_path)
    environment = {"BROWSER": str(tmp_path / "browser")}
    call = {"tool_id": TOOL, "key": KEY}
    with Client(
        project.root, LEGACY, name="opencode", capabilities={}, note_every=0.1, environment=environment
    ) as client:
        client.call("list-secrets")  # the handshake is answered before the server is there to ask anybody
        held = client.start("set-secret", call, _meta={"progressToken": 7})
        until(lambda: len(notes(client)) >= 5)
        assert not client.answered(held)
        assert {note["progressToken"] for note in notes(client)} == {7}
        Person().save(until(opened), {KEY: VALUE})
        assert client.outcome(held)["outcome"] == "saved"


@pytest.mark.parametrize("name", ["opencode", "Cline"])
def test_a_client_that_gives_up_after_a_minute_is_answered_before_and_the_page_waits_on(
    project: Project, tmp_path: Path, name: str
) -> None:
    """Their minute is short here; how long each is really held is in `clients/` and its test."""
    opened = browser(tmp_path)
    environment = {"BROWSER": str(tmp_path / "browser")}
    with Client(
        project.root, LEGACY, name=name, capabilities={}, hold=0.3, note_every=10_000, environment=environment
    ) as client:
        held = client.start("set-secret", {"tool_id": TOOL, "key": KEY})
        outcome = client.outcome(held)
        assert (outcome["outcome"], outcome["channel"]) == ("pending", "browser")
        assert f"set-secret {TOOL} {KEY}" in outcome["next_step"]
        client.cancel(held)  # it had given up by itself
        Person().save(until(opened), {KEY: VALUE})
        listed = client.call("list-secrets")
        assert '"status": "set"' in str(listed) or "'status': 'set'" in str(listed)
    assert env(project) == {KEY: VALUE}


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_a_no_that_no_person_can_have_given_is_none_and_the_next_way_is_tried(
    project: Project, era: str, action: str, tmp_path: Path
) -> None:
    opened = browser(tmp_path)
    environment = {"BROWSER": str(tmp_path / "browser")}
    with Client(project.root, era, instant=10_000, environment=environment) as client:
        dialog = client.ask(tool_id=TOOL, key=KEY)
        call = dialog.answer(action)
        link = until(opened)
        assert link != dialog.link
        assert Person().visit(dialog.link).status == 403  # shown to nobody: it opens nothing any more
        Person().save(link, {KEY: VALUE})
        assert client.outcome(call)["outcome"] == "saved"
    assert env(project) == {KEY: VALUE}


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_with_no_other_way_a_no_of_nobody_is_the_command_and_not_a_refusal(
    project: Project, era: str, action: str
) -> None:
    with Client(project.root, era, instant=10_000) as client:
        outcome = client.outcome(client.ask(tool_id=TOOL, key=KEY).answer(action))
    assert (outcome["outcome"], outcome["channel"]) == ("pending", None)
    assert "declined" not in outcome["next_step"]
    assert f"set-secret {TOOL} {KEY}" in outcome["next_step"]


def test_a_link_is_in_no_answer_to_a_client_that_was_not_seen_to_read_one(project: Project) -> None:
    for name in (None, "somebody-new"):
        with Client(project.root, MODERN, name=name) as client:
            outcome = client.outcome(client.start("set-secret", {"tool_id": TOOL, "key": KEY}))
            assert (outcome["outcome"], outcome["channel"]) == ("pending", None)
            assert not [line for line in client.received if "token=" in line or "inputRequests" in line]


def test_copilot_falls_back_to_the_handshake_and_is_asked_there(project: Project) -> None:
    client = Client(project.root, MODERN, name="copilot-cli")
    refused = client.answer(client.request("server/discover", {}))
    assert refused["error"] == {"code": -32601, "message": "method not found"}
    client.era = LEGACY
    client.open()
    assert client.outcome(saved(client.ask(tool_id=TOOL, key=KEY), {KEY: VALUE}))["outcome"] == "saved"
    assert client.close() == 0
    assert env(project) == {KEY: VALUE}


def test_where_the_server_ends_with_the_answer_no_open_page_is_promised(project: Project) -> None:
    meta = {"x-codex-turn-metadata": {"turn_trigger": "exec"}}
    environment = {"BROWSER": "true"}  # opens, and nobody comes
    for trigger in ({}, {"_meta": meta}):
        with Client(project.root, LEGACY, name="codex-mcp-client", hold=0.2, environment=environment) as client:
            outcome = client.outcome(client.start("set-secret", {"tool_id": TOOL, "key": KEY}, **trigger))
        assert (outcome["outcome"], outcome["channel"]) == ("pending", "browser")
        assert ("still open" in outcome["next_step"]) == (not trigger)
        assert f"set-secret {TOOL} {KEY}" in outcome["next_step"]


def test_codex_is_shown_no_link_of_ours(project: Project) -> None:
    with Client(project.root, LEGACY, name="codex-mcp-client") as client:
        outcome = client.outcome(client.start("set-secret", {"tool_id": TOOL, "key": KEY}))
        assert (outcome["outcome"], outcome["channel"]) == ("pending", None)
        assert not [line for line in client.received if "elicitation" in line]


def browser(folder: Path) -> Callable[[], str]:
    """A browser that notes the first address it is given, and what that was once it came."""
    program, opened = folder / "browser", folder / "opened"
    program.write_text(
        f'#!/bin/sh\n[ -e {opened} ] || {{ printf %s "$1" > {opened}.part; mv {opened}.part {opened}; }}\n'
    )
    program.chmod(0o755)
    return lambda: opened.read_text() if opened.exists() else ""


def notes(client: Client) -> list[dict[str, Any]]:
    return [note["params"] for note in client.notifications if note["method"] == "notifications/progress"]


@pytest.mark.parametrize("capabilities", [{}, {"elicitation": {}}, {"elicitation": {"form": {}}}])
def test_a_client_that_cannot_show_links_gets_the_command_at_once(
    project: Project, era: str, capabilities: dict[str, object]
) -> None:
    with Client(project.root, era, capabilities=capabilities) as client:
        outcome = client.outcome(client.start("set-secret", {"tool_id": TOOL, "key": KEY}))
    assert outcome["outcome"] == "pending"
    assert outcome["channel"] is None
    assert f"--project {project.root} set-secret {TOOL} {KEY}" in outcome["next_step"]


def test_on_a_desktop_a_client_that_cannot_show_links_gets_the_page_opened(
    project: Project, era: str, tmp_path: Path
) -> None:
    opened = browser(tmp_path)
    environment = {"BROWSER": str(tmp_path / "browser")}
    with Client(project.root, era, capabilities={}, environment=environment) as client:
        call = client.start("set-secret", {"tool_id": TOOL, "key": KEY}, _meta={"progressToken": "p"})
        link = until(opened)
        assert f"set-secret {TOOL} {KEY}" in until(lambda: notes(client))[0]["message"]
        Person().save(link, {KEY: VALUE})
        outcome = client.outcome(call)
    assert (outcome["outcome"], outcome["channel"]) == ("saved", "browser")
    assert env(project) == {KEY: VALUE}


def test_the_override_wins_over_what_the_client_can_do(project: Project, era: str) -> None:
    with Client(project.root, era, environment={"PIXIE_SECRETS_CHANNEL": "none"}) as client:
        outcome = client.outcome(client.start("set-secret", {"tool_id": TOOL, "key": KEY}))
    assert (outcome["outcome"], outcome["channel"]) == ("pending", None)


def test_an_override_that_names_nothing_is_refused(project: Project, era: str) -> None:
    with Client(project.root, era, environment={"PIXIE_SECRETS_CHANNEL": "smoke"}) as client:
        assert "PIXIE_SECRETS_CHANNEL" in client.refusal(client.start("set-secret", {"tool_id": TOOL, "key": KEY}))


def test_a_client_that_fails_to_show_the_link_is_not_asked_twice(project: Project) -> None:
    with Client(project.root, LEGACY) as client:
        dialog = client.ask(tool_id=TOOL, key=KEY)
        client.send({"id": dialog.reply, "error": {"code": -32601, "message": f"cannot show {dialog.link}"}})
        outcome = client.outcome(dialog.call)
        assert (outcome["outcome"], outcome["channel"]) == ("pending", None)
    assert dialog.link.encode() not in client.errors


def test_the_waiting_dialog_is_closed_once_it_is_saved(project: Project) -> None:
    with Client(project.root, LEGACY) as client:
        dialog = client.ask(tool_id=TOOL, key=KEY)
        call = dialog.answer("accept")
        Person().save(dialog.link, {KEY: VALUE})
        client.outcome(call)
        done = until(
            lambda: [note for note in client.notifications if note["method"] == "notifications/elicitation/complete"]
        )
    request = next(line for line in client.received if '"elicitation/create"' in line)
    assert done[0]["params"]["elicitationId"] in request


@pytest.mark.parametrize("state", ["v1.made-up", "", "x" * 100_000])
def test_an_answer_to_a_page_that_is_gone_is_expired(project: Project, state: str) -> None:
    with Client(project.root, MODERN) as client:
        responses = {"page": {"action": "accept"}}
        call = client.start("set-secret", {"tool_id": TOOL, "key": KEY}, requestState=state, inputResponses=responses)
        outcome = client.outcome(call)
    assert outcome["outcome"] == "expired"
    assert f"set-secret {TOOL} {KEY}" in outcome["next_step"]


def test_the_state_of_one_question_does_not_answer_another(project: Project) -> None:
    with Client(project.root, MODERN) as client:
        dialog = client.ask(tool_id=TOOL, key=KEY)
        dialog.reply = ("set-secret", {"tool_id": TOOL, "key": "WEBHOOK_URL"})
        assert client.outcome(dialog.answer("accept"))["outcome"] == "expired"


def test_when_the_client_leaves_the_page_goes_and_the_process_ends(project: Project, era: str) -> None:
    client = Client(project.root, era)
    client.open()
    dialog = client.ask(tool_id=TOOL, key=KEY)
    page = Person()
    seen = page.open(dialog.link)
    dialog.answer("accept")
    client.call("list-secrets")
    assert client.close(timeout=60) == 0
    with pytest.raises(OSError, match=r"refused|reset"):
        page.submit(seen, {KEY: VALUE})
    assert env(project) == {}


def test_a_signal_withdraws_the_page_and_ends_the_process(project: Project, era: str) -> None:
    client = Client(project.root, era)
    client.open()
    dialog = client.ask(tool_id=TOOL, key=KEY)
    dialog.answer("accept")
    client.call("list-secrets")
    client.process.terminate()
    assert client.process.wait(5) == -15
    client.close()
    assert env(project) == {}


def test_a_refused_value_is_asked_for_again_on_the_page(client: Client, project: Project) -> None:
    dialog = client.ask(tool_id=TOOL, key=KEY)
    person = Person()
    refused = person.submit(person.open(dialog.link), {KEY: f"{KEY}={VALUE}"})
    assert refused.status >= 400
    assert VALUE not in refused.html
    assert env(project) == {}
    person.submit(refused, {KEY: VALUE})
    assert client.outcome(dialog.answer("accept"))["outcome"] == "saved"
    assert env(project) == {KEY: VALUE}


def test_calls_are_answered_while_another_is_held(project: Project) -> None:
    with Client(project.root, LEGACY) as client:
        held = client.ask(tool_id=TOOL, key=KEY).answer("accept")
        answers = [client.call("list-secrets")["structuredContent"] for _ in range(3)]
        assert all(answer == answers[0] for answer in answers)
        assert not client.answered(held)
