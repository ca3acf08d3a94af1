"""Every page for every eye: axe-core finds nothing, light or dark, narrow, enlarged, or in the system's own colors."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from tests.channels.pages import serving
from tests.e2e.browsers import chromium_options
from tests.e2e.scenes import SCENES, demo_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from tests.channels.pages import Served

pytestmark = pytest.mark.browser

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MAKE = Path(__file__).parents[2] / "docs" / "screenshots" / "make.py"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_options())
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(demo_project(tmp_path / "project")) as served:
        yield served


def sideways(page: Page) -> int:
    """How many pixels one would have to scroll to the side."""
    overflow: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return overflow


@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_nothing_in_light_and_dark(page: Page, served: Served, scene: str) -> None:
    SCENES[scene](page, served)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page, options={"runOnly": STANDARDS})
        assert len(results.response["passes"]) > 10  # it did look
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("scene", SCENES)
def test_a_page_fits_a_narrow_window(page: Page, served: Served, scene: str) -> None:
    """320 CSS pixels: a small phone, or 1280 pixels at 400 %."""
    page.set_viewport_size({"width": 320, "height": 640})
    SCENES[scene](page, served)
    assert sideways(page) == 0


def test_enlarged_text_still_fits(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 640, "height": 480})
    SCENES["error"](page, served)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sideways(page) == 0


def test_dark_is_dark(page: Page, served: Served) -> None:
    SCENES["wizard"](page, served)
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    light, dark = (int(ground.removeprefix("rgb(").split(",")[0]) for ground in grounds)
    assert light > 240
    assert dark < 40


def test_in_the_systems_own_colors_a_status_keeps_its_outline(page: Page, served: Served) -> None:
    page.emulate_media(forced_colors="active")
    SCENES["settings"](page, served)
    styles = "all => all.map(one => getComputedStyle(one).borderTopStyle)"
    outlines = page.eval_on_selector_all(".pill, button, input[type=password]", styles)
    assert outlines
    assert "none" not in outlines


def test_the_screenshots_can_be_made(browser: Browser, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make", MAKE)
    assert spec
    assert spec.loader
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    made = make.make(browser, tmp_path / "shots", tmp_path / "projects")
    kept = {path.name for path in MAKE.parent.glob("*.png")}
    assert {path.name for path in made} == kept
    assert all(path.stat().st_size > 10_000 for path in made)
