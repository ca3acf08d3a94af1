"""What a person types is what is stored, all of it or none, and it comes back from nowhere."""

from __future__ import annotations

import logging
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from tests.channels.pages import HOME, Answer, Served, serving, target_of, tree, visitor
from tests.conftest import add_tool
from tests.waiting import until

from pixie_secrets import env_file
from pixie_secrets.audit.project_file import record_names
from pixie_secrets.channels.channel import Outcome
from pixie_secrets.channels.page import elicitation as elicitation_module
from pixie_secrets.channels.page.form import PART_BYTES_MAX
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.operations.set_secret import set_secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.channels.page.elicitation import Elicitation
    from pixie_secrets.layouts.project import Project

VALUE = "sk-proj-Zr4yTq9LmW"
PEM = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\nByqGSM49AgEG\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def served(project: Project) -> Iterator[Served]:
    with serving(project) as served:
        yield served


def stored(served: Served) -> dict[str, str]:
    return env_file.read_values(served.env().read_bytes().decode())


def fill(served: Served, elicitation: Elicitation, fields: dict[str, str | bytes]) -> Answer:
    link = served.link(elicitation)
    someone = visitor(link)
    return someone.save(someone.enter(link), fields)


def test_what_is_typed_is_stored_for_the_owner_only(served: Served) -> None:
    elicitation = served.ask()
    answer = fill(served, elicitation, {"line.OPENAI_API_KEY": VALUE, "line.WEBHOOK_URL": "https://example.test/hook"})
    assert (answer.status, answer.heading) == (200, "Saved")
    assert "You can close this tab and return to your agent." in answer.html
    assert stored(served) == {"OPENAI_API_KEY": VALUE, "WEBHOOK_URL": "https://example.test/hook"}
    assert stat.S_IMODE(served.env().stat().st_mode) == 0o600
    ending = served.ending(elicitation)
    assert ending
    assert ending.outcome is Outcome.SAVED
    assert ending.saved
    assert [secret.key for secret in ending.saved.secrets] == ["OPENAI_API_KEY", "WEBHOOK_URL"]
    assert VALUE not in repr(ending)


def test_a_field_left_empty_stays_as_it_was(served: Served) -> None:
    served.env().write_text("WEBHOOK_URL=https://old.test\n")
    answer = fill(served, served.ask("OPENAI_API_KEY", "WEBHOOK_URL"), {"line.OPENAI_API_KEY": VALUE})
    assert "left as it was" in answer.html
    assert stored(served) == {"OPENAI_API_KEY": VALUE, "WEBHOOK_URL": "https://old.test"}


def test_one_refused_value_saves_none_and_the_page_can_be_sent_again(served: Served, project: Project) -> None:
    before = tree(project)
    link = served.link(elicitation := served.ask())
    someone = visitor(link)
    page = someone.enter(link)
    answer = someone.save(page, {"line.OPENAI_API_KEY": VALUE, "line.WEBHOOK_URL": "WEBHOOK_URL=https://x.test"})
    assert answer.status == 422
    assert "Nothing was saved" in answer.html
    assert 'aria-describedby="about-WEBHOOK_URL problem-WEBHOOK_URL" aria-invalid="true"' in answer.html
    assert 'id="problem-OPENAI_API_KEY" class="problem"></div>' in answer.html
    assert VALUE not in answer.html
    assert "x.test" not in answer.html
    assert tree(project) == before
    assert served.ending(elicitation, 0) is None
    assert someone.save(answer, {"line.OPENAI_API_KEY": VALUE}).heading == "Saved"


