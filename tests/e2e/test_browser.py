"""The page in a real Chromium: everything a person does there, and everything others try."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.channels.pages import HOME, Served, serving, target_of, tree
from tests.conftest import add_tool
from tests.e2e.browsers import another_site, chromium_options, heading
from tests.evidence import Evidence

from pixie_secrets import env_file
from pixie_secrets.audit import record
from pixie_secrets.layouts.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

pytestmark = pytest.mark.browser

VALUE = "sk-proj-Zr4yTq9LmW"
PEM = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\nByqGSM49AgEG\n-----END PRIVATE KEY-----\n"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(**chromium_options("--host-resolver-rules=MAP rebound.example 127.0.0.1"))
    yield browser
    browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def served(project: Project) -> Iterator[Served]:
    with serving(project) as served:
        yield served


def stored(served: Served) -> dict[str, str]:
    return env_file.read_values(served.env().read_bytes().decode())


def enter(page: Page, link: str) -> None:
    """Open a link and be taken on to its page."""
    page.goto(link)
    page.wait_for_url(lambda url: "/open" not in url)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def test_a_secret_is_set(page: Page, served: Served) -> None:
    link = served.link(served.ask("OPENAI_API_KEY"))
    enter(page, link)
    assert page.url == f"http://127.0.0.1:{urlsplit(link).port}{HOME}"
    expect(page.get_by_label("Value for OPENAI_API_KEY")).to_be_focused()
    page.keyboard.insert_text(VALUE)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Saved")
    assert page.locator(".pill").inner_text() == "set"
    assert stored(served) == {"OPENAI_API_KEY": VALUE}
    assert stat.S_IMODE(served.env().stat().st_mode) == 0o600


def test_after_saving_the_browser_holds_nothing(playwright: Playwright, served: Served, tmp_path: Path) -> None:
    link = served.link(served.ask("OPENAI_API_KEY"))
    context = playwright.chromium.launch_persistent_context(tmp_path / "profile", **chromium_options())
    page = context.pages[0]
    enter(page, link)
    page.get_by_label("Value for OPENAI_API_KEY").fill(VALUE)
    save(page)
    expect(page.locator("h1")).to_have_text("Saved")
    evidence = Evidence()
    evidence.add("DOM", page.content())
    evidence.add("address", page.url)
    evidence.add("state", page.evaluate("JSON.stringify([localStorage, sessionStorage, history.state, name])"))
    evidence.add("cookies", str(context.cookies()))
    assert page.evaluate("document.cookie") == ""
    page.go_back()
    evidence.add("DOM after going back", page.content())
    evidence.add("fields", str([box.input_value() for box in page.locator("input, textarea").all()]))
    context.close()
    evidence.add_tree(tmp_path / "profile")
    evidence.assert_nowhere(VALUE)


def test_a_link_on_another_site_opens_the_page(page: Page, served: Served) -> None:
    """`SameSite=Strict` alone would lose the cookie here: the journey began on another site."""
    sites: list[str | None] = []
    page.on("request", lambda request: sites.append(request.all_headers().get("sec-fetch-site")))
    link = served.link(served.ask("OPENAI_API_KEY"))
    with another_site(f'<a href="{link}">open</a>') as elsewhere:
        page.goto(elsewhere)
        page.get_by_text("open").click()
        page.wait_for_url(f"**{HOME}")
    assert heading(page) == "Whisper transcription"
    assert "cross-site" in sites


def test_going_back_does_not_use_the_link_again(page: Page, served: Served) -> None:
    page.goto("about:blank")
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    page.go_back()
    assert page.url == "about:blank"


def test_a_set_value_is_replaced_behind_its_button(page: Page, served: Served) -> None:
    served.env().write_text("OPENAI_API_KEY=the-old-one\n")
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    box = page.get_by_label("New value for OPENAI_API_KEY")
    expect(box).to_be_hidden()
    page.get_by_text("Replace OPENAI_API_KEY").click()
    expect(box).to_be_focused()
    assert box.input_value() == ""
    box.fill(VALUE)
    save(page)
    expect(page.locator("h1")).to_have_text("Saved")
    assert stored(served) == {"OPENAI_API_KEY": VALUE}


def test_a_refused_value_is_said_where_it_is_and_can_be_corrected(page: Page, served: Served) -> None:
    enter(page, served.link(served.ask()))
    page.get_by_label("Value for OPENAI_API_KEY").fill(f"OPENAI_API_KEY={VALUE}")
    page.get_by_label("Value for WEBHOOK_URL").fill("https://example.test/")
    save(page)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    box = page.get_by_label("Value for OPENAI_API_KEY")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description(re.compile("line of a .env"))
    typed = [field.input_value() for field in page.locator("input[type=password]").all()]
    assert typed == [f"OPENAI_API_KEY={VALUE}", "https://example.test/"], "nothing typed is lost"
    assert "type them once more" not in page.inner_text("main")
    assert not served.env().exists()
    page.get_by_role("alert").get_by_role("link").click()
    expect(box).to_be_focused()
    box.fill(VALUE)
    save(page)
    expect(page.locator("h1")).to_have_text("Saved")
    assert stored(served) == {"OPENAI_API_KEY": VALUE, "WEBHOOK_URL": "https://example.test/"}


def test_a_chosen_file_and_pasted_lines_stay_too(page: Page, served: Served, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(PEM.encode())
    enter(page, served.link(served.ask()))
    page.get_by_text("Several lines or a file for OPENAI_API_KEY").click()
    page.get_by_label("Or choose a file for OPENAI_API_KEY").set_input_files(tmp_path / "key.pem")
    page.get_by_text("Several lines or a file for WEBHOOK_URL").click()
    page.get_by_label("Paste the lines of WEBHOOK_URL").fill("WEBHOOK_URL=https://x.test")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    page.get_by_label("Paste the lines of WEBHOOK_URL").fill("https://x.test")
    save(page)
    expect(page.locator("h1")).to_have_text("Saved")
    assert stored(served) == {"OPENAI_API_KEY": PEM, "WEBHOOK_URL": "https://x.test"}


def test_pasted_lines_take_the_place_of_what_stands_in_the_line(page: Page, served: Served) -> None:
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    page.get_by_label("Value for OPENAI_API_KEY").fill(PEM.replace("\n", ""))
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("lost its line breaks")
    page.get_by_label("Paste the lines of OPENAI_API_KEY").fill(PEM)
    save(page)
    expect(page.locator("h1")).to_have_text("Saved")
    assert stored(served) == {"OPENAI_API_KEY": PEM}


def test_there_is_no_save_without_something_to_save(page: Page, served: Served) -> None:
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    button = page.get_by_role("button", name="Save")
    expect(button).to_be_disabled()
    page.get_by_label("Value for OPENAI_API_KEY").fill("x")
    expect(button).to_be_enabled()
    page.get_by_label("Value for OPENAI_API_KEY").fill("")
    expect(button).to_be_disabled()


def test_a_value_shows_while_its_button_is_held(page: Page, served: Served) -> None:
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    box = page.get_by_label("Value for OPENAI_API_KEY")
    box.fill(VALUE)
    page.get_by_role("button", name="Show what you typed for OPENAI_API_KEY").hover()
    page.mouse.down()
    expect(box).to_have_attribute("type", "text")
    page.mouse.up()
    expect(box).to_have_attribute("type", "password")
    page.get_by_role("button", name="Show what you typed for OPENAI_API_KEY").focus()
    page.keyboard.down("Space")
    expect(box).to_have_attribute("type", "text")
    page.keyboard.press("Tab")
    expect(box).to_have_attribute("type", "password")
    assert not served.env().exists()


def test_half_of_it_saved_says_what_is_missing_and_cancel_leaves_the_rest(page: Page, served: Served) -> None:
    enter(page, served.link(elicitation := served.ask()))
    page.get_by_label("Value for WEBHOOK_URL").fill("https://x.test")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("1 of 2 saved")
    expect(page.get_by_role("status")).to_contain_text("Still missing: OPENAI_API_KEY")
    page.get_by_role("button", name="Leave the rest").click()
    expect(page.locator("h1")).to_have_text("Saved")
    ending = served.ending(elicitation)
    assert ending
    assert ending.saved


def test_cancel_says_that_nothing_was_saved(page: Page, served: Served) -> None:
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    page.get_by_label("Value for OPENAI_API_KEY").fill(VALUE)
    bodies: list[bytes] = []
    page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("h1")).to_have_text("Cancelled")
    assert not any(VALUE.encode() in body for body in bodies), "what was typed does not travel with a no"
    assert not served.env().exists()


def test_a_page_whose_program_has_ended_keeps_what_was_typed(page: Page, served: Served) -> None:
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    box = page.get_by_label("Value for OPENAI_API_KEY")
    box.fill(VALUE)
    served.portal.call(served.host._stop)
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("no longer answers")
    assert box.input_value() == VALUE


def test_what_the_browser_can_see_to_be_wrong_is_not_sent(page: Page, tmp_path: Path) -> None:
    secrets = [
        {"key": "PORT", "type": "integer"},
        {"key": "SITE", "type": "url"},
        {"key": "KEYFILE", "type": "json"},
        {"key": "TOKEN", "pattern": "tok_[a-z]{4}"},
        {"key": "HARD", "pattern": "(?i)x.*"},
    ]
    add_tool(tmp_path, "typed", secrets=secrets)
    with serving(Project(tmp_path)) as served:
        enter(page, served.link(served.ask(tool_id="typed")))
        posts: list[str] = []
        page.on("request", lambda request: posts.append(request.method) if request.method == "POST" else None)
        wrong = {"PORT": "80a", "SITE": "example.test", "KEYFILE": "{broken", "TOKEN": "tok_ABCD", "HARD": "y"}
        right = {"PORT": "80", "SITE": "https://x.test", "KEYFILE": '{"a": 1}', "TOKEN": "tok_abcd", "HARD": "X1"}
        for key, value in wrong.items():
            page.get_by_label(f"Value for {key}").fill(value)
        save(page)
        for key in ("PORT", "SITE", "KEYFILE", "TOKEN"):
            expect(page.get_by_label(f"Value for {key}")).to_have_accessible_description(re.compile("not a value for"))
        expect(page.get_by_label("Value for PORT")).to_be_focused()
        assert posts == []
        for key, value in right.items():
            page.get_by_label(f"Value for {key}").fill(value if key != "HARD" else "y")
        save(page)
        expect(page.get_by_role("alert")).to_contain_text("HARD")
        assert posts == ["POST"], "an expression that browsers may read otherwise is the page's to judge"
        page.get_by_label("Value for HARD").fill(right["HARD"])
        save(page)
        expect(page.locator("h1")).to_have_text("Saved")
        assert env_file.read_values(served.env("typed").read_text()) == right


def test_a_link_works_once_and_in_one_browser(browser: Browser, page: Page, served: Served) -> None:
    link = served.link(served.ask())
    enter(page, link)
    other = browser.new_context().new_page()
    other.goto(link)
    assert heading(other) == "This link was already used"
    other.context.close()
    page.goto(link)
    assert heading(page) == "This link was already used"
    page.get_by_role("link", name="Go to the page").click()
    expect(page.locator("h1")).to_have_text("Whisper transcription")


def test_an_expired_link_says_what_to_do(page: Page, served: Served) -> None:
    link = served.link(served.ask())
    served.clock.now += 601
    page.goto(link)
    assert heading(page) == "This link has expired"
    assert "pixie-secrets settings" in page.inner_text("main")


def test_a_page_left_open_closes_with_its_question(page: Page, served: Served) -> None:
    page.clock.install()
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    page.get_by_label("Value for OPENAI_API_KEY").fill("OPENAI_API_KEY=typed")
    save(page)  # refused: this form is the answer to a POST, which must not be sent again
    expect(page.get_by_role("heading", name="Nothing was saved")).to_be_visible()
    served.clock.now += 601
    page.clock.fast_forward(603_000)
    expect(page.get_by_role("heading", name="This link has expired")).to_be_visible()
    expect(page.locator("input")).to_have_count(0)


def test_everything_works_without_scripts(browser: Browser, served: Served) -> None:
    served.env().write_text("OPENAI_API_KEY=the-old-one\n")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.link(served.ask("OPENAI_API_KEY", "WEBHOOK_URL")))
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("Replace OPENAI_API_KEY").click()
    page.get_by_text("Several lines or a file for OPENAI_API_KEY").click()
    page.get_by_label("Paste the lines of OPENAI_API_KEY").fill(PEM)
    save(page)
    expect(page.locator("h1")).to_have_text("Saved")
    context.close()
    assert stored(served) == {"OPENAI_API_KEY": PEM}


def test_the_keyboard_alone_is_enough(page: Page, served: Served) -> None:
    served.env().write_text("WEBHOOK_URL=https://old.test/\n")
    enter(page, served.link(served.ask("OPENAI_API_KEY", "WEBHOOK_URL")))
    page.keyboard.type(VALUE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show what you typed for OPENAI_API_KEY")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Several lines or a file for OPENAI_API_KEY")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_text("This key expires: OPENAI_API_KEY")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Replace WEBHOOK_URL")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_label("New value for WEBHOOK_URL")).to_be_focused()
    page.keyboard.type("https://new.test/")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Saved")
    assert stored(served) == {"OPENAI_API_KEY": VALUE, "WEBHOOK_URL": "https://new.test/"}


def test_the_last_day_of_a_key_is_chosen_in_the_browsers_own_calendar(page: Page, served: Served) -> None:
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    page.get_by_label("Value for OPENAI_API_KEY").fill(VALUE)
    page.get_by_text("This key expires").click()
    page.get_by_label("The last day that it is good for: OPENAI_API_KEY").fill("2099-12-31")
    save(page)
    expect(page.locator("h1")).to_have_text("Saved")
    assert [entry.detail for entry in record.read(served.project.root).entries] == ["", "2099-12-31"]


def test_lines_pasted_into_the_one_line_field_keep_their_breaks(page: Page, served: Served) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    page.evaluate("text => navigator.clipboard.writeText(text)", PEM)
    page.get_by_label("Value for OPENAI_API_KEY").focus()
    page.keyboard.press("Control+V")
    block = page.get_by_label("Paste the lines of OPENAI_API_KEY")
    expect(block).to_be_focused()
    expect(block).to_have_css("-webkit-text-security", "disc")
    save(page)
    expect(page.locator("h1")).to_have_text("Saved")
    assert stored(served) == {"OPENAI_API_KEY": PEM}


def test_a_file_is_stored_as_it_is(page: Page, served: Served, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(PEM.encode())
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    page.get_by_text("Several lines or a file").click()
    page.get_by_label("Or choose a file for OPENAI_API_KEY").set_input_files(tmp_path / "key.pem")
    save(page)
    expect(page.locator("h1")).to_have_text("Saved")
    assert stored(served) == {"OPENAI_API_KEY": PEM}


def test_a_file_far_too_large_is_a_plain_page(page: Page, served: Served, tmp_path: Path) -> None:
    with (tmp_path / "film.mkv").open("wb") as film:
        film.truncate(20_000_000)
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    page.get_by_text("Several lines or a file").click()
    page.get_by_label("Or choose a file for OPENAI_API_KEY").set_input_files(tmp_path / "film.mkv")
    save(page)
    expect(page.locator("h1")).to_have_text("Too large")
    page.get_by_role("link", name="Go to the page").click()
    expect(page.locator("h1")).to_have_text("Whisper transcription")
    assert not served.env().exists()


def test_an_impatient_double_click_saves_once(page: Page, served: Served) -> None:
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    page.get_by_label("Value for OPENAI_API_KEY").fill(VALUE)
    page.get_by_role("button", name="Save").dblclick()
    expect(page.locator("h1")).to_have_text("Saved")


def test_a_value_is_removed_after_a_question(page: Page, served: Served) -> None:
    served.env().write_text(f"OPENAI_API_KEY={VALUE}\n")
    enter(page, served.settings())
    page.get_by_role("link", name="Whisper transcription").click()
    page.get_by_role("link", name="Remove OPENAI_API_KEY").click()
    expect(page.get_by_role("link", name="Keep it")).to_be_focused()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_contain_text("OPENAI_API_KEY is no longer set")
    assert VALUE not in served.env().read_text()


def test_another_site_can_neither_send_a_form_nor_frame_the_page(page: Page, served: Served) -> None:
    link = served.link(served.ask("OPENAI_API_KEY"))
    enter(page, link)
    own = page.url
    action = own + (page.locator("form.answers").get_attribute("action") or "").replace(HOME, "")
    token = page.locator("form.answers input[name=token]").get_attribute("value")
    before = tree(served.project)
    html = (
        f'<iframe src="{own}"></iframe><form method="post" enctype="multipart/form-data" action="{action}">'
        f'<input name="token" value="{token}"><input name="line.OPENAI_API_KEY" value="theirs">'
        "<button>Win</button></form>"
    )
    with another_site(html) as elsewhere:
        page.goto(elsewhere)
        assert page.frames[1].locator("form").count() == 0
        page.get_by_role("button", name="Win").click()
        expect(page.locator("h1")).to_have_text("Not sent from this page")
    assert tree(served.project) == before


def test_another_server_on_this_machine_cannot_send_a_form_either(page: Page, served: Served) -> None:
    """127.0.0.1 with another port is the same site: the cookie does go along, and only the origin tells."""
    enter(page, served.link(served.ask("OPENAI_API_KEY")))
    action = page.url + (page.locator("form.answers").get_attribute("action") or "").replace(HOME, "")
    token = page.locator("form.answers input[name=token]").get_attribute("value")
    html = (
        f'<form method="post" enctype="multipart/form-data" action="{action}"><input name="token" value="{token}">'
        '<input name="line.OPENAI_API_KEY" value="theirs"><button>Win</button></form>'
    )
    with another_site(html) as elsewhere:
        page.goto(elsewhere.replace("localhost", "127.0.0.1"))
        page.get_by_role("button", name="Win").click()
        expect(page.locator("h1")).to_have_text("Not sent from this page")
    assert not served.env().exists()


def test_a_rebound_name_reaches_nothing(page: Page, served: Served) -> None:
    link = served.link(served.ask())
    page.goto(f"http://rebound.example:{urlsplit(link).port}{target_of(link)}")
    assert heading(page) == "Wrong address"
