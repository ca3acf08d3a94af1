"""tool.json: every field of the format is taken, everything else is one clear error that repeats no value."""

from __future__ import annotations

import json
import os
import re
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pixie_secrets.errors import ManifestError
from pixie_secrets.manifest.json_places import DEPTH_MAX, JsonProblem, places
from pixie_secrets.manifest.models import Manifest, parse_manifest, read_manifest
from pixie_secrets.manifest.types import INPUT_TYPES, OUTPUT_TYPES

GALLERY = sorted((Path(__file__).parent / "gallery").glob("*.json"))
WHERE = "tools/x/tool.json"
CANARY = "sk-proj-9f2Kq7canary"
FIELD = {"key": "a", "label": "A"}
SAMPLES: dict[str, Any] = {
    "placeholder": "…", "max_length": 5, "monospace": True, "min": 1, "max": 2.5, "step": 0.1, "unit": "kg",
    "range": True, "options": [{"value": "a", "label": "A"}, {"value": 1, "label": "B"}, {"value": True, "label": "C"}],
    "searchable": True, "accept": [".csv"], "max_size_mb": 10, "multiple": True, "schema": {"type": "object"},
    "language": "text", "suggestions": ["a"], "endpoint": "/autocomplete/x", "min_rows": 1, "max_rows": 9,
    "columns": [{"key": "a", "label": "A", "type": "number"}], "default_center": [51.5, -0.12], "default_zoom": 5,
    "format": "percent", "precision": 2, "true_label": "yes", "false_label": "no", "downloadable": True,
    "x_label": "x", "y_label": "y", "log_x": True, "log_y": True,
}  # fmt: skip


def manifest(**more: Any) -> dict[str, Any]:
    return {"id": "x", "name": "X", "inputs": [], "outputs": [], **more}


def parsed(**more: Any) -> Manifest:
    return parse_manifest(json.dumps(manifest(**more)), WHERE)


def refusal(document: Any) -> ManifestError:
    """The error of a document, given as text or as what `json.dumps` makes a line per value of."""
    text = document if isinstance(document, str) else json.dumps(document, indent=2)
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text, WHERE)
    assert CANARY not in caught.value.message + caught.value.hint
    assert caught.value.__cause__ is None
    assert "\n" not in caught.value.message
    return caught.value


def refused_field(part: str, **fields: Any) -> ManifestError:
    return refusal(manifest(**{part: [{**FIELD, **fields}]}))


def samples_for(kind: str, field: str) -> Any:
    name = field.rstrip("!")
    return "2026-01-31" if kind == "date" and name in {"min", "max"} else SAMPLES[name]


# --- what is taken


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_every_manifest_of_the_gallery_parses(path: Path) -> None:
    written = json.loads(path.read_bytes())
    read = read_manifest(path)
    assert read.id == written["id"]
    assert [field.key for field in read.inputs] == [field["key"] for field in written["inputs"]]
    assert [secret.key for secret in read.secrets] == [secret["key"] for secret in written["secrets"]]


def test_the_gallery_is_complete() -> None:
    assert len(GALLERY) == 31


def test_what_is_left_out_has_the_documented_default() -> None:
    assert parsed().model_dump(exclude={"inputs", "outputs"}) == {
        "json_schema": None, "id": "x", "name": "X", "description": None, "version": None, "category": None,
        "icon": None, "layout": "form", "warm_keep_seconds": 300, "max_memory_mb": 512, "max_runtime_seconds": 60,
        "secrets": (), "schema_version": "1.0", "concurrent": True, "validator_timeout_override": None,
        "requires_data_persistence": False, "input_transport": "json", "provides_file_endpoint": False,
        "provides_autocomplete": False, "retain_runs": 100, "tags": (), "archived": False, "pinned_warm": False,
        "entrypoint": "main.py", "package": None, "workspace_default": None,
    }  # fmt: skip
    assert parsed(inputs=[{**FIELD, "type": "text"}]).inputs[0].required is True
    assert parsed(secrets=[{"key": "A"}]).secrets[0].model_dump() == {
        "key": "A", "description": None, "required": False, "type": "string", "pattern": None, "example": None,
        "obtain": None, "probe": None, "metadata": None, "rotate_after": None, "schema_": None, "oauth2": None,
    }  # fmt: skip