def test_an_empty_form_says_so(served: Served, project: Project) -> None:
    before = tree(project)
    answer = fill(served, served.ask(), {"line.OPENAI_API_KEY": "", "block.WEBHOOK_URL": ""})
    assert answer.status == 422
    assert "Every field was empty" in answer.html
    assert tree(project) == before


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"block.OPENAI_API_KEY": PEM.replace("\n", "\r\n")}, PEM),  # browsers submit text areas so
        ({"file.OPENAI_API_KEY": PEM.encode()}, PEM),
        ({"file.OPENAI_API_KEY": b"two\r\nlines\r\n"}, "two\r\nlines\r\n"),
        ({"line.OPENAI_API_KEY": "  pass ${HOME} \"it's\" 'ütf' \\n #x  "}, "  pass ${HOME} \"it's\" 'ütf' \\n #x  "),
        ({"line.OPENAI_API_KEY": "-----BEGIN KEY-----\\nMIGH\\n"}, "-----BEGIN KEY-----\\nMIGH\\n"),
    ],
)
def test_every_way_keeps_the_value_exactly(served: Served, fields: dict[str, str | bytes], kept: str) -> None:
    assert fill(served, served.ask("OPENAI_API_KEY"), fields).heading == "Saved"
    assert stored(served)["OPENAI_API_KEY"] == kept


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"line.OPENAI_API_KEY": PEM.replace("\n", "")}, "has lost its line breaks"),
        ({"file.OPENAI_API_KEY": b"\xff\xfe\x00k"}, "is not UTF-8 text"),
        ({"file.OPENAI_API_KEY": b""}, "is empty"),
        ({"line.OPENAI_API_KEY": VALUE, "file.OPENAI_API_KEY": b"other"}, "in more than one way"),
        ({"line.OPENAI_API_KEY": "nul\0nul"}, "NUL"),
        ({"file.OPENAI_API_KEY": b"k" * 128 * 1024}, "too large"),
        ({"line.OPENAI_API_KEY": VALUE, "line.PATH": "/evil"}, None),
    ],
)
def test_what_cannot_be_the_value_is_refused_at_its_field(
    served: Served, project: Project, fields: dict[str, str | bytes], says: str | None
) -> None:
    before = tree(project)
    answer = fill(served, served.ask("OPENAI_API_KEY"), fields)
    if says is None:  # a field the page does not have
        assert stored(served) == {"OPENAI_API_KEY": VALUE}
        return
    assert answer.status == 422
    problem = answer.html.partition('id="problem-OPENAI_API_KEY" class="problem">')[2].partition("</div>")[0]
    assert says in problem
    assert tree(project) == before


def test_lost_line_breaks_open_the_field_that_keeps_them(served: Served) -> None:
    answer = fill(served, served.ask("OPENAI_API_KEY"), {"line.OPENAI_API_KEY": PEM.replace("\n", "")})
    assert '<details class="more" open>' in answer.html


def test_the_same_form_again_changes_nothing(served: Served) -> None:
    link = served.link(served.ask("OPENAI_API_KEY"))
    someone = visitor(link)
    page = someone.enter(link)
    assert someone.save(page, {"line.OPENAI_API_KEY": VALUE}).heading == "Saved"
    before = tree(served.project)
    again = someone.save(page, {"line.OPENAI_API_KEY": "another value"})
    assert (again.status, again.heading) == (409, "Already saved")
    assert tree(served.project) == before
    assert someone.get(HOME).heading == "Saved"


