"""Templates, MCP bundles and .mcp.json files say which secrets are needed; what they hold beside that stays unsaid."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.migrations.servers import SERVERS

from pixie_secrets.manifest.json_places import JsonProblem, line_and_column
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.migrations import from_env_example, from_mcp_json, from_mcpb
from pixie_secrets.migrations.declaration import About, Found, declare, new_manifest

CANARY = "sk-canary-9f2Kq7"
START = ("pixie-secrets",)


def listed(text: str) -> list[tuple[str, str | None, bool]]:
    return [(found.key, found.description, found.required) for found in from_env_example.read(text)[0]]


def refused(text: str) -> str:
    with pytest.raises(JsonProblem) as caught:
        from_env_example.read(text)
    assert CANARY not in caught.value.message + caught.value.hint
    line, column = line_and_column(text, caught.value.offset)
    return f"{line}:{column} {caught.value.message}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A=\n", [("A", None, False)]),
        ("A=", [("A", None, False)]),
        ("\ufeffA=\r\nB=\r\n", [("A", None, False), ("B", None, False)]),
        ("# The key\nA=\n", [("A", "The key", False)]),
        ("# The key (required)\nA=\n", [("A", "The key", True)]),
        ("#(required)\nA=\n", [("A", None, True)]),
        ("# Two\n# lines\nA=\n", [("A", "Two lines", False)]),
        ("# A heading\nA=\nB=\n", [("A", None, False), ("B", None, False)]),
        ("# A heading\n\n# The key\nA=\n", [("A", "The key", False)]),
        ("# One\nA=\n# Other\nB=\n", [("A", "One", False), ("B", "Other", False)]),
        ("# One\nA=\n\nB=\n", [("A", "One", False), ("B", None, False)]),
        ("# B=old\nA=\n", [("A", None, False)]),
        ("export A=\n  B =\n", [("A", None, False), ("B", None, False)]),
        (f"A={CANARY}\nA=\n", [("A", None, False)]),
        (f'A="x\nB={CANARY}\n"\nC=\n', [("A", None, False), ("C", None, False)]),
        ("just words\nA=\n", [("A", None, False)]),
        ("# tab\there \u202e\nA=\n", [("A", "tab here", False)]),
    ],
)
def test_a_template_lists_its_keys_with_the_comment_above_each(
    text: str, found: list[tuple[str, str | None, bool]]
) -> None:
    assert listed(text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1:1 lists no key"),
        ("words\n", "1:1 lists no key"),
        ("A=\nPATH=\n", "2:1 PATH is not a secret's name: it changes how programs run"),
        (f"A=\n{CANARY}=x\n", "2:1 not a well-formed secret key"),
        ("Key=\n\nKEY=\n", "3:1 Key and KEY differ only in case"),
    ],
)
def test_a_template_with_a_key_that_cannot_be_declared_is_refused_at_its_line(text: str, said: str) -> None:
    assert refused(text) == said


def test_a_template_says_which_keys_came_with_something_and_not_what() -> None:
    found, filled = from_env_example.read(f"A={CANARY}\nB=\nC='{CANARY}'\n")
    assert filled == ("A", "C")
    assert CANARY not in str(found)


def test_a_template_of_a_thousand_keys_is_none() -> None:
    assert "more than 500 keys" in refused("".join(f"K{number}=\n" for number in range(1000)))


def bundle(options: dict[str, Any], env: dict[str, Any] | None = None, **more: Any) -> from_mcpb.Bundle:
    server = {"type": "node", "mcp_config": {"command": "node", "env": env or {}}}
    return from_mcpb.read(json.dumps({"name": "b", "user_config": options, "server": server, **more}))


def test_a_bundle_declares_what_is_sensitive_under_the_name_its_server_reads() -> None:
    options = {
        "api_key": {
            "type": "string",
            "title": "Key",
            "description": "From the\nconsole",
            "sensitive": True,
            "required": True,
        },
        "cert": {"type": "file", "title": "Certificate", "sensitive": True},
        "folder": {"type": "directory", "title": "Folder"},
    }
    read = bundle(options, {"MY_API_KEY": "${user_config.api_key}", "MODE": "fast"}, display_name="B", version="1.2")
    assert [found._replace(offset=0) for found in read.found] == [
        Found("MY_API_KEY", 0, "From the console", required=True),
        Found("CERT", 0, "Certificate", type="file"),
    ]
    assert read[:3] == ("B", None, "1.2")
    assert read.warnings == (
        "cert is in no environment variable of the server: declared as CERT",
        "folder is not marked sensitive: make it an input, or declare it by hand",
        "MODE: given by the bundle itself, not declared",
    )


def test_a_default_of_a_sensitive_option_is_not_taken_and_not_said() -> None:
    read = bundle({"key": {"type": "string", "sensitive": True, "default": CANARY, "multiple": True}})
    assert len(read.warnings) == 3
    assert CANARY not in str(read)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "1:1 has no user_config to read secrets from"),
        ('{"user_config": []}', "1:2 has no user_config to read secrets from"),
        ('{"user_config": {"a": 1}}', "1:18 an option that is no object"),
        (
            '{"user_config": {"path": {"sensitive": true}}}',
            "1:18 PATH is not a secret's name: it changes how programs run",
        ),
        ('{"user_config": {"1": {"sensitive": true}}}', "1:18 not a well-formed secret key"),
        ('{"user_config": {"a": {}, "a": {}}}', "1:27 the same key stands twice in one object"),
    ],
)
def test_a_bundle_that_cannot_be_read_is_refused_at_its_place(text: str, said: str) -> None:
    with pytest.raises(JsonProblem) as caught:
        from_mcpb.read(text)
    line, column = line_and_column(text, caught.value.offset)
    assert f"{line}:{column} {caught.value.message}" == said


def taken(text: str, tool: str = "x", server: str | None = None, start: tuple[str, ...] = START) -> str:
    return from_mcp_json.take(text, tool, server, start).text


@pytest.mark.parametrize(("before", "after"), SERVERS)
def test_a_server_loses_its_values_and_is_started_through_exec_and_nothing_else_changes(
    before: str, after: str
) -> None:
    before = before.replace("VALUE", CANARY)
    assert taken(before) == after
    assert CANARY not in taken(before)


def test_words_of_the_start_come_before_exec() -> None:
    text = '{"mcpServers": {"s": {"command": "npx", "env": {"K_TOKEN": "value-1"}}}}'
    assert '"command": "python", "args": ["-m", "pixie_secrets", "exec", "x", "--", "npx"]' in taken(
        text, start=("python", "-m", "pixie_secrets")
    )


def test_settings_references_and_steering_names_stay() -> None:
    env = {
        "API_KEY": CANARY,
        "LOG_LEVEL": "debug",
        "PORT": "8080",
        "REF": "${REF}",
        "NODE_OPTIONS": "--inspect",
        "EMPTY": "",
        "N": 1,
        "SHORT_TOKEN": "abc",
        "ENDPOINT": "https://api.example.org",
    }
    server = from_mcp_json.take(json.dumps({"mcpServers": {"s": {"command": "c", "env": env}}}), "x", None, START)
    assert list(server.values) == ["API_KEY", "SHORT_TOKEN", "ENDPOINT"]
    assert [said.split()[0] for said in server.stay] == ["LOG_LEVEL", "PORT", "REF", "NODE_OPTIONS"]
    assert CANARY not in repr(server)


TWO = {"a": {"command": "c", "env": {"A_KEY": "value-a"}}, "b": {"command": "c", "env": {"B_KEY": "value-b"}}}


def test_of_several_servers_the_one_named_like_the_tool_or_named_by_the_person_is_meant() -> None:
    text = json.dumps({"mcpServers": {**TWO, "c": {"command": "c"}}})
    assert from_mcp_json.take(text, "b", None, START).name == "b"
    assert from_mcp_json.take(text, "x", "a", START).name == "a"
    with pytest.raises(JsonProblem, match="more than one server") as caught:
        taken(text, "c")
    assert caught.value.hint == "name one of them: a, b"
    with pytest.raises(JsonProblem, match="no such server"):
        taken(text, "x", "z")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "names no MCP servers"),
        ({"mcpServers": []}, "names no MCP servers"),
        ({"mcpServers": {}}, "no server has a literal value"),
        ({"mcpServers": {"s": {"command": "c", "env": {"A": "${A}"}}}}, "no server has a literal value"),
        ({"mcpServers": {"s": {"env": {"A_KEY": CANARY}}}}, "this server has no command"),
        ({"mcpServers": {"s": {"url": "https://x", "args": [], "env": {"A_KEY": CANARY}}}}, "args beside an address"),
        ({"mcpServers": {"s": {"command": "c", "args": "x", "env": {"A_KEY": CANARY}}}}, "args is not a list"),
        ({"mcpServers": {"s": {"command": "c", "env": {"a-key": CANARY}}}}, "not a well-formed secret key"),
        ({"mcpServers": {"s": {"command": "c", "env": {"A_KEY": CANARY, "a_key": CANARY}}}}, "differ only in case"),
    ],
)
def test_a_file_that_cannot_be_converted_is_refused_without_its_values(document: Any, said: str) -> None:
    with pytest.raises(JsonProblem, match=said) as caught:
        taken(json.dumps(document))
    assert CANARY not in caught.value.message + caught.value.hint


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.from_regex(r"[A-Z]{3,8}_TOKEN", fullmatch=True), st.text(min_size=1, max_size=20), min_size=1),
    st.sampled_from([None, 1, 2]),
)
def test_every_literal_leaves_the_file_and_is_what_it_was(env: dict[str, str], indent: int | None) -> None:
    env = {key: value for key, value in env.items() if "${" not in value}
    if not env:
        return
    text = json.dumps({"mcpServers": {"s": {"command": "c", "env": env}}}, indent=indent)
    server = from_mcp_json.take(text, "x", None, START)
    assert {key: value.get_secret_value() for key, value in server.values.items()} == env
    assert json.loads(server.text) == {
        "mcpServers": {"s": {"command": "pixie-secrets", "args": ["exec", "x", "--", "c"]}}
    }


FOUND = (Found("A_KEY", 0, "for a", required=True), Found("B_FILE", 0, type="file"))
A = '{"key": "A_KEY", "description": "for a", "required": true}'
B = '{"key": "B_FILE", "type": "file"}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"id": "x", "secrets": []}', f'{{"id": "x", "secrets": [{A}, {B}]}}'),
        ('{"id": "x", "inputs": []}', f'{{"id": "x", "secrets": [{A}, {B}], "inputs": []}}'),
        ('{"id":"x"}', f'{{"id":"x","secrets":[{A}, {B}]}}'),
        ('{"secrets": [{"key": "C"}]}', f'{{"secrets": [{{"key": "C"}}, {A}, {B}]}}'),
        ('{"secrets": [{"key": "A_KEY"}]}', f'{{"secrets": [{{"key": "A_KEY"}}, {B}]}}'),
        (f'{{"secrets": [{B}, {A}]}}', f'{{"secrets": [{B}, {A}]}}'),
        (
            '{\n  "id": "x",\n  "secrets": [\n    {"key": "C"}\n  ]\n}\n',
            f'{{\n  "id": "x",\n  "secrets": [\n    {{"key": "C"}},\n    {A},\n    {B}\n  ]\n}}\n',
        ),
        ('\ufeff{\r\n\t"secrets": []\r\n}', f'\ufeff{{\r\n\t"secrets": [\r\n\t\t{A},\r\n\t\t{B}\r\n\t]\r\n}}'),
        (
            '{\n  "id": "x",\n  "inputs": []\n}',
            f'{{\n  "id": "x",\n  "secrets": [\n    {A},\n    {B}\n  ],\n  "inputs": []\n}}',
        ),
    ],
)
def test_a_declaration_is_added_in_the_layout_there_is(before: str, after: str) -> None:
    assert declare(before, FOUND)[0] == after


def test_a_new_manifest_parses_and_says_what_was_found() -> None:
    text = new_manifest(About("my-tool", 'My "tool"', "ü\n", "1"), FOUND)
    manifest = parse_manifest(text, "t")
    assert (manifest.name, manifest.description, manifest.version) == ('My "tool"', "ü\n", "1")
    assert [secret.key for secret in manifest.secrets] == ["A_KEY", "B_FILE"]
    assert manifest.secrets[1].type == "file"
