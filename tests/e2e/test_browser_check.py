"""An expression that goes to the browser matches there what it matches behind the page, and never takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright
from tests.e2e.browsers import chromium_options

from pixie_secrets.channels.page.browser_check import read_alike
from pixie_secrets.secret.pattern import PatternError, compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ATOMS = [
    "a",
    "B",
    "7",
    "_",
    "-",
    " ",
    r"\d",
    r"\w",
    r"\.",
    r"\$",
    r"\\",
    "[a-c]",
    "[^a-c]",
    "[A-Z0-9_.-]",
    r"[\d.]",
    "[$^]",
]
TIMES = ["", "", "+", "*", "?", "{3}", "{1,2}", "{2,}"]
PIECES = st.builds(str.__add__, st.sampled_from(ATOMS), st.sampled_from(TIMES))
GROUPS = st.builds("({}|{})".format, PIECES, PIECES)
PATTERNS = st.lists(PIECES | GROUPS, min_size=1, max_size=5).map("".join)
TEXTS = st.lists(st.text("aBbc7_-. $^\\\né\u2028😀", max_size=8), min_size=1, max_size=8)
IN_BROWSER = """([pattern, texts]) => {
    let shape;
    try { shape = new RegExp(`^(?:${pattern})$`, "u"); } catch { return null; }
    return texts.map((text) => shape.test(text));
}"""


@pytest.fixture(scope="module")
def blank() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_options())
        yield browser.new_page()
        browser.close()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pattern=PATTERNS, texts=TEXTS)
def test_browsers_and_the_page_agree(blank: Page, pattern: str, texts: list[str]) -> None:
    if not read_alike(pattern):
        return
    try:
        here = [compiled(pattern).fullmatch(text) is not None for text in texts]
    except PatternError:
        return
    there = blank.evaluate(IN_BROWSER, [pattern, texts])
    assert there is None or there == here


@pytest.mark.parametrize("pattern", ["sk-[A-Za-z0-9]{20,}", "tok_[a-z]{4}", r"[\w-]+", "(live|test)_[0-9a-f]{32}"])
def test_what_manifests_say_goes_to_the_browser(pattern: str) -> None:
    assert read_alike(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["(a|b)+", "(?:a*)*", "(?i)a", "(?=a)", r"\pL", ".", r"\s", "a*?", "a+a+a+", "é", r"\bx", "[[:alpha:]]", r"(a)\1"],
)
def test_what_browsers_read_otherwise_or_take_long_for_stays_here(pattern: str) -> None:
    assert not read_alike(pattern)