@pytest.mark.parametrize("kind", INPUT_TYPES)
def test_an_input_takes_all_fields_of_its_type(kind: str) -> None:
    own = {field.rstrip("!"): samples_for(kind, field) for field in INPUT_TYPES[kind]}
    common = {"default": [None, {"a": 1}], "group": "g", "show_if": {"key": "b", "equals": 1}, "description": "d"}
    [field] = parsed(inputs=[{**FIELD, "type": kind, **own, **common}]).inputs
    dumped = field.model_dump(mode="json", by_alias=True)
    assert {name: dumped[name] for name in own} == own
    assert field.default == [None, {"a": 1}]


@pytest.mark.parametrize("kind", OUTPUT_TYPES)
def test_an_output_takes_all_fields_of_its_type(kind: str) -> None:
    own = {field: SAMPLES[field] for field in OUTPUT_TYPES[kind]}
    common = {"caption": "c", "unit": "u", "streaming": True, "layout": "tab", "default_export_format": "csv"}
    [field] = parsed(outputs=[{**FIELD, "type": kind, **own, **common, "supported_export_formats": ["csv"]}]).outputs
    dumped = field.model_dump(mode="json")
    assert {name: dumped[name] for name in own} == own
    assert field.layout == "tab"


def test_the_value_of_an_option_keeps_its_type() -> None:
    options = [{"value": value, "label": "x"} for value in ("1", 1, 1.0, True)]
    read = parsed(inputs=[{**FIELD, "type": "select", "options": options}]).inputs[0].options
    assert read is not None
    assert [repr(option.value) for option in read] == ["'1'", "1", "1.0", "True"]


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert parsed(max_memory_mb=512.0).max_memory_mb == 512


def test_a_schema_for_editors_may_be_named() -> None:
    assert parsed(**{"$schema": "tool.schema.json"}).id == "x"


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse_manifest("\ufeff" + json.dumps(manifest()), WHERE).id == "x"


def test_inputs_with_the_same_key_are_left_to_lint() -> None:
    assert len(parsed(inputs=[{**FIELD, "type": "text"}] * 2).inputs) == 2


def test_a_manifest_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        parsed().id = "y"  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize("tool_id", ["x", "a.b-c_D9", "0", "x" * 64, "console", "com"])
def test_an_id_that_can_name_a_folder_is_taken(tool_id: str) -> None:
    assert parsed(id=tool_id).id == tool_id


# --- what is refused, and how


@pytest.mark.parametrize(
    "tool_id",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        ".x",
        "-x",
        "_x",
        "x.",
        "a b",
        "é",
        "x\n",
        "x" * 65,
        "CON",
        "nul.txt",
        "com1",
    ],
)
def test_an_id_that_could_not_name_a_folder_everywhere_is_refused(tool_id: str) -> None:
    assert refusal(manifest(id=tool_id)).message.startswith(f"{WHERE}:2:9: id: ")


@settings(deadline=None)
@given(st.text(alphabet=string.ascii_letters + string.digits + "./\\-_: \n\0~", max_size=70))
def test_an_accepted_id_is_one_plain_folder_name(tool_id: str) -> None:
    try:
        accepted = parsed(id=tool_id).id
    except ManifestError:
        return
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", accepted)
    assert Path("tools", accepted).name == accepted


@pytest.mark.parametrize(
    ("document", "said", "hint"),
    [
        (manifest(nam="y"), "6:3: nam: unknown field", "did you mean name?"),
        (manifest(layout="frm"), "6:13: layout: must be one of form, chat or split", ""),
        (manifest(max_memory_mb="512"), "6:20: max_memory_mb: must be a whole number, not a string", ""),
        (manifest(max_memory_mb=1.5), "6:20: max_memory_mb: must be a whole number", ""),
        (manifest(concurrent=1), "6:17: concurrent: must be true or false, not a number", ""),
        (manifest(tags="a"), "6:11: tags: must be a list, not a string", ""),
        (manifest(name=None), "3:11: name: must be a string, not null", ""),
        (manifest(name=" "), "3:11: name: must be one line of text", ""),
        (manifest(entrypoint="../main.py"), "6:17: entrypoint: must be a path inside the tool's folder", "main.py"),
        ({"name": "X", "inputs": [], "outputs": []}, "1:1: id: required, and missing", ""),
        ([manifest()], "1:1: must be an object, not a list", ""),
        (5, "1:1: must be an object, not a number", ""),
    ],
)
def test_a_wrong_field_is_named_with_its_line_and_column(document: Any, said: str, hint: str) -> None:
    error = refusal(document)
    assert error.message == f"{WHERE}:{said}"
    assert hint in error.hint