@pytest.mark.parametrize("browsers", [1, 2])
def test_two_saves_at_once_are_one(served: Served, monkeypatch: pytest.MonkeyPatch, browsers: int) -> None:
    elicitation = served.ask("OPENAI_API_KEY")
    writes, both, store = [], threading.Event(), set_secret

    def slow_store(project: Project, request: object, *more: object) -> object:
        writes.append(request)
        both.wait(10)
        return store(project, request, *more)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(elicitation_module, "set_secret", slow_store)
    links = [served.link(elicitation) for _ in range(browsers)]
    people = [(someone := visitor(link), someone.enter(link)) for link in links] * (3 - browsers)
    answers: list[Answer] = []

    def save(number: int) -> None:
        someone, page = people[number]
        answers.append(someone.save(page, {"line.OPENAI_API_KEY": f"value of person {number}"}))

    threads = [threading.Thread(target=save, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    until(lambda: writes)
    both.set()
    for thread in threads:
        thread.join()
    assert len(writes) == 1
    assert sorted(answer.heading for answer in answers) == ["Already saved", "Saved"]


def test_a_replaced_value_leaves_no_trace(served: Served) -> None:
    served.env().write_text("# mine\nOPENAI_API_KEY=the-old-one\nOTHER=x\n")
    link = served.link(served.ask("OPENAI_API_KEY"))
    someone = visitor(link)
    page = someone.enter(link)
    assert "the-old-one" not in page.html
    assert "Replace" in page.html
    assert someone.save(page, {"line.OPENAI_API_KEY": VALUE}).heading == "Saved"
    assert served.env().read_text() == f"# mine\nOPENAI_API_KEY={VALUE}\nOTHER=x\n"


def test_warnings_are_on_the_saved_page(git_project: Project) -> None:
    with serving(git_project) as served:
        answer = fill(served, served.ask("OPENAI_API_KEY"), {"line.OPENAI_API_KEY": "abc"})
    assert answer.html.count('class="message warn" role="alert"') == 1
    assert "cannot be masked" in answer.html
    assert "<code>/*/.env</code> was added to tools/.gitignore" in answer.html


def test_a_person_sees_before_they_type_that_git_tracks_the_file(git_project: Project) -> None:
    with serving(git_project) as served:
        served.env().write_text("OLD=x\n")
        subprocess.run(["git", "-C", str(git_project.root), "add", "--force", str(served.env())], check=True)
        link = served.link(served.ask("OPENAI_API_KEY"))
        page = visitor(link).enter(link)
    assert "Before you save" in page.html
    assert "is tracked by git: commits carry its values" in page.html
    assert '<button class="primary">Save all the same</button>' in page.html


def test_a_refused_file_is_said_and_the_form_stays(served: Served, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("")
    link = served.link(served.ask("OPENAI_API_KEY"))
    someone = visitor(link)
    page = someone.enter(link)
    served.env().symlink_to(elsewhere)
    answer = someone.save(page, {"line.OPENAI_API_KEY": VALUE})
    assert answer.status == 409
    assert "Nothing was changed" in answer.html
    assert elsewhere.read_text() == ""
    served.env().unlink()
    assert someone.save(page, {"line.OPENAI_API_KEY": VALUE}).heading == "Saved"


def test_markup_in_a_manifest_is_text(served: Served, project: Project) -> None:
    secrets = [{"key": "A_KEY", "description": "<script>alert(1)</script>"}]
    add_tool(project.root, "hostile", name="<img src=x onerror=alert(1)>", secrets=secrets)
    link = served.link(served.ask(tool_id="hostile"))
    page = visitor(link).enter(link)
    assert "<script>alert" not in page.html
    assert "<img" not in page.html
    assert "&lt;script&gt;" in page.html


_written: list[str] | None = None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or isinstance(arguments[0], int):  # an int is a pipe, such as git is asked through
        return
    if _written is not None and isinstance(flags := arguments[2], int) and flags & 0o103:
        _written.append(str(arguments[0]))


def test_a_value_touches_no_file_but_its_own(served: Served) -> None:
    """The audit hook sees every file this process opens for writing or creates; 0o103 is O_WRONLY, O_RDWR, O_CREAT."""
    global _written  # noqa: PLW0603  an audit hook cannot be removed, only told to stop looking
    sys.addaudithook(_watch)
    link = served.link(served.ask())
    someone = visitor(link)
    page = someone.enter(link)
    large = b"k" * 127 * 1024
    _written = []
    try:
        answer = someone.save(page, {"file.OPENAI_API_KEY": large, "file.WEBHOOK_URL": large})
    finally:
        written, _written = _written, None
    assert answer.heading == "Saved"
    assert any(".env" in path for path in written)
    folder = str(served.env().parent)
    record = record_names(str(served.project.root)).by_path
    assert [path for path in written if not path.startswith((folder, ".env", "/dev/null", record))] == []


def test_nothing_of_it_is_printed_or_logged(
    served: Served, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    handlers = list(logging.getLogger().handlers)
    link = served.link(served.ask("OPENAI_API_KEY"))
    someone = visitor(link)
    page = someone.enter(link)
    someone.get("/nothing", {"Host": "evil.example"})
    someone.save(page, {"line.OPENAI_API_KEY": "KEY"})
    someone.save(page, {"line.OPENAI_API_KEY": VALUE})
    assert capfd.readouterr() == ("", "")
    token = target_of(link).partition("token=")[2]
    logged = "\n".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    for secret in (token, VALUE, *someone.cookies.values(), page.hidden("token")):
        assert secret not in logged
    assert logging.getLogger().handlers == handlers


def test_what_fails_inside_is_an_internal_error_outside(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    link = served.link(served.ask("OPENAI_API_KEY"))
    someone = visitor(link)
    page = someone.enter(link)
    monkeypatch.setattr(elicitation_module, "set_secret", fail)
    answer = someone.save(page, {"line.OPENAI_API_KEY": VALUE})
    assert (answer.status, answer.heading) == (500, "Internal error")
    assert "fire" not in answer.html
    until(lambda: "on fire" in caplog.text)  # logged once the answer is out
    assert VALUE not in caplog.text


def test_the_largest_form_there_can_be_is_taken(served: Served, project: Project) -> None:
    keys = [f"KEY_{n}" for n in range(12)]
    add_tool(project.root, "many", secrets=[{"key": key} for key in keys])
    link = served.link(served.ask(tool_id="many"))
    someone = visitor(link)
    page = someone.enter(link)
    value = b"k" * (128 * 1024 - 100)
    assert len(value) < PART_BYTES_MAX
    assert someone.save(page, {f"file.{key}": value for key in keys}).heading == "Saved"
    listed = list_secrets(Context(served.host.project()), ListSecretsRequest(tool_id="many")).tools[0]
    assert {secret.status for secret in listed.secrets} == {"set"}
