"""A JSON secret as an object: the fields of its schema, texts as secrets, and nothing of a value in any view."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixie_secrets.secret.value_schema import broken_rule
from pixie_secrets.tool import JsonSecret, SecretStr
from pixie_secrets.tool.json_secret import read

VALUE = "tok_4hQ-lantern-Zr81mQx5"
SCHEMA = {
    "type": "object",
    "required": ["apiKey"],
    "properties": {
        "apiKey": {"type": "string"},
        "webhookSecret": {"type": "string"},
        "retries": {"type": "integer"},
        "hosts": {"type": "array", "items": {"type": "object", "properties": {"password": {"type": "string"}}}},
        "live": {"type": "boolean"},
    },
}
DOCUMENT = {"apiKey": VALUE, "retries": 3.0, "hosts": [{"password": VALUE}], "live": True, "of-its-own": VALUE}


def made(document: Any = DOCUMENT, schema: Any = SCHEMA) -> Any:
    found, wrong = read("STRIPE", schema, json.dumps(document))
    assert wrong == ""
    return found


def test_fields_are_typed_by_the_schema_and_texts_are_secrets() -> None:
    stripe = made()
    assert stripe.apiKey == SecretStr(VALUE)
    assert stripe.webhookSecret is None
    assert (stripe.retries, type(stripe.retries)) == (3, int)
    assert stripe.live is True
    assert stripe.hosts[0].password == SecretStr(VALUE)
    assert stripe["of-its-own"] == SecretStr(VALUE)
    assert [*stripe] == [*DOCUMENT]
    assert "webhookSecret" not in stripe


def test_a_library_gets_the_document_whole_and_a_copy_of_its_own() -> None:
    stripe = made()
    whole = stripe.get_secret_value()
    assert whole == DOCUMENT
    whole["hosts"].clear()
    assert len(stripe.hosts) == 1


def test_a_field_that_the_schema_does_not_name_is_no_attribute() -> None:
    stripe = made()
    with pytest.raises(AttributeError, match="STRIPE has no such field in its schema"):
        _ = stripe.apikey
    with pytest.raises(KeyError):
        stripe["apikey"]


def test_without_a_schema_what_the_document_has_is_there_and_its_names_are_not_shown() -> None:
    assert made({"token": {VALUE: "x"}}, None).token[VALUE] == SecretStr("x")
    assert VALUE not in repr(made({VALUE: "x"}, None))
    assert made([1, VALUE, None], None) == (1, SecretStr(VALUE), None)
    assert made(VALUE, None) == SecretStr(VALUE)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
NAMES = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])
SCHEMAS = st.recursive(
    st.builds(lambda kind: {"type": kind}, NAMES) | st.just({}),
    lambda inner: (
        st.builds(lambda items: {"type": "array", "items": items}, inner)
        | st.builds(
            lambda fields, required: {"type": "object", "properties": fields, "required": required},
            st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
            st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=2),
        )
    ),
    max_leaves=6,
)


def fitting(schema: Any) -> st.SearchStrategy[Any]:
    """Documents of the shape that `schema` asks for, or nearly."""
    plain = {"string": st.text(), "integer": st.integers(), "number": st.floats(0, 9), "boolean": st.booleans()}
    if schema.get("type") == "array":
        return st.lists(fitting(schema["items"]) if "items" in schema else DOCUMENTS, max_size=2)
    if schema.get("type") == "object":
        fields = {name: fitting(each) for name, each in schema.get("properties", {}).items()}
        return st.fixed_dictionaries({}, optional=fields)
    return plain.get(schema.get("type"), DOCUMENTS)


@given(st.data())
def test_what_the_library_takes_and_refuses_is_what_the_whole_schema_does(data: st.DataObject) -> None:
    """For types, items, properties and required, which is what fields promise."""
    schema = data.draw(SCHEMAS)
    document = data.draw(fitting(schema) | DOCUMENTS)
    found, wrong = read("SOME", schema, json.dumps(document))
    assert bool(wrong) == (broken_rule(schema, document) is not None), wrong
    if not wrong:
        whole = found.get_secret_value() if isinstance(found, (JsonSecret, SecretStr)) else None
        assert whole in (None, document)


@given(DOCUMENTS, SCHEMAS)
def test_no_refusal_and_no_view_has_a_text_of_the_document(document: Any, schema: Any) -> None:
    marked = json.loads(json.dumps(document), object_pairs_hook=lambda pairs: {f"{VALUE}{k}": v for k, v in pairs})
    found, wrong = read("SOME", schema, json.dumps([marked, VALUE]))
    assert VALUE not in wrong + repr(found)
    found, wrong = read("SOME", {"type": "array", "items": schema}, json.dumps([marked, VALUE]))
    assert VALUE not in wrong + repr(found)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, f'{{"a": {VALUE}}}'])
def test_what_is_no_document_is_refused(text: str) -> None:
    assert read("SOME", None, text) == (None, "must be one JSON document")


@pytest.mark.parametrize(
    "schema", [{"properties": 3, "required": "a"}, {"items": [1]}, {"type": "nothing"}, {"type": 1}]
)
def test_a_schema_that_is_odd_asks_for_nothing(schema: Any) -> None:
    assert read("SOME", schema, '{"a": ["b"]}')[1] == ""
