"""Any older tool.json becomes today's, and every byte that need not change stays."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.migrations.table import CASES, Case, one_line

from pixie_secrets.errors import ManifestError
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.migrations import label_to_description, version_as_text, version_explicit
from pixie_secrets.migrations.steps import migrate_text

GALLERY = sorted((Path(__file__).parents[1] / "gallery").glob("*.json"))
WHERE = "tools/x/tool.json"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_migration_changes_these_bytes_and_no_others(case: Case) -> None:
    migration = migrate_text(case.before, WHERE)
    assert migration.text == (case.after if case.after is not None else case.before)
    assert bool(migration.changes) == (case.after is not None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_migrating_twice_is_migrating_once(case: Case) -> None:
    after = migrate_text(case.before, WHERE).text
    assert migrate_text(after, WHERE).text == after
    assert migrate_text(after, WHERE).changes == ()


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len({case.before for case in CASES}) >= 60


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_needs_no_migration(path: Path) -> None:
    text = path.read_bytes().decode()
    assert migrate_text(text, WHERE) == (text, (), None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1:1: the file is empty"),
        (" \n\t", ":1:1: the file is empty"),
        ("[]", ":1:1: must be an object"),
        ('"x"', ":1:1: must be an object"),
        ('{"id": "x",\n "id": "y"}', ":2:2: the same key stands twice"),
        ('{"secrets": [{"key": "A",\n"label": "a", "label": "a"}]}', ":2:15: the same key stands twice"),
        ('{"id": "x", // note\n}', ":1:13: comments are not part of JSON"),
        ('{"id": "x",\n}', ":1:11: a comma before the closing bracket"),
        ('{"retain_runs": NaN}', ":1:17: NaN and Infinity"),
        ('{"id": "x"} {}', ":1:13: more text after the end"),
        ('{"id": "\\ud800"}', ":1:8: half a surrogate pair"),
        ("{'id': 'x'}", ":1:2: JSON knows only straight double quotes"),
        ('{"id": "x"', ":1:11: the text ends too early"),
    ],
)
def test_what_cannot_be_read_without_guessing_is_refused_at_its_place(text: str, said: str) -> None:
    with pytest.raises(ManifestError) as caught:
        migrate_text(text, WHERE)
    assert caught.value.message.startswith(WHERE + said)


@pytest.mark.parametrize("version", ['"1.1"', '"2.0"', '"2"', "2", "1.5", '"v3"', '"1.0.1"', '"10.0"'])
def test_a_newer_version_is_refused_with_what_to_upgrade(version: str) -> None:
    with pytest.raises(ManifestError) as caught:
        migrate_text(f'{{"id": "x",\n"schema_version": {version}}}', WHERE)
    assert caught.value.message.startswith(f"{WHERE}:2:19: written for a newer format than 1.0")
    assert "upgrade pixie-secrets" in caught.value.hint


@pytest.mark.parametrize("version", ['"0.9"', '"latest"', "null", "true", "[]", "0", "-1", '""'])
def test_a_version_there_never_was_is_refused(version: str) -> None:
    with pytest.raises(ManifestError, match="an unknown schema_version"):
        migrate_text(f'{{"schema_version": {version}}}', WHERE)


def test_a_label_that_contradicts_the_description_is_shown_and_refused() -> None:
    with pytest.raises(ManifestError) as caught:
        migrate_text('{"secrets": [{"key": "A",\n"label": "Old\\u001b[2J", "description":\n"New"}]}', WHERE)
    assert caught.value.message == (
        f"{WHERE}:2:1: secrets[0] has the label “Old?[2J” and, in line 2, the description “New”"
    )


@pytest.mark.parametrize("field", ["value", "OPENAI_API_KEY", "note"])
def test_a_field_the_format_never_had_stops_the_migration_and_is_not_shown(field: str) -> None:
    text = one_line(f'[{{"key": "A", "label": "a", "{field}": "sk-canary-9f2K"}}]')
    with pytest.raises(ManifestError) as caught:
        migrate_text(text, WHERE)
    assert "canary" not in caught.value.message + caught.value.hint


def test_what_is_still_wrong_afterwards_is_said_with_its_place_in_the_new_text() -> None:
    migration = migrate_text(
        '{"id": "x", "name": "X", "secrets": [{"key": "A", "label": "a"}],\n"inputs": [], "outputs": 1}', WHERE
    )
    assert migration.problem
    assert migration.problem.message == f"{WHERE}:2:26: outputs: must be a list, not a number"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
LAYOUT = st.sampled_from([None, 0, 1, 2, 4, "\t"])


def surrogates(document: Any) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in json.dumps(document, ensure_ascii=False))


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(st.text(max_size=8), JSON, max_size=5), LAYOUT, st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_any_document_in_which_nothing_applies_comes_back_unchanged(
    document: dict[str, Any], indent: Any, escaped: bool, newline: str
) -> None:
    for name in ("secrets", "schema_version"):
        document.pop(name, None)
    if surrogates(document):
        return
    text = json.dumps(document, indent=indent, ensure_ascii=escaped).replace("\n", newline)
    assert label_to_description.step(text) == text
    assert version_as_text.step(text) == text


OLD_SECRET = st.fixed_dictionaries(
    {},
    optional={
        "label": st.text(max_size=20) | st.none(),
        "required": st.booleans(),
    },
)


@settings(deadline=None, max_examples=100)
@given(st.lists(OLD_SECRET, max_size=5), LAYOUT, st.booleans(), st.sampled_from([None, "1.0", 1, "v1"]))
def test_any_legacy_manifest_migrates_and_parses(
    secrets: list[dict[str, Any]], indent: Any, doubled: bool, version: Any
) -> None:
    document: dict[str, Any] = {"id": "x", "name": "X", "inputs": [], "outputs": [], "secrets": []}
    for number, secret in enumerate(secrets):
        label = secret.get("label")
        if label and not label.isprintable():
            secret["label"] = label = "plain"
        both = {"description": label} if doubled and "label" in secret else {}
        document["secrets"].append({"key": f"KEY_{number}", **secret, **both})
    if version is not None:
        document["schema_version"] = version
    text = json.dumps(document, indent=indent)
    migration = migrate_text(text, WHERE)
    assert migration.problem is None
    parsed = parse_manifest(migration.text, WHERE)
    assert [secret.description for secret in parsed.secrets] == [secret.get("label") for secret in secrets]
    assert [secret.required for secret in parsed.secrets] == [secret.get("required", False) for secret in secrets]
    assert migrate_text(migration.text, WHERE) == (migration.text, (), None)
    legacy = version not in (None, "1.0") or any("label" in secret for secret in secrets)
    assert (migration.text != text) == legacy


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda data: data.decode("latin-1")))
def test_no_text_at_all_ends_in_anything_but_a_migration_or_a_refusal(text: str) -> None:
    with suppress(ManifestError):
        migrate_text(text, WHERE)


def test_the_version_is_put_into_an_empty_object_too() -> None:
    assert version_explicit.step("{}") == '{"schema_version": "1.0"}'
