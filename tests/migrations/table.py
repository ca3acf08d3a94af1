"""Migrations byte for byte: what a file held, and what it holds afterwards."""
# ruff: noqa: E501  a document is easier to compare where it is not broken

from __future__ import annotations

from typing import NamedTuple

V = '"schema_version": "1.0"'
REST = '"id": "x", "name": "X", "inputs": [], "outputs": []'


class Case(NamedTuple):
    """after: None where nothing changes."""

    name: str
    before: str
    after: str | None = None


def one_line(secrets: str) -> str:
    return f'{{{REST}, "secrets": {secrets}}}'


def case(name: str, secrets: str, after: str | None = None) -> Case:
    """A manifest on one line; `after` stands for its secrets."""
    if after is None:
        return Case(name, one_line(secrets))
    return Case(name, one_line(secrets), "{" + V + ", " + one_line(after)[1:])


# Only the secrets differ: how the members of one object stand, and which of them go.
MEMBERS = [
    case("label alone", '[{"label": "a"}]', '[{"description": "a"}]'),
    case("label last", '[{"key": "A", "label": "a"}]', '[{"key": "A", "description": "a"}]'),
    case("label first", '[{"label": "a", "key": "A"}]', '[{"description": "a", "key": "A"}]'),
    case(
        "label between",
        '[{"key": "A", "label": "a", "required": true}]',
        '[{"key": "A", "description": "a", "required": true}]',
    ),
    case("no space after the colon", '[{"key":"A","label":"a"}]', '[{"key":"A","description":"a"}]'),
    case("space before the colon", '[{"key" : "A", "label" : "a"}]', '[{"key" : "A", "description" : "a"}]'),
    case("wide space", '[ { "key":  "A" ,  "label":  "a" } ]', '[ { "key":  "A" ,  "description":  "a" } ]'),
    case("tab inside", '[{"key": "A",\t"label":\t"a"}]', '[{"key": "A",\t"description":\t"a"}]'),
    case("label null", '[{"key": "A", "label": null}]', '[{"key": "A", "description": null}]'),
    case("label empty", '[{"key": "A", "label": ""}]', '[{"key": "A", "description": ""}]'),
    case("name escaped", '[{"key": "A", "\\u006cabel": "a"}]', '[{"key": "A", "description": "a"}]'),
    case(
        "escapes in the text",
        '[{"key": "A", "label": "\\u00fc\\/\\"\\\\"}]',
        '[{"key": "A", "description": "\\u00fc\\/\\"\\\\"}]',
    ),
    case(
        "unicode in the text",
        '[{"key": "A", "label": "Schlüssel 🔑"}]',
        '[{"key": "A", "description": "Schlüssel 🔑"}]',
    ),
    case("the word label in the text", '[{"key": "A", "label": "label"}]', '[{"key": "A", "description": "label"}]'),
    case("braces in the text", '[{"key": "A", "label": "}],{[\\""}]', '[{"key": "A", "description": "}],{[\\""}]'),
    case("line feed in the text", '[{"key": "A", "label": "a\\nb"}]', '[{"key": "A", "description": "a\\nb"}]'),
    case(
        "equal, label first",
        '[{"key": "A", "label": "a", "description": "a"}]',
        '[{"key": "A", "description": "a"}]',
    ),
    case(
        "equal, label last",
        '[{"key": "A", "description": "a", "label": "a"}]',
        '[{"key": "A", "description": "a"}]',
    ),
    case(
        "equal, label before all",
        '[{"label": "a", "key": "A", "description": "a"}]',
        '[{"key": "A", "description": "a"}]',
    ),
    case(
        "equal, apart",
        '[{"label": "a", "key": "A", "required": true, "description": "a"}]',
        '[{"key": "A", "required": true, "description": "a"}]',
    ),
    case(
        "equal but for the escapes",
        '[{"key": "A", "label": "\\u0061", "description": "a"}]',
        '[{"key": "A", "description": "a"}]',
    ),
    case(
        "equal, compact",
        '[{"key":"A","label":"a","description":"a"}]',
        '[{"key":"A","description":"a"}]',
    ),
    case("both null", '[{"key": "A", "label": null, "description": null}]', '[{"key": "A", "description": null}]'),
    case(
        "label null beside a description",
        '[{"key": "A", "description": "a", "label": null}]',
        '[{"key": "A", "description": "a"}]',
    ),
    case(
        "description null beside a label",
        '[{"key": "A", "description": null, "label": "a"}]',
        '[{"key": "A", "description": "a"}]',
    ),
    case(
        "description null behind a label",
        '[{"key": "A", "label": "\\u0061", "description": null}]',
        '[{"key": "A", "description": "\\u0061"}]',
    ),
    case(
        "two secrets",
        '[{"key": "A", "label": "a"}, {"key": "B", "label": "b"}]',
        '[{"key": "A", "description": "a"}, {"key": "B", "description": "b"}]',
    ),
    case(
        "old and new side by side",
        '[{"key": "A", "description": "a"}, {"key": "B", "label": "b"}]',
        '[{"key": "A", "description": "a"}, {"key": "B", "description": "b"}]',
    ),
    case(
        "one renamed, one dropped",
        '[{"key": "A", "label": "a"},{"key": "B", "label": "b", "description": "b"}]',
        '[{"key": "A", "description": "a"},{"key": "B", "description": "b"}]',
    ),
    case(
        "beside the newer fields",
        '[{"key": "A", "label": "a", "type": "url", "metadata": {"label": "kept"}}]',
        '[{"key": "A", "description": "a", "type": "url", "metadata": {"label": "kept"}}]',
    ),
    case(
        "a schema with a property label",
        '[{"key": "A", "label": "a", "type": "json", "schema": {"properties": {"label": {}}}}]',
        '[{"key": "A", "description": "a", "type": "json", "schema": {"properties": {"label": {}}}}]',
    ),
]