@pytest.mark.parametrize(
    ("fields", "said", "hint"),
    [
        ({"type": "txt"}, '8:15: inputs[0].type: unknown type "txt"', "did you mean text?"),
        ({"type": CANARY}, "8:15: inputs[0].type: unknown type", "text, textarea"),
        ({}, "5:5: inputs[0].type: required, and missing", "type"),
        ({"type": "number", "max_length": 3}, "9:7: inputs[0].max_length: not a field of type number", "max, min"),
        ({"type": "text", "max_lenght": 3}, "9:7: inputs[0].max_lenght: unknown field", "did you mean max_length?"),
        ({"type": "json", "schema_": {}}, "9:7: inputs[0].schema_: unknown field", "did you mean schema?"),
        ({"type": "slider", "min": 1}, "5:5: inputs[0].max: required, and missing", "max"),
        ({"type": "slider", "min": 1, "max": None}, "10:14: inputs[0].max: required, and missing", "max"),
        ({"type": "select"}, "5:5: inputs[0].options: required, and missing", "options"),
        ({"type": "date", "min": 3}, "9:14: inputs[0].min: must be a string such as 2026-01-31", ""),
        ({"type": "number", "min": "3"}, "9:14: inputs[0].min: must be a number", ""),
        ({"type": "number", "min": [3]}, "9:14: inputs[0].min: must be a number or a string, not a list", ""),
        ({"type": "file", "accept": [1]}, "10:9: inputs[0].accept[0]: must be a string, not a number", ""),
        (
            {"type": "radio", "options": [{"value": None, "label": "a"}]},
            "11:20: inputs[0].options[0].value: must be a string or a number or true or false, not null",
            "",
        ),
        (
            {"type": "radio", "options": [{"value": 1, "label": "a", "x": CANARY}]},
            "13:11: inputs[0].options[0].x: unknown field",
            "fields here: label, value",
        ),
        ({"type": "text", "show_if": {"key": "b"}}, "9:18: inputs[0].show_if.equals: required, and missing", "equals"),
    ],
)
def test_a_wrong_input_is_named_with_its_line_and_column(fields: dict[str, Any], said: str, hint: str) -> None:
    error = refused_field("inputs", **fields)
    assert error.message == f"{WHERE}:{said}"
    assert hint in error.hint


def test_a_wrong_output_is_named_with_its_line_and_column() -> None:
    assert refused_field("outputs", type="chart_lines").hint == "did you mean chart_line?"
    error = refused_field("outputs", type="kv", columns=[])
    assert error.message == f"{WHERE}:10:7: outputs[0].columns: not a field of type kv"


@pytest.mark.parametrize("part", ["inputs", "outputs"])
def test_a_field_of_another_type_is_refused_in_every_type(part: str) -> None:
    types = INPUT_TYPES if part == "inputs" else OUTPUT_TYPES
    every = {field.rstrip("!") for fields in types.values() for field in fields}
    for kind, fields in types.items():
        own = {field.rstrip("!"): samples_for(kind, field) for field in fields}
        for foreign in every - set(own):
            error = refused_field(part, type=kind, **own, **{foreign: samples_for(kind, foreign)})
            assert f"{part}[0].{foreign}: not a field of type {kind}" in error.message


def test_misspelt_comes_before_missing_and_the_others_are_counted() -> None:
    error = refusal(manifest(inputs=[{"key": "a", "lable": "A", "type": "text"}], outputs=[{}]))
    assert "inputs[0].lable: unknown field (and 4 more problems in this file)" in error.message
    assert error.hint == "did you mean label?"


# --- secrets


def test_a_label_on_a_secret_is_the_old_format_and_points_to_the_migration() -> None:
    error = refusal(manifest(secrets=[{"key": "A", "label": "Key of A"}]))
    assert error.message == f"{WHERE}:9:7: secrets[0].label: the old name of description"
    assert "migrate-tool-format" in error.hint


@pytest.mark.parametrize("name", ["value", "default", "Token", "OPENAI_API_KEY", CANARY])
def test_a_value_in_a_declaration_is_to_be_rotated_and_is_not_repeated(name: str) -> None:
    error = refusal(manifest(secrets=[{"key": "A", name: CANARY}]))
    assert "secrets[0]" in error.message
    assert "not a field of a secret" in error.message
    assert "rotate" in error.hint
    assert "set-secret" in error.hint


