"""What a model may pass: everything else is refused by name, and nothing that was passed comes back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.mcp.client import Client

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

TOOL = "whisper-transcription"
PASTED = "sk-proj-7Qm4xW9tB2nL"


def everything_sent_back(client: Client) -> str:
    return "".join(client.received) + client.errors.decode()


@pytest.mark.parametrize("name", ["value", "secret", "api_key", "OPENAI_API_KEY"])
@pytest.mark.parametrize("tool", ["set-secret", "unset-secret", "list-secrets"])
def test_an_unknown_argument_is_refused_by_name_and_the_user_is_to_rotate(shared: Client, tool: str, name: str) -> None:
    text = shared.refusal(shared.start(tool, {"tool_id": TOOL, name: PASTED}))
    assert f"`{name}`" in text
    assert "revoke" in text
    assert "set-secret" in text
    assert PASTED not in everything_sent_back(shared)


def test_an_argument_whose_name_is_a_value_is_not_even_named(shared: Client) -> None:
    for name in (PASTED, PASTED.replace("-", "_"), PASTED + "/+=", "x" * 33, "a b", ""):
        shared.refusal(shared.start("set-secret", {"tool_id": TOOL, name: True}))
        assert name == "" or name not in everything_sent_back(shared)


@pytest.mark.parametrize(
    "arguments",
    [
        {"tool_id": [PASTED]},
        {"tool_id": {PASTED: PASTED}},
        {"tool_id": None},
        {"tool_id": TOOL, "key": [PASTED]},
        {"tool_id": TOOL, "key": 7.25},
        {"tool_id": TOOL, "allow_undeclared": PASTED},
        {"key": PASTED},
    ],
)
def test_a_wrong_type_is_refused_by_the_name_of_its_field(shared: Client, arguments: dict[str, Any]) -> None:
    text = shared.refusal(shared.start("set-secret", arguments))
    assert any(f"{field}: " in text for field in ("tool_id", "key", "allow_undeclared"))
    assert PASTED not in everything_sent_back(shared)
    assert "pydantic" not in text


@pytest.mark.parametrize("allow", [True, False])
@pytest.mark.parametrize(
    "key", [PASTED, f"OPENAI_API_KEY={PASTED}", f"OPENAI_API_KEY\n{PASTED}", "", " ", "PATH", "LD_PRELOAD", "é"]
)
def test_a_key_that_is_a_value_or_may_not_be_a_key_is_refused_without_echo(
    shared: Client, key: str, allow: bool
) -> None:
    text = shared.refusal(shared.start("set-secret", {"tool_id": TOOL, "key": key, "allow_undeclared": allow}))
    assert ("revoke" in text) is (PASTED in key or not key.isascii() or not key.strip())
    assert PASTED not in everything_sent_back(shared)


def test_a_missing_argument_is_just_that(shared: Client) -> None:
    text = shared.refusal(shared.start("unset-secret", {"tool_id": TOOL}))
    assert text == "wrong arguments: key: field required."


@pytest.mark.parametrize("tool", ["set-secret", "unset-secret", "list-secrets"])
def test_an_unknown_tool_id_is_refused_with_the_ones_there_are(shared: Client, tool: str) -> None:
    arguments = {"tool_id": PASTED} | ({"key": "OPENAI_API_KEY"} if tool == "unset-secret" else {})
    text = shared.refusal(shared.start(tool, arguments))
    assert TOOL in text
    assert PASTED not in everything_sent_back(shared)


def test_a_token_that_would_pass_for_a_key_is_refused_without_echo_as_undeclared(shared: Client) -> None:
    token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    text = shared.refusal(shared.start("set-secret", {"tool_id": TOOL, "key": token}))
    assert "OPENAI_API_KEY" in text
    assert token not in everything_sent_back(shared)


@pytest.mark.parametrize("field", ["tool_id", "key", "value"])
def test_huge_arguments_are_refused_at_once_and_not_repeated(shared: Client, field: str) -> None:
    huge = PASTED * 500_000
    text = shared.refusal(shared.start("set-secret", {"tool_id": TOOL, field: huge}))
    assert len(text) < 1000
    assert PASTED not in everything_sent_back(shared)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("tools/call", {"name": PASTED, "arguments": {}}),
        ("tools/call", {"name": "set-secret", "arguments": PASTED}),
        ("tools/call", {"name": "set-secret", "arguments": [PASTED]}),
        ("tools/call", {"name": {PASTED: 1}}),
        ("tools/call", {"name": "set-secret", "arguments": {"tool_id": TOOL}, "inputResponses": PASTED}),
        ("tools/call", {"name": "set-secret", "arguments": {"tool_id": TOOL}, "inputResponses": {"page": PASTED}}),
        ("tools/call", {"name": "set-secret", "arguments": {"tool_id": TOOL}, "requestState": {PASTED: PASTED}}),
        ("tools/list", {"cursor": {PASTED: PASTED}}),
        ("resources/read", {"uri": PASTED}),
        ("prompts/get", {"name": PASTED}),
        (PASTED, {}),
        (f"x/{PASTED}", {"value": PASTED}),
    ],
)
def test_no_error_of_the_protocol_repeats_what_was_sent(shared: Client, method: str, params: dict[str, Any]) -> None:
    answer = shared.answer(shared.request(method, params))
    assert PASTED not in json.dumps(answer)
    assert PASTED not in everything_sent_back(shared)
    assert shared.call("list-secrets")["structuredContent"]["tools"]


@pytest.mark.parametrize(
    "line",
    [
        PASTED,
        "",
        "{",
        "[]",
        "null",
        f'"{PASTED}"',
        "\x00\x01\x02",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        '{"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": "' + PASTED + '"}',
        '{"jsonrpc": "2.0", "id": {"a": 1}, "method": "tools/call"}',
        '{"jsonrpc": "2.0", "id": 99, "result": {"value": "' + PASTED + '"}}',
        '{"jsonrpc": "2.0", "id": 99, "error": {"code": 1, "message": "' + PASTED + '"}}',
        '{"jsonrpc": "2.0", "method": "notifications/' + PASTED + '"}',
        '{"a":' * 5000,
    ],
)
def test_garbage_neither_stops_the_server_nor_comes_back(shared: Client, line: str) -> None:
    shared.send_line(line)
    assert shared.call("list-secrets")["structuredContent"]["tools"]
    assert PASTED not in everything_sent_back(shared)


def test_garbage_before_the_first_request_does_no_harm(project: Project, era: str) -> None:
    client = Client(project.root, era)
    for line in ("garbage", "", "{}", '{"jsonrpc": "2.0", "method": "notifications/initialized"}'):
        client.send_line(line)
    client.open()
    assert client.call("list-secrets")["structuredContent"]["tools"]
    assert client.close() == 0