# The whole document differs.
DOCUMENTS = [
    Case(
        "indented by two",
        '{\n  "id": "x",\n  "name": "X",\n  "secrets": [\n    {\n      "key": "A",\n      "label": "a"\n    }\n  ],\n'
        '  "inputs": [],\n  "outputs": []\n}\n',
        '{\n  "schema_version": "1.0",\n  "id": "x",\n  "name": "X",\n  "secrets": [\n    {\n      "key": "A",\n'
        '      "description": "a"\n    }\n  ],\n  "inputs": [],\n  "outputs": []\n}\n',
    ),
    Case(
        "indented by four, one dropped with its line",
        '{\n    "id": "x",\n    "name": "X",\n    "secrets": [\n        {\n            "key": "A",\n            "label": "a",'
        '\n            "description": "a"\n        }\n    ],\n    "inputs": [],\n    "outputs": []\n}',
        '{\n    "schema_version": "1.0",\n    "id": "x",\n    "name": "X",\n    "secrets": [\n        {\n            "key": "A",'
        '\n            "description": "a"\n        }\n    ],\n    "inputs": [],\n    "outputs": []\n}',
    ),
    Case(
        "indented by tabs, the last one dropped",
        '{\n\t"id": "x",\n\t"name": "X",\n\t"secrets": [\n\t\t{\n\t\t\t"description": "a",\n\t\t\t"label": "a"\n\t\t}\n\t],\n'
        '\t"inputs": [],\n\t"outputs": []\n}\n',
        '{\n\t"schema_version": "1.0",\n\t"id": "x",\n\t"name": "X",\n\t"secrets": [\n\t\t{\n\t\t\t"description": "a"\n\t\t}\n\t],\n'
        '\t"inputs": [],\n\t"outputs": []\n}\n',
    ),
    Case(
        "CRLF",
        '{\r\n  "id": "x", "name": "X",\r\n  "secrets": [{"key": "A", "label": "a"}],\r\n  "inputs": [], "outputs": []\r\n}\r\n',
        '{\r\n  "schema_version": "1.0",\r\n  "id": "x", "name": "X",\r\n  "secrets": [{"key": "A", "description": "a"}],\r\n'
        '  "inputs": [], "outputs": []\r\n}\r\n',
    ),
    Case(
        "CR only",
        '{\r"id": "x", "name": "X",\r"secrets": [{"label": "a"}], "inputs": [], "outputs": []}\r',
        '{\r"schema_version": "1.0", "id": "x", "name": "X",\r"secrets": [{"description": "a"}], "inputs": [], "outputs": []}\r',
    ),
    Case(
        "byte order mark",
        "\ufeff" + one_line('[{"key": "A", "label": "a"}]'),
        "\ufeff{" + V + ", " + one_line('[{"key": "A", "description": "a"}]')[1:],
    ),
    Case(
        "byte order mark and CRLF",
        '\ufeff{\r\n"id": "x", "name": "X", "secrets": [{"label": "a"}], "inputs": [], "outputs": []}',
        '\ufeff{\r\n"schema_version": "1.0",\r\n"id": "x", "name": "X", "secrets": [{"description": "a"}], "inputs": [], "outputs": []}',
    ),
    Case(
        "white space around",
        " \n\t" + one_line('[{"label": "a"}]') + "\n\n  ",
        " \n\t{" + V + ", " + one_line('[{"description": "a"}]')[1:] + "\n\n  ",
    ),
    Case(
        "no space at all",
        '{"id":"x","name":"X","inputs":[],"outputs":[],"secrets":[{"key":"A","label":"a"}]}',
        '{"schema_version":"1.0","id":"x","name":"X","inputs":[],"outputs":[],"secrets":[{"key":"A","description":"a"}]}',
    ),
    Case(
        "space inside the braces",
        '{ "id": "x", "name": "X", "inputs": [ ], "outputs": [ ], "secrets": [ { "label": "a" } ] }',
        '{ "schema_version": "1.0", "id": "x", "name": "X", "inputs": [ ], "outputs": [ ], "secrets": [ { "description": "a" } ] }',
    ),
    Case(
        "secrets first",
        '{"secrets": [{"key": "A", "label": "a"}], "id": "x", "name": "X", "inputs": [], "outputs": []}',
        '{"schema_version": "1.0", "secrets": [{"key": "A", "description": "a"}], "id": "x", "name": "X", "inputs": [], "outputs": []}',
    ),
    Case(
        "$schema stays first",
        '{"$schema": "t.json", "id": "x", "name": "X", "inputs": [], "outputs": [], "secrets": [{"label": "a"}]}',
        '{"$schema": "t.json", "schema_version": "1.0", "id": "x", "name": "X", "inputs": [], "outputs": [],'
        ' "secrets": [{"description": "a"}]}',
    ),
    Case(
        "a version that is there stays where it is",
        '{"id": "x", "name": "X", "inputs": [], "outputs": [], "secrets": [{"label": "a"}], "schema_version": "1.0"}',
        '{"id": "x", "name": "X", "inputs": [], "outputs": [], "secrets": [{"description": "a"}], "schema_version": "1.0"}',
    ),
    Case(
        "a version with escapes stays as it is spelled",
        '{"schema_version": "\\u0031.0", "id": "x", "name": "X", "inputs": [], "outputs": [], "secrets": [{"label": "a"}]}',
        '{"schema_version": "\\u0031.0", "id": "x", "name": "X", "inputs": [], "outputs": [], "secrets": [{"description": "a"}]}',
    ),
    *(
        Case(
            f"the version written as {spelled}",
            f'{{"schema_version": {spelled}, "id": "x", "name": "X", "inputs": [], "outputs": []}}',
            '{"schema_version": "1.0", "id": "x", "name": "X", "inputs": [], "outputs": []}',
        )
        for spelled in ("1", "1.0", "1.00", "1e0", '"1"', '"v1"', '"v1.0"')
    ),
    Case(
        "version and label at once",
        '{"id": "x", "name": "X", "schema_version":1, "inputs": [], "outputs": [], "secrets": [{"label": "a"}]}',
        '{"id": "x", "name": "X", "schema_version":"1.0", "inputs": [], "outputs": [], "secrets": [{"description": "a"}]}',
    ),
    Case(
        "labels elsewhere stay",
        '{"id": "x", "name": "X", "inputs": [{"key": "a", "label": "A", "type": "select", "options": [{"value": 1, "label":'
        ' "One"}]}, {"key": "t", "label": "T", "type": "table", "columns": [{"key": "c", "label": "C", "type": "number"}]}],'
        ' "outputs": [{"key": "o", "label": "O", "type": "text"}], "secrets": [{"key": "A", "label": "a"}]}',
        '{"schema_version": "1.0", "id": "x", "name": "X", "inputs": [{"key": "a", "label": "A", "type": "select", "options":'
        ' [{"value": 1, "label": "One"}]}, {"key": "t", "label": "T", "type": "table", "columns": [{"key": "c", "label": "C",'
        ' "type": "number"}]}], "outputs": [{"key": "o", "label": "O", "type": "text"}],'
        ' "secrets": [{"key": "A", "description": "a"}]}',
    ),
    Case(
        "numbers as they are spelled",
        '{"id": "x", "name": "X", "max_memory_mb": 512.0, "retain_runs": 1e2, "inputs": [{"key": "n", "label": "N", "type":'
        ' "number", "min": 1.0, "max": 1E5, "step": -0.10, "default": 123456789012345678901234567890}], "outputs": [],'
        ' "secrets": [{"label": "a"}]}',
        '{"schema_version": "1.0", "id": "x", "name": "X", "max_memory_mb": 512.0, "retain_runs": 1e2, "inputs": [{"key":'
        ' "n", "label": "N", "type": "number", "min": 1.0, "max": 1E5, "step": -0.10, "default":'
        ' 123456789012345678901234567890}], "outputs": [], "secrets": [{"description": "a"}]}',
    ),
    Case(
        "texts as they are spelled",
        '{"id": "x", "name": "\\u0058", "category": "a\\/b", "description": "ü\\u00fc\\ud83d\\udd11🔑 \\t", "inputs": [],'
        ' "outputs": [], "secrets": [{"label": "a"}]}',
        '{"schema_version": "1.0", "id": "x", "name": "\\u0058", "category": "a\\/b", "description":'
        ' "ü\\u00fc\\ud83d\\udd11🔑 \\t", "inputs": [], "outputs": [], "secrets": [{"description": "a"}]}',
    ),
    Case(
        "line separators in a text are no line ends",
        one_line('[{"label": "a\u2028b\u0085c"}]').replace('"X"', '"X\u2028Y"'),
        "{" + V + ", " + one_line('[{"description": "a\u2028b\u0085c"}]').replace('"X"', '"X\u2028Y"')[1:],
    ),
    Case(
        "an unknown type is no reason to stop",
        '{"id": "x", "name": "X", "inputs": [{"key": "a", "label": "A", "type": "txt"}], "outputs": [],'
        ' "secrets": [{"label": "a"}]}',
        '{"schema_version": "1.0", "id": "x", "name": "X", "inputs": [{"key": "a", "label": "A", "type": "txt"}], "outputs":'
        ' [], "secrets": [{"description": "a"}]}',
    ),
]

