"""A value that is not what tool.json declares is refused with the rule, and never with the value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import add_tool

from pixie_secrets.errors import ManifestError, ValueRefused
from pixie_secrets.layouts.project import Project
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets, check_answer, set_secret
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.secret.type import TYPES, TypeName, check_type

if TYPE_CHECKING:
    from pixie_secrets.manifest.secret import Secret

CANARY = "canary9f2Kq7"


def secret(**fields: Any) -> Secret:
    document = {"id": "x", "name": "X", "inputs": [], "outputs": [], "secrets": [{"key": "K", **fields}]}
    return parse_manifest(json.dumps(document), "t").secrets[0]


def declaration_error(**fields: Any) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        secret(**fields)
    return caught.value


def refusal(declared: Secret, value: str, folder: Path) -> str:
    """What is said of `value`, empty when it is taken."""
    try:
        check_type(declared, SecretStr(value), folder)
    except ValueRefused as error:
        refused = error
    else:
        return ""
    assert refused.__context__ is None
    assert value not in refused.message + refused.hint or len(value) < 4
    return refused.message


@pytest.mark.parametrize(
    ("kind", "fits", "does_not"),
    [
        ("string", ["anything", " ", "line\nline"], []),
        (
            "url",
            ["https://a.example", "postgres://u:p@h/db", "sqlite:///a.db", "redis+tls://:p%40[x@h:1,h2:2/0"],
            ["a.example", "https://", "://x", "https://a b", "https://a\nb", "1http://a", "mailto:x"],
        ),
        (
            "integer",
            ["0", "-12", "007", "9" * 4300],
            ["", "1.0", "1e3", " 1", "1\n", "+1", "1_000", "\u0661", "9" * 4301],
        ),
        (
            "json",
            ["{}", "[1]", '"x"', "null", ' {"a": 1}\n'],
            ["{", "{'a': 1}", "NaN", "[Infinity]", "", "[" * 100_000],
        ),
    ],
)
def test_each_type_takes_what_it_should(kind: str, fits: list[str], does_not: list[str], tmp_path: Path) -> None:
    declared = secret(type=kind)
    assert [refusal(declared, value, tmp_path) for value in fits] == [""] * len(fits)
    assert all(
        refusal(declared, value, tmp_path).startswith("that is not a value for K: it must") for value in does_not
    )


def test_a_file_is_the_path_of_one_that_exists(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("x")
    declared = secret(type="file")
    for value in ("key.pem", str(tmp_path / "key.pem"), "./key.pem"):
        assert refusal(declared, value, tmp_path) == ""
    for value in ("other.pem", "~/key.pem", str(tmp_path), "-----BEGIN KEY-----\nx\n", "a" * 5000):
        assert "path of" in refusal(declared, value, tmp_path)


def test_the_whole_value_must_match_the_pattern(tmp_path: Path) -> None:
    declared = secret(pattern="sk-[a-z]{4}", example="sk-abcd")
    assert refusal(declared, "sk-wxyz", tmp_path) == ""
    for value in (f"x{CANARY}", "sk-wxyz1", " sk-wxyz", "sk-wxyz\n"):
        assert refusal(declared, value, tmp_path) == "that is not a value for K: it must match the pattern sk-[a-z]{4}"
    with pytest.raises(ValueRefused) as caught:
        check_type(declared, SecretStr(CANARY), tmp_path)
    assert caught.value.hint == "one looks like sk-abcd"


def test_no_pattern_can_make_it_hang(tmp_path: Path) -> None:
    declared = secret(pattern="(a|a|aa)*(a+)+$")
    assert refusal(declared, "a" * 100_000 + "!", tmp_path)  # with backtracking it would not end


@pytest.mark.parametrize("pattern", ["(", "a(?=b)", r"(a)\1", "x{1001}", "a" * 1001, "[z-a]", "*"])
def test_a_pattern_that_is_none_is_refused_in_the_manifest(pattern: str) -> None:
    error = declaration_error(pattern=pattern)
    assert "secrets[0].pattern: not a pattern that RE2 takes" in error.message


SCHEMA = {
    "type": "object",
    "properties": {"port": {"type": "integer", "maximum": 65535}, "user": {"pattern": "^[a-z]+$"}},
    "required": ["user", "port"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ({"user": "a", "port": 1}, ""),
        ({"user": "a"}, "required: user, port"),
        ({"user": CANARY.upper(), "port": 1}, "properties/user/pattern: ^[a-z]+$"),
        ({"user": "a", "port": 70000}, "properties/port/maximum: 65535"),
        ({"user": "a", "port": 1, CANARY: 1}, "additionalProperties: false"),
        ([CANARY], "type: object"),
    ],
)
def test_a_json_secret_must_fit_its_schema(value: Any, rule: str, tmp_path: Path) -> None:
    said = refusal(secret(type="json", schema=SCHEMA), json.dumps(value), tmp_path)
    assert said == (rule and f"that is not a value for K: it breaks a rule of its schema, {rule}")
    assert CANARY not in said


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://localhost:1/x"},
        {"properties": {"a": {"$ref": "file:///etc/passwd"}}},
        {"$dynamicRef": "#x"},
        {"properties": {"a": {"$schema": "http://json-schema.org/draft-07/schema#"}}},
        {"$id": "http://localhost:1/x"},
        {"unevaluatedProperties": False},
        {"pattern": "a(?=b)"},
        {"patternProperties": {"(": {}}},
        {"type": "strnig"},
        {"properties": 1},
    ],
)
def test_a_schema_that_reaches_out_or_could_hang_is_refused_in_the_manifest(schema: Any) -> None:
    assert declaration_error(type="json", schema=schema).message.startswith("t:1:")


def test_a_schema_is_for_json_only() -> None:
    assert "only a secret of the type json has a schema" in declaration_error(schema={}).message


def test_a_schema_that_refers_to_itself_ends(tmp_path: Path) -> None:
    double: dict[str, Any] = {"$defs": {"0": {}}, "$ref": "#/$defs/30"}
    for number in range(30):
        double["$defs"][str(number + 1)] = {"allOf": [{"$ref": f"#/$defs/{number}"}] * 2}
    for schema, rule in ((double, "too often"), ({"$ref": "#"}, "too often"), ({"$ref": "#/nowhere"}, "to nowhere")):
        assert rule in refusal(secret(type="json", schema=schema), "1", tmp_path)
    tree = {"$schema": "https://json-schema.org/draft/2020-12/schema", "items": {"$ref": "#"}, "type": "array"}
    assert refusal(secret(type="json", schema=tree), "[[[]], []]", tmp_path) == ""
    assert "type: array" in refusal(secret(type="json", schema=tree), "[[1]]", tmp_path)


@settings(deadline=None, max_examples=60)
@given(st.text(min_size=4, max_size=30), st.sampled_from(["url", "integer", "json", "file"]))
def test_no_refusal_repeats_the_value(value: str, kind: str) -> None:
    declared = secret(type=kind, pattern="[0-9]+", schema={"maxItems": 1} if kind == "json" else None)
    said = refusal(declared, f"{value}\n{CANARY}", Path("/nonexistent"))
    assert said
    assert CANARY not in said


@pytest.mark.parametrize("field", ["url", "text", "both", "neither"])
def test_obtain_says_where_or_how(field: str) -> None:
    obtain = {"url": "https://platform.openai.com/api-keys", "text": "API keys, Create new"}
    obtain = obtain if field == "both" else {name: said for name, said in obtain.items() if name == field}
    if field == "neither":
        assert "says nothing" in declaration_error(obtain=obtain).message
    else:
        assert secret(obtain=obtain).obtain


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://x",
        "https://user@evil.example",
        "https://",
        "https://a b",
        "//a",
    ],
)
def test_a_link_that_a_person_is_sent_to_is_a_plain_web_address(url: str) -> None:
    assert "must be a web address" in declaration_error(obtain={"url": url}).message


def test_metadata_is_whatever_the_project_wants(tmp_path: Path) -> None:
    metadata = {"owner": "payments", "environment": ["production"], "rotate": {"days": 90}}
    assert secret(metadata=metadata).metadata == metadata


@pytest.fixture
def typed(tmp_path: Path) -> Project:
    add_tool(
        tmp_path,
        "x",
        secrets=[
            {"key": "PORT", "type": "integer", "example": "8080", "obtain": {"text": "ask Ann"}},
            {"key": "FREE"},
        ],
    )
    return Project(tmp_path)


def test_set_secret_stores_nothing_when_one_value_does_not_fit(typed: Project) -> None:
    request = SetSecretRequest(tool_id="x")
    values = {"FREE": SecretStr("value-1"), "PORT": SecretStr(CANARY)}
    with pytest.raises(ValueRefused) as caught:
        set_secret(Context(typed), request, values)
    assert CANARY not in caught.value.message + caught.value.hint
    assert not (typed.root / "tools" / "x" / ".env").exists()
    set_secret(Context(typed), request, {**values, "PORT": SecretStr("9000")})


def test_a_channel_can_ask_before_it_is_too_late(typed: Project) -> None:
    check_answer(typed, "x", ("PORT",), "PORT", SecretStr("9000"))
    for value in (CANARY, "", "PORT=9000", "FREE=1"):
        with pytest.raises(ValueRefused):
            check_answer(typed, "x", ("PORT",), "PORT", SecretStr(value))


def test_a_channel_knows_what_to_show(typed: Project) -> None:
    port, free = asked_secrets(typed, SetSecretRequest(tool_id="x")).secrets
    assert (port.example, port.obtain and port.obtain.text) == ("8080", "ask Ann")
    assert (free.example, free.obtain) == (None, None)


def test_every_type_that_can_be_declared_is_in_the_table() -> None:
    assert set(get_args(TypeName)) == set(TYPES)
