"""Forty sentences of users, in three languages: the words of each lead to the right skill.

This is a check of words and no model: it ranks the descriptions of the skills by BM25, as a client does that searches
them by terms. A model knows more; where the words alone suffice, it has them, too.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
SENTENCES = {
    "set-secret": (
        "Set the OPENAI_API_KEY for whisper-transcription",
        "Set the STRIPE_SECRET_KEY",
        "please add my database password to the production env",
        "I need to replace the API key, use another one",
        "Setze bitte den STRIPE_KEY für das Tool",
        "trag mein Datenbank-Passwort ein",
        "configura la clave de API de OpenAI",
    ),
    "list-secrets": (
        "which keys does apps/web miss?",
        "is my API key set or is it missing?",
        "Welche Schlüssel fehlen noch?",
        "¿qué claves faltan en este proyecto?",
    ),
    "unset-secret": (
        "remove the WEBHOOK_URL from calendar-digest",
        "delete my token, I do not want this tool to have it any more",
        "lösche bitte den Schlüssel von whisper",
        "borra la clave de este tool",
    ),
    "find-leaks": (
        "I pasted my key into the chat",
        "did my token leak into an old transcript?",
        "which keys do I have to rotate?",
        "ich habe meinen Key in den Chat kopiert",
        "pegué mi clave en el chat",
    ),
    "lint-tool": (
        "did I hard-code anything in the code?",
        "is it safe to commit this?",
        "prüfe den Code vor dem Commit auf Geheimnisse",
        "¿hay una clave en el código?",
    ),
    "run-tool": (
        "run it and tell me why it fails",
        "test whisper-transcription on this file",
        "führ das Tool aus und sag mir, warum es scheitert",
    ),
    "share-tool": (
        "make a zip of my tool for a colleague",
        "pack das Tool für Ana",
        "empaqueta la herramienta para mi colega",
    ),
    "import-tool": ("import this zip that my colleague sent", "importa este zip"),
    "migrate-tool-format": ("the tool has an old format, migrate it", "get the keys out of .mcp.json"),
    "probe-secret": ("is my OPENAI_API_KEY still valid?", "wann läuft das Token ab?"),
    "authorize-secret": (
        "Connect calendar-digest to my Google calendar",
        "verbinde das Tool mit meinem Google-Kalender",
    ),
    "seal-tool": ("encrypt my secrets so that I can share them with my team", "cifra los secretos"),
    "write-tool": ("make a tool that calls the Stripe API", "wie lese ich den Schlüssel im Code?"),
}
CASES = [(sentence, skill) for skill, sentences in SENTENCES.items() for sentence in sentences]
STOPPED = frozenset("a an and be das de den der die el el en i in is it la las los me my of on or que the to y".split())


def descriptions() -> dict[str, str]:
    found = {}
    for path in sorted((ROOT / "skills").glob("*/SKILL.md")):
        head = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
        found[head["name"]] = f"{head['name'].replace('-', ' ')} {head['description']}"
    return found


def terms(text: str) -> list[str]:
    """Words in lower case, an English plural as its singular."""
    words = re.findall(r"[\w]+", text.lower().replace("-", " "))
    return [word.removesuffix("s") if len(word) > 3 else word for word in words if word not in STOPPED]


def ranked(sentence: str, texts: Mapping[str, str]) -> list[str]:
    """The names of `texts`, best first: Okapi BM25 with its usual constants."""
    documents = {name: Counter(terms(text)) for name, text in texts.items()}
    mean = sum(document.total() for document in documents.values()) / len(documents)

    def score(document: Counter[str]) -> float:
        total = 0.0
        for term in terms(sentence):
            having = sum(term in other for other in documents.values())
            rarity = math.log(1 + (len(documents) - having + 0.5) / (having + 0.5))
            length = 0.25 + 0.75 * document.total() / mean
            total += rarity * document[term] * 2.2 / (document[term] + 1.2 * length)
        return total

    return sorted(documents, key=lambda name: -score(documents[name]))


def test_there_are_forty_sentences_and_every_skill_has_some() -> None:
    assert len(CASES) >= 40
    assert set(SENTENCES) == set(descriptions())


@pytest.mark.parametrize(("sentence", "skill"), CASES)
def test_the_words_of_a_sentence_lead_to_its_skill(sentence: str, skill: str) -> None:
    assert ranked(sentence, descriptions())[0] == skill


@pytest.mark.parametrize("path", sorted((ROOT / "skills").glob("*/SKILL.md")), ids=lambda path: path.parent.name)
def test_a_skill_fits_one_screen_and_names_its_tool(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60
    assert len(yaml.safe_load(text.split("---\n")[1])["description"]) <= 1024, "the limit of the format"