# Nothing applies, so not a byte changes; above all no version is added.
UNTOUCHED = [
    Case("nothing to do", one_line("[]")),
    Case("no secrets at all", f"{{{REST}}}"),
    Case("no final newline", '{\n"id": "x", "name": "X", "inputs": [], "outputs": []\n}'),
    Case("byte order mark and CRLF, untouched", f"\ufeff{{{REST}}}\r\n"),
    Case("already new", one_line('[{"key": "A", "description": "a", "required": true}]')),
    Case("the current version", f'{{"schema_version": "1.0", {REST}}}'),
    Case("no description", one_line('[{"key": "A"}]')),
    Case("description null", one_line('[{"key": "A", "description": null}]')),
    Case("a label as a key", one_line('[{"key": "label"}]')),
    Case("secrets that are no list", one_line('{"label": "a"}')),
    Case("secrets that are no objects", one_line('["label"]')),
    Case("secrets null", one_line("null")),
    Case("mixed line ends", '{\r\n"id": "x",\n"name": "X",\r\n"inputs": [],\n"outputs": []}\r\n\n'),
    Case("numbers", f'{{{REST}, "retain_runs": 1E2, "max_memory_mb": 5.120e2}}'),
]

CASES = [*MEMBERS, *DOCUMENTS, *UNTOUCHED]