@pytest.mark.parametrize("secrets", [{"OPENAI_API_KEY": CANARY}, [f"OPENAI_API_KEY={CANARY}"], CANARY])
def test_secrets_written_in_another_shape_are_shown_the_right_one(secrets: Any) -> None:
    error = refusal(manifest(secrets=secrets))
    assert '{"key": "OPENAI_API_KEY"' in error.hint
    assert "rotate" in error.hint


def test_a_value_in_the_place_of_a_key_is_not_repeated() -> None:
    assert "secrets[0].key: not a well-formed secret key" in refusal(manifest(secrets=[{"key": CANARY}])).message


def test_a_key_that_steers_a_process_is_refused() -> None:
    assert "PATH is not a secret's name" in refusal(manifest(secrets=[{"key": "PATH"}])).message


@pytest.mark.parametrize(("second", "said"), [("A", "the same secret twice"), ("a", "differs from A only in case")])
def test_two_secrets_of_one_name_are_refused_at_the_second(second: str, said: str) -> None:
    error = refusal(manifest(secrets=[{"key": "A"}, {"key": "B"}, {"key": second}]))
    assert error.message == f"{WHERE}:14:14: secrets[2].key: {said}"


@pytest.mark.parametrize("text", ["\x1b[2J", "a\x00", "\u202eevil", "a\rb"])
def test_what_people_are_shown_holds_no_control_characters(text: str) -> None:
    assert (
        "secrets[0].description: holds a control"
        in refusal(manifest(secrets=[{"key": "A", "description": text}])).message
    )
    assert refusal(manifest(name=f"X{text}")).message.startswith(f"{WHERE}:3:11: name: ")


# --- JSON itself


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"id": "x",\n "a": 1,}', "2:8: a comma before the closing bracket"),
        ('{"id": NaN}', "1:8: NaN and Infinity are not part of JSON"),
        ('{"max_memory_mb": -Infinity}', "1:19: NaN and Infinity are not part of JSON"),
        ('{"a": 1,\n "b": 2, "a": 3}', "2:10: the same key stands twice in one object"),
        ('{"inputs": [{"a": 1, "a": 2}]}', "1:22: the same key stands twice in one object"),
        ("{\n  // why\n}", "2:3: comments are not part of JSON"),
        ("{'id': 1}", "1:2: JSON knows only straight double quotes"),
        ("{“id”: 1}", "1:2: JSON knows only straight double quotes"),
        ('{"a": "\\ud800"}', "1:7: half a surrogate pair in a string"),
        ('{"a": "x\ny"}', "1:9: a bare control character in a string"),
        ('{"a": "C:\\q"}', "1:10: an escape that JSON does not have"),
        ('{"a": "x', "1:7: a string without its closing quote"),
        ('{"a" 1}', "1:6: a colon after the key is missing"),
        ('{"a": 1 "b": 2}', "1:9: a comma or } is missing"),
        ('{"a": [1 2]}', "1:10: a comma or ] is missing"),
        ('{"a": 01}', "1:8: a comma or } is missing"),
        ('{"a": }', "1:7: a value is missing"),
        ('{"a": 1e999}', "1:7: a number out of range"),
        (f'{{"a": {"9" * 5000}}}', "1:7: a number out of range"),
        ('{"a": True}', "1:7: JSON writes true, false and null in lower case"),
        ('{"a": 1', "1:8: the text ends too early"),
        ("{} {}", "1:4: more text after the end of the document"),
        ("", " the file is empty"),
        (" \n\ufeff\n", "2:1: a value is missing"),
        (f'{{"a": {"[" * 300}{"]" * 300}}}', f"1:207: nested deeper than {DEPTH_MAX}"),
        ('{"a": ' + "[" * 100_000, f"1:207: nested deeper than {DEPTH_MAX}"),
    ],
)
def test_broken_json_is_one_sentence_with_line_and_column(text: str, said: str) -> None:
    assert refusal(text).message == f"{WHERE}:{said}"


def test_the_deepest_document_that_is_taken_is_as_deep_as_the_message_says() -> None:
    lists = DEPTH_MAX - 3  # below the document, the list of inputs and the input
    deep = "[" * lists + "]" * lists
    text = (
        '{"id": "x", "name": "X", "outputs": [], "inputs": [{"key": "a", "label": "A", "type": "json", "default": %s}]}'
    )
    assert parse_manifest(text % deep, WHERE).id == "x"
    assert "nested deeper" in refusal(text % f"[{deep}]").message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@settings(deadline=None)
