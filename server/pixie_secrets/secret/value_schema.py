"""Whether a JSON value fits the JSON Schema that its secret declares. Slow to import, so imported for that alone.

The schema may be a stranger's, so it cannot make this program hang or reach out: its patterns run on RE2, `$ref` stays
inside the schema and is followed a bounded number of times, and nothing is ever fetched. What is said of a value that
does not fit is the rule it broke, in the schema's words, never a part of the value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry

from pixie_secrets.secret.pattern import PatternError, compiled  # noqa: TID253  this module comes late itself

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REFERENCES_MAX = 1000
# `$schema` and `$id` change the rules half-way, the others run patterns on the standard library's engine.
_REFUSED = ("$dynamicRef", "$recursiveRef", "$schema", "$id", "unevaluatedItems", "unevaluatedProperties")
_PATTERNED = "patternProperties"
_SHOWN = (str, int, float)


class _TooMuch(Exception):
    """A schema that refers to itself without end."""


def why_unusable(schema: Mapping[str, Any]) -> str:
    """What is wrong with a schema as such; empty when it can be used."""
    try:
        Draft202012Validator.check_schema(schema)
        for name, value in _members(_plain(schema)):
            if name in _REFUSED:
                return f"a secret's schema has no {name} within"
            if name == "$ref" and not (isinstance(value, str) and value.startswith("#")):
                return "a secret's schema refers to nothing outside itself"
            if name == "pattern" and isinstance(value, str):
                compiled(value)
            if name == _PATTERNED and isinstance(value, dict):
                for pattern in value:
                    compiled(pattern)
    except SchemaError:
        return "not a JSON Schema"
    except (PatternError, RecursionError):
        return "a pattern in it is not one that RE2 takes"
    return ""


def broken_rule(schema: Mapping[str, Any], value: object) -> str | None:
    """The rule of `schema` that `value` does not keep, such as `properties/port/maximum: 65535`; None when it fits."""
    try:
        error = next(_validator(schema).iter_errors(value), None)
    except (_TooMuch, RecursionError):
        return "a schema that refers to itself too often"
    except Exception:  # noqa: BLE001  a reference to nowhere is said in many ways, some of which hold the value
        return "a reference to nowhere in the schema"
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # the registry is in Rust, where a full stack is a panic
            raise
        return "a schema that refers to itself too often"
    return None if error is None else _rule_text(error)


def _rule_text(error: ValidationError) -> str:
    """The place of the rule in the schema and what it asks for; the schema's words only."""
    rule = "/".join(str(step) for step in error.absolute_schema_path)
    wanted: Any = error.validator_value
    if isinstance(wanted, bool):
        wanted = str(wanted).lower()
    if isinstance(wanted, list):
        wanted = ", ".join(str(each) for each in wanted if isinstance(each, _SHOWN))
    message = f"{rule}: {wanted}" if isinstance(wanted, _SHOWN) and wanted != "" else rule
    return " ".join(message.split())[:200]


def _members(part: object) -> Iterator[tuple[str, Any]]:
    """Every name and value in the schema, at whatever depth."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield name, value
            yield from _members(value)
    elif isinstance(part, list):
        for value in part:
            yield from _members(value)


def _validator(schema: Mapping[str, Any]) -> Any:
    followed = 0
    plain_ref = Draft202012Validator.VALIDATORS["$ref"]

    def reference(validator: Any, ref: Any, instance: Any, within: Any) -> Iterator[ValidationError]:
        nonlocal followed
        followed += 1
        if followed > REFERENCES_MAX:
            raise _TooMuch
        yield from plain_ref(validator, ref, instance, within) or ()

    bounded: Any = extend(  # type: ignore[no-untyped-call]  # jsonschema's own
        Draft202012Validator,
        {"$ref": reference, "pattern": _pattern, _PATTERNED: _pattern_properties, "additionalProperties": _additional},
    )
    return bounded(_plain(schema), registry=Registry())


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Without the name of the dialect, which editors want at the top: it is always 2020-12."""
    return {name: value for name, value in schema.items() if name != "$schema"}


def _pattern(validator: Any, pattern: str, instance: Any, _within: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not compiled(pattern).search(instance):
        yield ValidationError("broken")


def _pattern_properties(validator: Any, patterns: Any, instance: Any, _within: Any) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    for pattern, wanted in patterns.items():
        matcher = compiled(pattern)
        for name, value in instance.items():
            if matcher.search(name):
                yield from validator.descend(value, wanted, schema_path=pattern)


def _additional(validator: Any, wanted: Any, instance: Any, within: Any) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    matchers = [compiled(pattern) for pattern in within.get(_PATTERNED, {})]
    for name, value in instance.items():
        if name not in within.get("properties", {}) and not any(matcher.search(name) for matcher in matchers):
            if wanted is False:
                yield ValidationError("broken")
                return
            yield from validator.descend(value, wanted)
