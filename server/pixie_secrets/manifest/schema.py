"""The JSON Schema of `tool.json`, made from the models: what an editor needs to complete and check one as it is typed.

    pixie-secrets schema       prints it; `server/generate.py` keeps the copy at the root of the repository

It is draft 7, which every editor knows. What a model refuses it refuses, except what no schema of that draft can say:
that two secrets have the same key, that a pattern is one RE2 takes, that a schema within is one; and of the names that
steer a process it knows the usual spelling, in capitals. Those the program refuses when it reads the file.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pixie_secrets.manifest.about import ABOUT
from pixie_secrets.manifest.checks import CURRENT_VERSION, STEERING_HEADERS
from pixie_secrets.manifest.models import INPUT_COMMON, OUTPUT_COMMON, Manifest
from pixie_secrets.manifest.secret import URLS
from pixie_secrets.manifest.types import INPUT_TYPES, OUTPUT_TYPES
from pixie_secrets.secret.duration import PATTERN as DURATION
from pixie_secrets.secret.key import LENGTH_MAX, steering_names
from pixie_secrets.services.table import services

_WORDS = re.compile(r'\[\s+"[^"\\]*"(?:,\s+"[^"\\]*")*\s+\]')  # a list of plain words is written on one line
_REF = "#/definitions/{model}"
_END = r"(?!\n)$"  # Python's $ is also right before a line feed at the end
SHOWABLE = r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202d\u202e]*$"
_LINE = r"^[^\u0000-\u001f\u007f-\u009f\u202d\u202e]*" + _END
_DEVICE = r"^([Cc][Oo][Nn]|[Pp][Rr][Nn]|[Aa][Uu][Xx]|[Nn][Uu][Ll]|[Cc][Oo][Mm][0-9]|[Ll][Pp][Tt][0-9])(\..*)?$"
_ENDPOINT = r"^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[!-\x22$-~]*)?" + _END  # \x22: `\"` is no escape to ajv
_PLACE = r"^(header:[A-Za-z0-9-]{1,64}|(/([^~/\u0000-\u001f\u007f-\u009f\u202d\u202e]|~[01])*){1,20})" + _END
_WEB_ADDRESS = r"^https?://[A-Za-z0-9.-]+(:[0-9]+)?([/?#][!-~]*)?" + _END


def schema() -> dict[str, Any]:
    """The whole schema; `text` is how it is written."""
    made = Manifest.model_json_schema(by_alias=True, ref_template=_REF)
    definitions = made.pop("$defs")
    for name, definition in [("Manifest", made), *definitions.items()]:
        _describe(name, definition)
    _tighten(made["properties"], definitions)
    for name, types, common in (("Input", INPUT_TYPES, INPUT_COMMON), ("Output", OUTPUT_TYPES, OUTPUT_COMMON)):
        definitions |= _by_type(name, definitions[name], types, common)
    made |= {
        "title": "tool.json",
        "description": "A small local tool: its form, its results, and the secrets it needs.",
    }
    whole: dict[str, Any] = _simple({**made, "definitions": definitions})
    return {"$schema": "http://json-schema.org/draft-07/schema#", **whole}


def text() -> str:
    """As it stands in the file."""
    spread = json.dumps(schema(), indent=2) + "\n"
    return _WORDS.sub(lambda found: "[" + ", ".join(re.findall(r'"[^"]*"', found[0])) + "]", spread)


def _describe(name: str, definition: dict[str, Any]) -> None:
    """Our words for editors to show; without those for readers of the source."""
    definition.pop("title", None)
    definition.pop("description", None)
    for field, about in definition.get("properties", {}).items():
        about.pop("title", None)
        if "$ref" in about:  # draft 7 passes over everything beside a reference
            about["allOf"] = [{"$ref": about.pop("$ref")}]
        about["description"] = ABOUT[name][field]


def _tighten(manifest: dict[str, Any], definitions: dict[str, Any]) -> None:
    """What the models check with functions."""
    secret, obtain = definitions["Secret"]["properties"], definitions["Obtain"]["properties"]
    manifest["id"]["pattern"] = manifest["id"]["pattern"].removesuffix("$") + _END
    manifest["id"]["not"] = {"$ref": _REF.format(model="a-name-windows-keeps-for-devices")}
    manifest["schema_version"]["const"] = CURRENT_VERSION
    # no empty step, no "." and no ".." as one, no backslash, no drive
    manifest["entrypoint"]["pattern"] = r"^(?!\.{0,2}(/|$))([^\\/:\n\t]+/(?!\.{0,2}(/|$)))*[^\\/:\n\t]+" + _END
    names, families, closed, endings = steering_names()
    secret["key"] |= {
        "pattern": "^[A-Za-z][A-Za-z0-9_]*" + _END,
        "maxLength": LENGTH_MAX,
        "not": {"$ref": _REF.format(model="a-name-that-steers-a-process")},
    }
    # Definitions of their own for the sake of their names, which is what a checker says of them.
    definitions["a-name-that-steers-a-process"] = {
        "anyOf": [
            {"enum": sorted(names)},
            {"pattern": f"^({'|'.join(closed)})"},
            {"pattern": f"^({'|'.join(families)})", "not": {"pattern": f"({'|'.join(endings)})$"}},
        ],
        "type": "string",
    }
    definitions["a-name-windows-keeps-for-devices"] = {"type": "string", "pattern": _DEVICE}
    definitions["Column"]["properties"]["type"]["examples"] = ["string", "number", "boolean", "date"]
    for field, pattern in ((manifest["description"], SHOWABLE), (secret["description"], SHOWABLE)):
        _of_text(field)["pattern"] = pattern
    for field in (manifest["name"], _of_text(secret["example"]), _of_text(obtain["text"])):
        field |= {"allOf": [{"pattern": _LINE}, {"pattern": r"\S"}]}
    _of_text(secret["rotate_after"]).update(pattern=f"^{DURATION}" + _END, examples=["30d", "90d", "1y"])
    _of_text(secret["pattern"]).update(maxLength=1000, pattern=SHOWABLE)
    _of_text(obtain["url"]).update(pattern=_WEB_ADDRESS)
    definitions["Obtain"]["anyOf"] = [{"required": [name], "properties": {name: {"type": "string"}}} for name in obtain]
    _tighten_oauth2(secret, definitions)
    _tighten_probe(secret["probe"], definitions["Probe"])
    definitions["Secret"]["if"] = {"properties": {"schema": {"type": "object"}}, "required": ["schema"]}
    definitions["Secret"]["then"] = {"properties": {"type": {"const": "json"}}, "required": ["type"]}


def _tighten_oauth2(secret: dict[str, Any], definitions: dict[str, Any]) -> None:
    fields = definitions["OAuth2"]["properties"]
    for name in URLS:
        _of_text(fields[name]).update(pattern=_ENDPOINT)
    fields["client_id"]["pattern"] = "^[!-~]{1,256}" + _END
    fields["scopes"]["items"]["pattern"] = r"^[!#-\[\]-~]{1,256}" + _END
    rules = {name: rule for name, rule in secret["key"].items() if name not in {"description", "type"}}
    _of_text(fields["client_secret"]).update(rules)
    next(choice for choice in fields["redirect_port"]["anyOf"] if choice != {"type": "null"}).update(
        minimum=1024, maximum=65535
    )
    present = {name: {"type": "string"} for name in ("provider", *URLS)}
    named = {"required": ["provider"], "properties": {"provider": present["provider"]}}
    none_of_its_own = {name: {"type": "null"} for name in URLS}
    definitions["OAuth2"]["anyOf"] = [
        {"required": ["provider"], "properties": {"provider": present["provider"], **none_of_its_own}},
        *(
            {
                "required": ["token_url", name],
                "properties": {"token_url": present["token_url"], name: present[name]},
                "not": named,
            }
            for name in ("authorize_url", "device_url")
        ),
    ]
    issued = {"properties": {"type": {"const": "oauth2"}}, "required": ["type"]}
    declared = {"properties": {"oauth2": {"type": "object"}}, "required": ["oauth2"]}
    definitions["Secret"]["oneOf"] = [{"allOf": [issued, declared]}, {"not": {"anyOf": [issued, declared]}}]


def _tighten_probe(field: dict[str, Any], probe: dict[str, Any]) -> None:
    """A service by name, or an address with what belongs to how a value is sent."""
    _of_text(field)["enum"] = list(services())
    about = probe["properties"]
    about["url"]["pattern"] = _ENDPOINT
    _of_text(about["parameter"]).update(pattern=r"^[A-Za-z0-9_.~-]{1,64}" + _END)
    _of_text(about["parameter"])["not"] = {"pattern": f"^({'|'.join(map(_any_case, sorted(STEERING_HEADERS)))})$"}
    _of_text(about["prefix"])["allOf"] = [{"pattern": _LINE}, {"pattern": r"\S"}]
    for place in (about["show"]["items"], _of_text(about["expires"])):
        place["pattern"] = _PLACE
    named = {"required": ["parameter"], "properties": {"parameter": {"type": "string"}}}
    nothing = {"properties": {"prefix": {"type": "null"}}}
    probe["allOf"] = [
        {
            "if": {"required": ["sends"], "properties": {"sends": {"enum": ["header", "query"]}}},
            "then": named,
        },
        {
            "if": {"required": ["sends"], "properties": {"sends": {"enum": ["header", "query", "basic"]}}},
            "else": {"properties": {"parameter": {"type": "null"}}},
        },
        {"if": {"required": ["sends"], "properties": {"sends": {"const": "header"}}}, "else": nothing},
    ]


def _any_case(word: str) -> str:
    return "".join(f"[{char.upper()}{char}]" if char.isalpha() else char for char in word)


def _of_text(field: dict[str, Any]) -> dict[str, Any]:
    """The part of an optional field that says what a text must be."""
    found: dict[str, Any] = next(choice for choice in field["anyOf"] if choice.get("type") == "string")
    return found


def _by_type(
    name: str, model: dict[str, Any], types: dict[str, tuple[str, ...]], common: frozenset[str]
) -> dict[str, Any]:
    """The model with one rule a type: which fields it has beyond the common ones, and which it must have.

    The fields are definitions of their own, because several types share them.
    """
    properties = model.pop("properties")
    del model["additionalProperties"]  # said by type: an editor then offers what belongs to the type and nothing else
    model["properties"] = {field: about for field, about in properties.items() if field in common}
    model["properties"]["type"]["enum"] = list(types)
    model["allOf"] = [
        {
            "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
            "then": _rule(name, kind, fields, list(model["properties"])),
        }
        for kind, fields in types.items()
    ]
    own = {f"{name}.{field}": about for field, about in properties.items() if field not in common}
    return {name: model, **own}


def _rule(name: str, kind: str, fields: tuple[str, ...], common: list[str]) -> dict[str, Any]:
    names = [field.rstrip("!") for field in fields]
    # Named one by one, so that whoever checks names the field that does not belong, instead of all that do.
    rule: dict[str, Any] = {
        "properties": {field: {} for field in common} | {field: _own(name, kind, field) for field in names},
        "additionalProperties": False,
    }
    required = [field.rstrip("!") for field in fields if field.endswith("!")]
    for field in required:
        rule["properties"][field] = {"allOf": [rule["properties"][field], {"not": {"type": "null"}}]}
    return rule | ({"required": required} if required else {})


def _own(name: str, kind: str, field: str) -> dict[str, Any]:
    """A field of a type. A date's bounds are written as texts, all others as numbers."""
    about: dict[str, Any] = {"$ref": _REF.format(model=f"{name}.{field}")}
    if field in ("min", "max"):  # beside a reference draft 7 reads nothing
        return {"allOf": [about], "type": ["string" if kind == "date" else "number", "null"]}
    return about


def _simple(part: Any) -> Any:
    """The same, shorter: a choice of types in one word, and no default where that is nothing."""
    if isinstance(part, list):
        return [_simple(each) for each in part]
    if not isinstance(part, dict):
        return part
    part = {name: _simple(value) for name, value in part.items() if (name, value) != ("default", None)}
    choices = part.get("anyOf", ())
    if choices and all(isinstance(choice.get("type"), str) for choice in choices):
        plain = [choice for choice in choices if choice != {"type": "null"}]
        if len(plain) < len(choices) and len(plain) == 1:  # rules for one type say nothing of another
            del part["anyOf"]
            part = {**plain[0], "type": [plain[0]["type"], "null"], **part}
    return part
