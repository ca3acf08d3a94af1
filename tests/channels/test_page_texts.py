"""The page speaks the browser's language: every text there is, with its parts in place, and escaped all the same."""

from __future__ import annotations

import re
import string
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.channels.pages import HOME, Served, serving, visitor
from tests.conftest import add_tool

from pixie_secrets.audit.entry import Way
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


def as_read(html: str) -> str:
    """What a person reads of a page: no markup, and white space as a browser shows it."""
    return " ".join(re.sub(r"<[^>]*>", "", re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)).split())


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


@pytest.mark.parametrize(
    ("language", "saved", "when"),
    [
        ("en", "OPENAI_API_KEY is now set in tools/whisper-transcription/.env.", "Set today by page."),
        (
            "de",
            "OPENAI_API_KEY ist jetzt gesetzt in tools/whisper-transcription/.env.",
            "Gesetzt: heute auf der Seite.",
        ),
    ],
)
def test_what_was_saved_reads_as_a_sentence_of_one_language(
    served: Served, language: str, saved: str, when: str
) -> None:
    link = served.settings()
    someone = visitor(link)
    someone.enter(link)
    speaking = {"Accept-Language": language}
    page = someone.get(HOME)
    someone.post(page.action, {"token": page.hidden("token"), "line.OPENAI_API_KEY": "a-value-to-be-saved"})
    said = as_read(someone.get(HOME, speaking).html)
    assert saved in said
    assert when in said


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_words_run_together_over_the_end_of_a_line(path: Path) -> None:
    """`trim_blocks` takes the line break after a block away: there has to be a space before it, or an element's end."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for line, following in pairwise(lines):
        before, after = re.sub(r"(\{%[^%]*%\})+$", "", line), re.sub(r"^(\{%[^%]*%\})+", "", following)
        apart = (
            before == line
            or not before
            or re.search(r"(\s|</(p|li|div|h1|h2|ul|form|nav)>|_day\(field\) \}\})$", before)
        )
        assert apart or not re.match(r"\{\{|<(span|code|a|bdi)\b|\w", after), f"{line}\n{following}"


def test_who_is_sent_back_may_have_come_from_a_terminal() -> None:
    """`pixie-secrets settings` opens a page without an agent."""
    sent_back = {text for text in used() if "o back to your agent" in text}
    assert sent_back
    for text in sent_back:
        assert "terminal" in text
        assert all("Terminal" in table[text] for table in texts.texts().values())


@pytest.mark.parametrize("way", Way)
def test_every_way_has_its_words(way: Way) -> None:
    assert f"by {way}" in used()


def test_a_project_of_apps_alone_lists_them_with_links_that_open(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("ALPHA_KEY=\nBETA_TOKEN=\n")
    (tmp_path / ".env").write_text("ALPHA_KEY=alpha-value-of-a-test\n")
    project = Project(tmp_path)
    [app] = project.apps
    with serving(project) as served:
        link = served.settings()
        someone = visitor(link)
        page = someone.enter(link)
        assert page.heading == "Tools and apps"
        assert "1 of 2 set" in as_read(page.html)
        assert "no tools" not in page.html
        [address] = re.findall(r'class="name" href="([^"]*)"', page.html)
        opened = someone.get(address)
        assert opened.heading == app.name
        assert "<dt>App</dt>" in opened.html
        assert "<dt>Tool</dt>" not in opened.html
        asked = served.link(served.ask("BETA_TOKEN", tool_id=app.id))
        person = visitor(asked)
        saved = person.save(person.enter(asked), {"line.BETA_TOKEN": "beta-value-of-a-test"})
        assert saved.heading == "Saved"
        assert "<dt>App</dt>" in saved.html
        assert "<dt>Tool</dt>" not in saved.html
