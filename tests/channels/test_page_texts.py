"""The page speaks the browser's language: every text there is, with its parts in place, and escaped all the same."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.channels.pages import Served, serving, visitor
from tests.conftest import add_tool

from pixie_secrets.channels.page import refusals, texts
from pixie_secrets.layouts.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = Path(texts.__file__).with_name("templates")
MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<style>.*?</style>|<[^>]*>", re.DOTALL)


@pytest.fixture
def served(project: Project) -> Iterator[Served]:
    with serving(project) as served:
        yield served


def used() -> set[str]:
    """Every text that a page may show."""
    found = {text for path in TEMPLATES.glob("*.html") for text in re.findall(r'_\("(.*?)"', path.read_text("utf-8"))}
    for refusal in vars(refusals).values():
        if isinstance(refusal, refusals.Refusal):
            found |= {refusal.title, refusal.what, refusal.todo}
    return found


def parts(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", texts.texts())
def test_each_text_is_there_with_its_parts_and_none_besides(language: str) -> None:
    table = texts.texts()[language]
    assert used() - set(table) == set(), "no words for these yet"
    assert set(table) - used() == set(), "nothing says these any more"
    assert {text: words for text, words in table.items() if parts(text) != parts(words)} == {}


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_has_words_of_its_own(path: Path) -> None:
    left = re.sub(r'data-[a-z]+="', " ", MARKUP.sub(" ", path.read_text(encoding="utf-8")))
    words = set(re.findall(r"[A-Za-z]{2,}", left)) - {"pixie", "secrets"}
    assert words == set()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.5,en;q=0.4", "de"),
        ("fr-CH, *;q=0.5", "en"),
        ("de;q=0", "en"),
        ("de;q=nonsense", "en"),
        ("", "en"),
        ("\xff,;;q=,=", "en"),
    ],
)
def test_the_browsers_wish_decides(accepted: str, language: str) -> None:
    texts.speak(accepted)
    assert texts.language() == language
    texts.speak("")


def test_a_german_browser_is_asked_in_german_and_an_english_one_beside_it_in_english(served: Served) -> None:
    link = served.link(served.ask())
    german = visitor(link)
    page = german.enter(link)
    shown = german.get("/tool/whisper-transcription/settings", {"Accept-Language": "de-DE,de;q=0.9"})
    assert '<html lang="de">' in shown.html
    assert "Ihr Agent fragt nach 2 Geheimnissen." in shown.html
    assert ">Speichern</button>" in shown.html
    assert '<html lang="en">' in page.html
    assert ">Save</button>" in page.html
    refused = german.get("/nowhere", {"Accept-Language": "de"})
    assert refused.heading == "Keine solche Seite"


def test_what_a_manifest_says_is_escaped_in_every_language(tmp_path: Path) -> None:
    add_tool(tmp_path, "odd", name="<b>{tool}</b>", secrets=[{"key": "KEY", "example": "<i>{0}</i>"}])
    with serving(Project(tmp_path)) as served:
        link = served.link(served.ask(tool_id="odd"))
        someone = visitor(link)
        someone.enter(link)
        for language in ("en", "de"):
            html = someone.get("/tool/odd/settings", {"Accept-Language": language}).html
            assert "<code>&lt;i&gt;{0}&lt;/i&gt;</code>" in html
            assert "<b>" not in html
