"""tool.schema.json as ajv takes it when it is strict, and as the editor's own service completes and checks with it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import require
from tests.readers.programs import HERE, MODULES, npm_program
from tests.test_manifest import FIELD, manifest

SCHEMA = Path(__file__).parents[2] / "tool.schema.json"


def asked(*questions: dict[str, str]) -> list[Any]:
    """What both readers answer; ajv compiles the schema first, and refuses all where it would not."""
    require("ajv (npm install --no-save --prefix tests/readers)", (MODULES / "ajv").exists())
    command = [npm_program("node-newest"), HERE / "schema.cjs", SCHEMA]
    done = subprocess.run(command, input=json.dumps(questions), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


def test_ajv_takes_it_at_its_strictest_and_every_manifest_of_the_gallery() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((SCHEMA.parent / "tests/gallery").glob("*.json"))]
    assert len(texts) > 10
    for said in asked(*({"check": text} for text in texts)):
        assert said == {"editor": [], "ajv": []}


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ('{"inputs": [{"type": "table", "columns": [{"key": "a", "type": "|"}]}]}', {"string", "number", "boolean"}),
        ('{"outputs": [{"type": "table", "columns": [{"key": "a", "type": "|"}]}]}', {"string", "number", "date"}),
        ('{"outputs": [{"type": "table", "columns": [{"|"}]}]}', {"key", "label", "type"}),
        ('{"inputs": [{"type": "|"}]}', {"text", "slider", "map_point"}),
        ('{"inputs": [{"type": "slider", "|"}]}', {"min", "max", "step", "show_if", "group"}),
        ('{"inputs": [{"type": "select", "options": [{"|"}]}]}', {"value", "label"}),
        ('{"secrets": [{"type": "|"}]}', {"string", "url", "json"}),
        ('{"secrets": [{"obtain": {"|"}}]}', {"url", "text"}),
        ('{"layout": "|"}', {"form", "chat", "split"}),
    ],
)
def test_an_editor_offers_what_may_stand_there(text: str, offered: set[str]) -> None:
    [answer] = asked({"complete": text})
    assert offered <= set(answer)


UNKNOWN = {
    "manifest": manifest(colour="red"),
    "secret": manifest(secrets=[{"key": "A_KEY", "colour": "red"}]),
    "obtain": manifest(secrets=[{"key": "A_KEY", "obtain": {"text": "ask Ann", "colour": "red"}}]),
    "text": manifest(inputs=[{**FIELD, "type": "text", "colour": "red"}]),
    "hidden": manifest(inputs=[{**FIELD, "type": "hidden", "colour": "red"}]),
    "column": manifest(outputs=[{**FIELD, "type": "table", "columns": [{**FIELD, "type": "number", "colour": "red"}]}]),
    "output": manifest(outputs=[{**FIELD, "type": "kv", "colour": "red"}]),
}


@pytest.mark.parametrize("document", UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_key_is_named_as_such(document: dict[str, Any]) -> None:
    [said] = asked({"check": json.dumps(document)})
    assert ['"colour"', "Property colour is not allowed."] in said["editor"]
    assert said["ajv"] == ["colour"]
