"""tool.schema.json takes what the models take and refuses what they refuse, and the command prints it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from tests.migrations.table import UNTOUCHED
from tests.test_manifest import FIELD, SAMPLES, manifest, samples_for

from pixie_secrets.errors import ManifestError
from pixie_secrets.manifest import schema as manifest_schema
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.manifest.types import INPUT_TYPES, OUTPUT_TYPES

ROOT = Path(__file__).parents[1]
SHIPPED = [*sorted((ROOT / "tests" / "gallery").glob("*.json")), *sorted((ROOT / "examples").glob("tools/*/tool.json"))]
VALIDATOR = Draft7Validator(json.loads(manifest_schema.text()))


def fits(document: Any) -> bool:
    return bool(VALIDATOR.is_valid(document))


def parses(document: Any) -> bool:
    try:
        parse_manifest(json.dumps(document), "t")
    except ManifestError:
        return False
    return True


def secret(**fields: Any) -> dict[str, Any]:
    return manifest(secrets=[{"key": "A_KEY", **fields}])


def test_the_command_prints_it() -> None:
    done = subprocess.run([sys.executable, "-m", "pixie_secrets", "schema"], capture_output=True, text=True, check=True)
    assert done.stdout == manifest_schema.text()


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_gallery_and_the_examples_fit(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(path.read_text(encoding="utf-8")))] == []


def test_every_field_is_explained_to_the_editor() -> None:
    schema = VALIDATOR.schema
    assert isinstance(schema, dict)
    for model in (schema, *schema["definitions"].values()):
        for name, field in model.get("properties", {}).items():
            assert len(field.get("description", "")) > 10, name


TAKEN = [
    manifest(),
    manifest(**{"$schema": "../../tool.schema.json"}),
    manifest(schema_version="1.0", retain_runs=1e2, icon=None, tags=["a"]),
    secret(),
    secret(description="a\nb", required=True, type="integer", pattern="[0-9]+", example="12"),
    secret(type="json", schema={"type": "object"}, metadata={"owner": ["x"]}),
    secret(obtain={"url": "https://x.example/keys?a=b"}),
    secret(obtain={"text": "ask Ann", "url": None}),
    secret(obtain=None, metadata=None, schema=None),
    *(secret(rotate_after=text) for text in ("1d", "90d", "12w", "1y", "9999d", None)),
    manifest(secrets=[{"key": "UV_PUBLISH_TOKEN"}, {"key": "aws_key"}]),
]
REFUSED = [
    [],
    {},
    manifest(extra=1),
    manifest(id="a b"),
    manifest(id="x\n"),
    manifest(id="CON"),
    manifest(id="nul.txt"),
    manifest(id="x" * 65),
    manifest(id=1),
    manifest(name=""),
    manifest(name=" "),
    manifest(name="a\nb"),
    manifest(name="a\u202eb"),
    manifest(description="\x1b[2J"),
    manifest(layout="columns"),
    manifest(schema_version="2.0"),
    manifest(schema_version=1),
    manifest(retain_runs=1.5),
    manifest(retain_runs="1"),
    manifest(retain_runs=True),
    manifest(archived=1),
    manifest(tags="a"),
    manifest(inputs={}),
    *(manifest(entrypoint=path) for path in ("", "/x", "../x", "a/../b", "a//b", ".", "a/.", "a\\b", "C:x", "a/")),
    manifest(entrypoint="a\nb"),
    manifest(secrets=["A"]),
    manifest(secrets={"A": "x"}),
    manifest(secrets=[{}]),
    secret(label="a"),
    secret(value="x"),
    *(secret(key=key) for key in ("", "1A", "A-B", "A B", "A\n", "_A", "A" * 129)),
    *(secret(key=key) for key in ("PATH", "LD_PRELOAD", "PYTHONPATH", "PIP_X")),
    secret(required="yes"),
    secret(type="password"),
    secret(type=None),
    secret(pattern=1),
    secret(pattern="a" * 1001),
    secret(example="a\nb"),
    secret(example=""),
    secret(obtain="https://x.example"),
    secret(obtain={}),
    secret(obtain={"url": None}),
    secret(obtain={"url": "javascript:alert(1)"}),
    secret(obtain={"url": "https://user@x"}),
    secret(obtain={"text": "a\nb"}),
    secret(obtain={"text": "a", "link": "b"}),
    secret(metadata=[]),
    *(secret(rotate_after=text) for text in (90, "", "90", "d", "0d", "090d", "90 d", "90D", "3m", "-1d", "1d\n")),
    secret(schema={}),
    secret(type="string", schema={}),
    secret(type="json", schema=[]),
    manifest(inputs=[{**FIELD, "type": "txt"}]),
    manifest(inputs=[FIELD]),
    manifest(inputs=[{**FIELD, "type": "slider", "min": 1}]),
    manifest(inputs=[{**FIELD, "type": "slider", "min": 1, "max": None}]),
    manifest(inputs=[{**FIELD, "type": "number", "min": "1"}]),
    manifest(inputs=[{**FIELD, "type": "date", "min": 1}]),
    manifest(inputs=[{**FIELD, "type": "select"}]),
    manifest(inputs=[{**FIELD, "type": "select", "options": [{"value": None, "label": "a"}]}]),
    manifest(inputs=[{**FIELD, "type": "text", "show_if": {"key": "a"}}]),
    manifest(inputs=[{**FIELD, "type": "file", "accept": 1}]),
    manifest(inputs=[{**FIELD, "type": "table", "columns": [{"key": "a"}]}]),
    manifest(outputs=[{**FIELD, "type": "number", "format": "money"}]),
    manifest(outputs=[{**FIELD, "type": "text", "format": "currency"}]),
    manifest(outputs=[{**FIELD, "type": "text", "layout": "row"}]),
]  # fmt: skip


@pytest.mark.parametrize("document", TAKEN, ids=json.dumps)
def test_what_the_models_take_fits(document: Any) -> None:
    assert parses(document)
    assert fits(document)


@pytest.mark.parametrize("document", REFUSED, ids=lambda document: json.dumps(document)[-60:])
def test_what_the_models_refuse_does_not_fit(document: Any) -> None:
    assert not parses(document)
    assert not fits(document)


# What no schema of that draft can say; the module's docstring tells it.
BEYOND = [
    manifest(secrets=[{"key": "A"}, {"key": "A"}]),
    manifest(secrets=[{"key": "A"}, {"key": "a"}]),
    secret(key="path"),
    secret(pattern="("),
    secret(type="json", schema={"type": "strnig"}),
]


@pytest.mark.parametrize("document", BEYOND, ids=json.dumps)
def test_what_only_the_program_can_refuse_is_told_apart(document: Any) -> None:
    assert not parses(document)
    assert fits(document)


@pytest.mark.parametrize(
    ("part", "kind"),
    [(part, kind) for part, types in (("inputs", INPUT_TYPES), ("outputs", OUTPUT_TYPES)) for kind in types],
)
def test_each_type_has_its_own_fields_and_no_others(part: str, kind: str) -> None:
    types = INPUT_TYPES if part == "inputs" else OUTPUT_TYPES
    names = [name.rstrip("!") for name in types[kind]]
    own = {**FIELD, "type": kind, **{name: samples_for(kind, name) for name in names}}
    assert fits(manifest(**{part: [own]}))
    foreign = {name.rstrip("!") for fields in types.values() for name in fields} - set(names)
    for name in foreign:
        odd = manifest(**{part: [{**own, name: samples_for(kind, name)}]})
        assert not fits(odd)
        assert not parses(odd)
    assert SAMPLES


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [path.read_text(encoding="utf-8") for path in SHIPPED[:6]]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(FIELDS), st.data())
def test_a_manifest_with_one_value_changed_is_judged_alike(text: str, data: st.DataObject) -> None:
    document = json.loads(text)
    spot: Any = document
    while isinstance(spot, dict | list) and spot:
        steps = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
        step = data.draw(st.sampled_from(steps))
        if not isinstance(spot[step], dict | list) or not spot[step] or data.draw(st.booleans()):
            spot[step] = data.draw(JSON)
            break
        spot = spot[step]
    assert fits(document) == parses(document)


def test_the_untouched_of_the_migrations_that_parse_fit() -> None:
    for case in UNTOUCHED:
        document = json.loads(case.before.removeprefix("\ufeff"))
        assert fits(document) == parses(document)
