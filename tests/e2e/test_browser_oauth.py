"""Consent in a real Chromium: our page, the provider's over TLS, and back, by code and by device."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from dotenv import dotenv_values
from playwright.sync_api import expect, sync_playwright
from tests.channels.pages import Served, serving
from tests.e2e.browsers import chromium_options, heading
from tests.oauth.conftest import APP_KEY, KEY, TOOL, declared, server

from pixie_secrets.operations.authorize import AuthorizeRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page
    from tests.authorization_server import Running

    from pixie_secrets.channels.page.consent import Consent
    from pixie_secrets.layouts.project import Project

pytestmark = pytest.mark.browser

__all__ = ["declared", "server"]  # fixtures of the room next door


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_options())
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(ignore_https_errors=True)  # the tests' own CA
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def serve(declared: Callable[..., Project]) -> Iterator[Callable[..., Served]]:
    opened: list[Any] = []

    def start(**more: Any) -> Served:
        opened.append(serving(declared(**more)))
        served: Served = opened[-1].__enter__()
        return served

    yield start
    for one in opened:
        one.__exit__(None, None, None)


def consent_of(served: Served) -> Consent:
    return served.portal.call(served.host.open_consent, AuthorizeRequest(TOOL, KEY))


def kept(served: Served) -> dict[str, Any]:
    text = dotenv_values(served.env(TOOL)).get(KEY)
    document: dict[str, Any] = json.loads(text) if text else {}
    return document


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_person_goes_to_the_provider_agrees_and_comes_back(
    serve: Callable[..., Served],
    server: Running,
    page: Page,
) -> None:
    served = serve()
    consent = consent_of(served)
    page.goto(served.link(consent))
    expect(page.locator("h1")).to_contain_text("Connect")
    assert_accessible(page)
    page.click("#go")
    expect(page.locator("h1")).to_have_text("Calendar")  # the provider's own page
    page.get_by_role("button", name="Agree").click()
    expect(page.locator("h1")).to_have_text("Authorized")
    assert_accessible(page)
    assert "code=" not in page.url
    assert kept(served)["access_token"] == server.tokens[-1].access
    page.reload()
    assert heading(page) == "Authorized"
    assert len(server.of_kind("authorization_code")) == 1


def test_a_refusal_comes_back_as_one(
    serve: Callable[..., Served],
    server: Running,
    page: Page,
) -> None:
    served = serve()
    page.goto(served.link(consent_of(served)))
    page.click("#go")
    page.get_by_role("button", name="Refuse").click()
    expect(page.locator("h1")).to_have_text("Not authorized")
    assert_accessible(page)
    assert kept(served) == {}


def test_a_code_is_entered_in_another_tab_and_the_page_goes_on_by_itself(
    serve: Callable[..., Served],
    server: Running,
    page: Page,
) -> None:
    served = serve(authorize_url=None, device_url=f"{server.address}/device")
    page.goto(served.link(consent_of(served)))
    page.get_by_role("button", name="Get a code").click()
    code = page.locator("#user-code").inner_text()
    with page.expect_popup() as other:
        page.click("a.go")
    other.value.fill("[name=user_code]", code)
    other.value.get_by_role("button", name="Agree").click()
    expect(other.value.locator("h1")).to_have_text("Done")
    expect(page.locator("h1")).to_have_text("Authorized", timeout=20_000)
    assert kept(served)["access_token"] == server.tokens[-1].access


def test_the_settings_page_leads_there_and_back_and_revokes(
    serve: Callable[..., Served],
    server: Running,
    page: Page,
) -> None:
    served = serve(revoke_url=f"{server.address}/revoke")
    page.goto(served.settings(TOOL))
    page.get_by_role("link", name="Authorize at").click()
    page.click("#go")
    page.get_by_role("button", name="Agree").click()
    expect(page.locator("h1")).to_have_text("Authorized")
    refresh = kept(served)["refresh_token"]
    page.goto(served.settings(TOOL))
    page.get_by_role("link", name=f"Remove {KEY}").click()
    assert_accessible(page)
    assert page.get_by_role("checkbox").is_checked()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("is no longer set")).to_be_visible()
    assert not server.takes_refresh(refresh)
    assert set(dotenv_values(served.env(TOOL))) == {APP_KEY}
