"""What is read of a manifest without the models is what the models read, whatever the document; else they are asked."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from pixie_secrets.errors import ManifestError
from pixie_secrets.manifest.essentials import DeclaredSecret, WhereToObtain, essentials_of, read_essentials
from pixie_secrets.manifest.models import parse_manifest

ROOT = Path(__file__).parents[1]
GALLERY = sorted(ROOT.glob("tests/gallery/*.json"))
SHIPPED = [*GALLERY, *sorted(ROOT.glob("examples/tools/*/tool.json"))]
RICH = {
    "$schema": "../../tool.schema.json",
    "id": "ledger",
    "name": "Ledger \u2013 \u6708",
    "schema_version": "1.0",
    "entrypoint": "main.py",
    "tags": ["money"],
    "inputs": [
        {"key": "a", "label": "A", "type": "select", "options": [{"value": 1, "label": "one"}], "default": {"b": [1]}},
        {"key": "d", "label": "D", "type": "date", "min": "2026-01-31", "show_if": {"key": "a", "equals": None}},
        {"key": "n", "label": "N", "type": "slider", "min": 0, "max": 9.5, "step": 0.5},
        {"key": "t", "label": "T", "type": "table", "columns": [{"key": "c", "label": "C", "type": "text"}]},
        {"key": "j", "label": "J", "type": "json", "schema": {"type": "object"}},
        {"key": "f", "label": "F", "type": "file", "accept": [".csv"], "max_size_mb": 5},
    ],
    "outputs": [
        {"key": "o", "label": "O", "type": "number", "format": "percent", "precision": 2},
        {"key": "m", "label": "M", "type": "map_points", "default_center": [1, 2.5], "default_zoom": 3},
    ],
    "secrets": [
        {"key": "BANK_TOKEN", "description": "two\nlines", "required": True, "example": "bt_000"},
        {
            "key": "CA_FILE",
            "type": "file",
            "metadata": {"owner": ["x"]},
            "obtain": {"url": "https://bank.example/keys", "text": "Sign in."},
        },
        {"key": "plain", "description": None, "obtain": None},
        {
            "key": "CALENDAR",
            "type": "oauth2",
            "oauth2": {
                "client_id": "app.example",
                "client_secret": "BANK_TOKEN",
                "token_url": "https://auth.example/token",
                "authorize_url": "https://auth.example/authorize",
                "scopes": ["calendar.read"],
                "redirect_port": 8765,
            },
        },
    ],
}
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2.0, 2.5, 10**30, 1e308, "", " ", "x", "1.0", "con", "com1.txt", "a.", "a/b", "../a",
    "PATH", "bank_token", "BANK_TOKEN", "\x00", "\x1b[0m", "a\u202eb", "two\nlines", "\ud800", "\u2028", "é", "²",
    [], {}, [[]], {"key": "x"}, ["a"], [None], "date", "select", "hidden", "string", "json",
    "https://a.example/", "http://u@h/", "x" * 65, "K" * 129, {"url": None}, {"text": "line"}, {"type": "object"},
    "[a-z]+", "(", "google", "oauth2", {"provider": "google", "client_id": "a"}, 80, 8765.0, "CALENDAR",
]  # fmt: skip
NAMES = [
    "id", "key", "label", "type", "min", "max", "options", "schema", "pattern", "obtain", "metadata", "url", "text",
    "oauth2", "provider", "token_url", "client_id", "client_secret", "scopes", "redirect_port",
    "entrypoint", "secrets", "default", "layout", "version", "required", "schema_version", "value", "\ud800", "",
]  # fmt: skip


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    found = []
    for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        found.append((node, key))
        found += places(node[key])
    return found


def mutated(document: Any, chance: random.Random) -> str:
    """The text of a document that differs in one to three places."""
    document = copy.deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        where = places(document)
        if not where:
            break
        container, key = chance.choice(where)
        match chance.randrange(5):
            case 0:
                del container[key]
            case 1:
                container[key] = chance.choice(ODD)
            case 2 if isinstance(container, dict):
                container[chance.choice(NAMES)] = chance.choice(ODD)
            case 3:
                other, name = chance.choice(where)
                container[key] = copy.deepcopy(other[name])
            case _:
                depth = chance.choice([3, 19, 25, 190, 400])
                container[key] = json.loads("[" * depth + "]" * depth)
    text = json.dumps(document, ensure_ascii=chance.random() < 0.7)
    match chance.randrange(12):
        case 0:
            text = text.replace("2.5", chance.choice(["NaN", "1e999", "-0", "2.50e0", "Infinity", "02", "1" * 5000]), 1)
        case 1:
            text = text.replace('"key"', '"key": "TWICE", "key"', 1)
        case 2:
            text = "\ufeff" + text
        case 3:
            text = text[: chance.randrange(len(text))]
    return text


def agrees(text: str) -> bool:
    """Whether the quick reader took `text`, which then must be what the models read."""
    quick = read_essentials(text)
    if quick is not None:
        assert quick == essentials_of(parse_manifest(text, "tool.json")), text
    return quick is not None


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_manifest_in_use_needs_no_models(path: Path) -> None:
    assert agrees(path.read_text(encoding="utf-8"))


def test_every_field_of_a_secret_is_read() -> None:
    quick = read_essentials(json.dumps(RICH))
    assert quick is not None
    assert quick == essentials_of(parse_manifest(json.dumps(RICH), "tool.json"))
    assert quick.secrets[1] == DeclaredSecret(
        "CA_FILE",
        type="file",
        obtain=WhereToObtain("https://bank.example/keys", "Sign in."),
        metadata={"owner": ["x"]},
    )


def test_whatever_is_taken_is_what_the_models_read() -> None:
    chance = random.Random(20261129)
    documents = [RICH, RICH, *(json.loads(path.read_text(encoding="utf-8")) for path in SHIPPED)]
    taken = [agrees(mutated(chance.choice(documents), chance)) for _ in range(6000)]
    assert 300 < sum(taken) < 5700  # both happen


@pytest.mark.parametrize(
    "secret", [{"key": "A_KEY", "pattern": "[a-z]+"}, {"key": "A_KEY", "type": "json", "schema": {"type": "object"}}]
)
def test_what_only_the_models_can_tell_is_left_to_them(secret: dict[str, Any]) -> None:
    text = json.dumps({**RICH, "secrets": [secret]})
    assert read_essentials(text) is None
    assert essentials_of(parse_manifest(text, "tool.json")).secrets[0].key == "A_KEY"


@pytest.mark.parametrize("key", ["PYTHONPATH", "not a key", "ALSO_\u0130"])
def test_a_key_that_is_refused_is_refused_by_the_models(key: str) -> None:
    text = json.dumps({**RICH, "secrets": [{"key": key}]})
    assert read_essentials(text) is None
    with pytest.raises(ManifestError):
        parse_manifest(text, "tool.json")
