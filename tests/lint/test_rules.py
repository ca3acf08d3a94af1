"""Every rule finds its examples by itself, and finds nothing in what only looks like them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.lint.invented import filled

from pixie_secrets.lint import detect, generated, keywords, rules, tables

DOCUMENT = tomllib.loads(Path(tables.__file__).with_name("rules.toml").read_text(encoding="utf-8"))
RULES = 160  # who takes one away says so here
ROOT = Path(__file__).parents[2]


class Example(NamedTuple):
    number: int
    text: str


def examples(which: str) -> list[Any]:
    return [
        pytest.param(Example(number, text), id=f"{rule['name']}: {text}")
        for number, rule in enumerate(DOCUMENT["rule"])
        for text in rule[which]
    ]


@pytest.mark.parametrize("example", examples("match"))
def test_a_rule_finds_its_examples_by_itself(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    every = rules.load()
    rule = every.rules[example.number]
    alone = rules.Rules((rule,), every.documented)
    for module in (detect, keywords):
        monkeypatch.setattr(module, "load", lambda: alone)
    monkeypatch.setattr(keywords, "_index", keywords._index.__wrapped__)
    assert [(hit.code, hit.detail) for hit in detect.tokens(filled(example.text).encode())] == [(rule.code, rule.name)]


@pytest.mark.parametrize("example", [*examples("match"), *examples("no_match")])
def test_a_rule_that_may_not_begin_somewhere_does_not_match_there(example: Example) -> None:
    """Wherever a keyword is: within a word and in another case, too."""
    rule = rules.load().rules[example.number]
    words = tuple(word.encode() for word in rule.keywords)
    text = filled(example.text)
    for data in (one.encode() for one in (text, f"x{text}", f" {text.swapcase()}", f"://{text}@{text}")):
        for start in range(len(data)):
            if not rule.near and data[start:].lower().startswith(words) and rule.compiled.match(data, start):
                assert rule.may_begin is None or rule.may_begin(data, start)


@pytest.mark.parametrize("example", examples("no_match"))
def test_no_rule_finds_anything_in_what_only_looks_so(example: Example) -> None:
    text = filled(example.text)
    keywords = rules.load().rules[example.number].keywords
    assert [word for word in keywords if word in text.lower()], "an example has to be looked at"
    assert detect.tokens(text.encode()) == []


def test_every_rule_has_examples_of_both_kinds_and_every_keyword_is_in_one() -> None:
    for rule in DOCUMENT["rule"]:
        assert rule["match"], rule["name"]
        assert rule["no_match"], rule["name"]
        texts = " ".join(map(filled, rule["match"])).lower()
        assert [word for word in rule["keywords"] if word not in texts] == [], rule["name"]


def test_the_table_of_rules_names_each_of_them() -> None:
    """A rule that is taken away takes its examples along; the table that people read is what it is missed in."""
    written = (ROOT / "docs/lint-rules.md").read_text(encoding="utf-8")
    assert written == generated.page(), "run python server/generate.py"
    assert len(DOCUMENT["rule"]) == RULES