@given(JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_every_value_of_any_document_is_found_at_its_place(document: Any, indent: Any, escaped: bool) -> None:
    try:
        text = json.dumps(document, indent=indent, ensure_ascii=escaped)
        text.encode()
    except UnicodeEncodeError:
        return

    def walk(value: Any, path: tuple[Any, ...]) -> None:
        place = found[path]
        assert json.loads(text[place.start : place.end]) == value
        if path and isinstance(path[-1], str):
            assert place.key is not None
            assert json.JSONDecoder().raw_decode(text, place.key)[0] == path[-1]
        steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for step, inner in steps:
            walk(inner, (*path, step))

    found = places(text)
    walk(document, ())


@settings(deadline=None)
@given(st.text(alphabet='{}[]",:0123456789.eE+-tfnrualse\\ \n', max_size=40) | st.text(max_size=20))
def test_the_strict_reader_takes_only_what_the_standard_library_takes(text: str) -> None:
    try:
        places(text)
    except JsonProblem as problem:
        assert 0 <= problem.offset <= len(text)  # noqa: PT017  both outcomes are right; this is about the first
        return
    json.loads(text)


@settings(deadline=None)
@given(JSON)
def test_no_document_at_all_ends_in_anything_but_a_manifest_or_its_error(document: Any) -> None:
    for text in (json.dumps(document), json.dumps({**manifest(), "inputs": [document], "secrets": document})):
        try:
            parse_manifest(text, WHERE)
        except ManifestError as error:
            assert error.message.startswith(f"{WHERE}:")  # noqa: PT017  a manifest is as right as its error


@settings(deadline=None)
@given(
    st.text(alphabet=string.ascii_letters + string.digits, min_size=12, max_size=40).filter(
        lambda t: any(map(str.isdigit, t))
    )
)
def test_no_error_ever_repeats_a_value(value: str) -> None:
    documents: list[dict[str, Any]] = [
        manifest(**{value: value}),
        manifest(layout=value, version=[value]),
        manifest(id=f"/{value}"),
        manifest(inputs=[{"key": value, "label": value, "type": value}]),
        manifest(secrets=[{"key": "A", "value": value}]),
        manifest(secrets=[{"key": f"{value} "}]),
        manifest(secrets={value: value}),
    ]
    for document in documents:
        error = refusal(document)
        assert value not in error.message + error.hint


# --- the file


def test_the_error_names_the_file_by_its_last_three_parts(tmp_path: Path) -> None:
    path = tmp_path / "tools" / "whisper" / "tool.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"id": }')
    with pytest.raises(ManifestError, match=r"^tools/whisper/tool\.json:1:8: a value is missing$"):
        read_manifest(path)


def test_a_file_that_is_not_utf_8_is_refused_at_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "tool.json"
    path.write_bytes('{\n "name": "caf\xe9"}'.encode("latin-1"))
    with pytest.raises(ManifestError, match=r"tool\.json:2:14: not UTF-8"):
        read_manifest(path)


def test_a_file_larger_than_one_mebibyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tool.json"
    path.write_text(json.dumps(manifest()) + " " * 1024 * 1024)
    with pytest.raises(ManifestError, match="larger than 1 MiB"):
        read_manifest(path)


def test_a_link_a_fifo_a_folder_and_nothing_are_refused_at_once(tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    real.write_text(json.dumps(manifest()))
    (tmp_path / "link").symlink_to(real)
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    for name, said in (
        ("link", "is a link"),
        ("dangling", "is a link"),
        ("fifo", "is not a plain file"),
        ("folder", "is not a plain file"),
        ("nothing", "cannot be read: no such file or directory"),
    ):
        with pytest.raises(ManifestError, match=said):
            read_manifest(tmp_path / name)


@pytest.mark.timeout(20)  # it takes one; half an hour, where each problem is held against every other one
def test_a_manifest_of_nothing_but_problems_is_refused_in_time() -> None:
    text = '{"id": "x", "name": "X", "inputs": [], "outputs": [], "secrets": [' + ",".join(["{}"] * 60_000) + "]}"
    with pytest.raises(ManifestError, match="59999 more problems"):
        parse_manifest(text, "tool.json")
