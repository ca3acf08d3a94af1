"""Every page there is, ready to be looked at: by axe-core, by a narrow window, by the camera of docs/screenshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.channels.pages import WHISPER
from tests.conftest import add_tool

from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.authorize import AuthorizeRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page
    from tests.channels.pages import Served

    Scene = Callable[[Page, Served], None]


def demo_project(root: Path) -> Project:
    """A small project such as a person has: one tool with three secrets, one with none, one with a broken manifest."""
    secrets = [
        {"key": "OPENAI_API_KEY", "description": "OpenAI API key for the transcription endpoint", "required": True},
        {"key": "WEBHOOK_URL", "description": "Where to post the finished transcript"},
        {"key": "SIGNING_KEY", "description": "Private key (PEM) that signs what is posted"},
    ]
    add_tool(root, WHISPER, secrets=secrets)
    add_tool(root, "compound-interest")
    add_tool(root, "route-planner", secrets=[{"key": "MAPS_API_KEY", "required": True}])
    add_tool(root, "half-written")
    (root / "tools/half-written/tool.json").write_text('{\n  "id": "half-written",\n  "name": \n}\n')
    return Project(root)


def _enter(page: Page, link: str) -> None:
    page.goto(link)
    page.wait_for_url(lambda url: "/open" not in url)


def _save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def wizard(page: Page, served: Served) -> None:
    _enter(page, served.link(served.ask()))


def single(page: Page, served: Served) -> None:
    _enter(page, served.link(served.ask("OPENAI_API_KEY")))
    page.keyboard.type("sk-not-a-real-key-000000")


def several_lines(page: Page, served: Served) -> None:
    _enter(page, served.link(served.ask("SIGNING_KEY")))
    page.get_by_text("Several lines or a file").click()
    page.get_by_label("Paste the lines").fill("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----\n")


def error(page: Page, served: Served) -> None:
    wizard(page, served)
    page.get_by_label("Value for OPENAI_API_KEY").fill("OPENAI_API_KEY=sk-not-a-real-key")
    page.get_by_label("Value for SIGNING_KEY").fill("-----BEGIN PRIVATE KEY-----MIGHAgEAMBMG")
    _save(page)
    expect(page.get_by_role("alert")).to_be_focused()


def nothing_typed(page: Page, served: Served) -> None:
    """As without scripts, which keep an empty form from being sent."""
    wizard(page, served)
    page.locator(".primary").evaluate("button => { button.disabled = false; }")
    _save(page)
    expect(page.get_by_role("alert")).to_be_focused()


def half_saved(page: Page, served: Served) -> None:
    wizard(page, served)
    page.get_by_label("Value for WEBHOOK_URL").fill("https://example.com/hooks/transcripts")
    _save(page)
    expect(page.get_by_role("status")).to_contain_text("of 3 saved")


def cancelled(page: Page, served: Served) -> None:
    wizard(page, served)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("h1")).to_have_text("Cancelled")


def saved(page: Page, served: Served) -> None:
    wizard(page, served)
    page.get_by_label("Value for OPENAI_API_KEY").fill("sk-not-a-real-key-000000")
    page.get_by_label("Value for WEBHOOK_URL").fill("https://example.com/hooks/transcripts")
    _save(page)
    expect(page.locator("h1")).to_have_text("Saved")


def saved_with_warnings(page: Page, served: Served) -> None:
    (served.project.root / ".git").mkdir()  # a repository git cannot read: nothing says the file is ignored
    wizard(page, served)
    page.get_by_label("Value for OPENAI_API_KEY").fill("abc")
    _save(page)
    expect(page.get_by_role("alert").first).to_be_visible()


def index(page: Page, served: Served) -> None:
    served.env().write_text("OPENAI_API_KEY=sk-not-a-real-key-000000\n")
    _enter(page, served.settings())


def settings(page: Page, served: Served) -> None:
    index(page, served)
    page.get_by_role("link", name="Whisper transcription").click()
    page.get_by_text("Replace OPENAI_API_KEY").click()


def settings_saved(page: Page, served: Served) -> None:
    settings(page, served)
    page.get_by_label("New value for OPENAI_API_KEY").fill("sk-not-a-real-key-111111")
    _save(page)
    expect(page.get_by_role("status")).to_be_focused()


def remove(page: Page, served: Served) -> None:
    settings(page, served)
    page.get_by_role("link", name="Remove OPENAI_API_KEY").click()


def _connecting(page: Page, served: Served, **oauth2: object) -> None:
    declared = {
        "client_id": "1234-abc.apps.example",
        "client_secret": "APP_SECRET",
        "scopes": ["calendar.read"],
        **oauth2,
    }
    secrets = [{"key": "CALENDAR", "type": "oauth2", "oauth2": declared}, {"key": "APP_SECRET"}]
    folder = add_tool(served.project.root, "calendar-digest", secrets=secrets)
    (folder / ".env").write_text("APP_SECRET=not-a-real-secret-000000\n")
    consent = served.portal.call(served.host.open_consent, AuthorizeRequest("calendar-digest"))
    _enter(page, served.link(consent))


def consent(page: Page, served: Served) -> None:
    _connecting(page, served, provider="google")


def consent_at_a_stranger(page: Page, served: Served) -> None:
    addresses = {"token_url": "https://auth.example/token", "device_url": "https://auth.example/device"}
    _connecting(page, served, **addresses)


def used_link(page: Page, served: Served) -> None:
    link = served.link(served.ask())
    _enter(page, link)
    page.goto(link)


def link_before_scripts(page: Page, served: Served) -> None:
    """The page a link opens, held still; scripts would go on at once."""
    page.add_init_script("HTMLFormElement.prototype.requestSubmit = () => {}")
    page.goto(served.link(served.ask()))


SCENES: dict[str, Scene] = {
    scene.__name__.replace("_", "-"): scene
    for scene in (
        wizard,
        single,
        several_lines,
        error,
        nothing_typed,
        half_saved,
        cancelled,
        saved,
        saved_with_warnings,
        index,
        settings,
        settings_saved,
        remove,
        consent,
        consent_at_a_stranger,
        used_link,
        link_before_scripts,
    )
}
