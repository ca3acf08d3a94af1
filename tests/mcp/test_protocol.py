"""What the server says of itself, and that nothing but protocol and nothing unmasked leaves it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
from tests.conftest import add_tool
from tests.mcp.client import MODERN, Client

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project

TOOL = "whisper-transcription"
VALUE = "sk-proj-7Qm4xW9tB2nL"


def tools(client: Client) -> dict[str, dict[str, object]]:
    return {tool["name"]: tool for tool in client.result(client.request("tools/list", {}))["tools"]}


def test_the_tools_have_names_titles_hints_and_closed_schemas(shared: Client) -> None:
    listed = tools(shared)
    assert {"set-secret", "unset-secret", "list-secrets"} <= set(listed)
    for tool in listed.values():
        hints = tool["annotations"]
        assert isinstance(hints, dict)
        assert set(hints) == {"title", "readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            assert isinstance(schema, dict)
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        assert isinstance(tool["inputSchema"], dict)
        assert tool["inputSchema"]["additionalProperties"] is False
        assert all(field["description"] for field in tool["inputSchema"]["properties"].values())


def test_no_tool_has_an_argument_or_a_result_for_a_value(shared: Client) -> None:
    for tool in tools(shared).values():
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            assert isinstance(schema, dict)
            for model in (schema, *schema.get("$defs", {}).values()):
                assert not {"value", "secret", "length", "prefix", "hash"} & set(model.get("properties", {}))


@pytest.mark.parametrize(
    "words", ["OPENAI_API_KEY for whisper-transcription", "API key", "token", "password", "credential"]
)
def test_set_secret_is_found_by_what_users_say(shared: Client, words: str) -> None:
    assert words.lower() in str(tools(shared)["set-secret"]["description"]).lower()


def test_the_instructions_say_what_a_model_must_know(shared: Client) -> None:
    instructions = shared.opening["instructions"]
    for words in ("Never ask for a value in chat", "never read, print or edit a .env", "pasted", "revoke", "pending"):
        assert words in instructions


def test_every_result_keeps_the_promise_of_its_output_schema(client: Client, project: Project) -> None:
    schemas = {name: tool["outputSchema"] for name, tool in tools(client).items()}
    for name, arguments in (
        ("list-secrets", {}),
        ("set-secret", {"tool_id": TOOL, "key": "WEBHOOK_URL"}),
        ("unset-secret", {"tool_id": TOOL, "key": "OPENAI_API_KEY"}),
    ):
        if name == "set-secret":
            result = client.outcome(client.ask(**arguments).answer("decline"))
        else:
            result = client.outcome(client.start(name, arguments))
        jsonschema.validate(result, schemas[name])  # type: ignore[arg-type]  # read off the wire


def test_list_and_unset_see_and_change_the_file(client: Client, project: Project) -> None:
    env = project.root / "tools" / TOOL / ".env"
    env.write_text(f"# mine\nOPENAI_API_KEY={VALUE}\n")
    [tool] = client.call("list-secrets", tool_id=TOOL)["structuredContent"]["tools"]
    assert [(secret["key"], secret["status"]) for secret in tool["secrets"]] == [
        ("OPENAI_API_KEY", "set"),
        ("WEBHOOK_URL", "not set"),
    ]
    outcome = client.outcome(client.start("unset-secret", {"tool_id": TOOL, "key": "OPENAI_API_KEY"}))
    told = {"status": "not set", "was_set": True, "warnings": [], "revoked": False, "next_step": None}
    assert outcome == {"tool_id": TOOL, "key": "OPENAI_API_KEY", **told}
    assert env.read_text() == "# mine\n"


def test_without_a_project_it_starts_and_says_so_and_finds_one_that_appears(tmp_path: Path, era: str) -> None:
    with Client(tmp_path, era) as client:
        assert "set-secret" in tools(client)
        assert "PIXIE_PROJECT" in client.refusal(client.start("list-secrets", {}))
        add_tool(tmp_path, "late")
        assert client.call("list-secrets")["structuredContent"]["tools"][0]["tool_id"] == "late"


def test_a_secret_declared_a_moment_ago_can_be_asked_for(client: Client, project: Project) -> None:
    client.call("list-secrets")
    add_tool(project.root, "new", secrets=[{"key": "NEW_TOKEN"}])
    assert "NEW_TOKEN" in client.ask(tool_id="new").message


def test_a_known_value_in_a_manifest_leaves_masked(client: Client, project: Project) -> None:
    add_tool(project.root, "leaky", secrets=[{"key": "OPENAI_API_KEY", "description": f"mine is {VALUE}"}])
    assert VALUE in client.call("list-secrets", tool_id="leaky")["content"][0]["text"]
    (project.root / "tools" / TOOL / ".env").write_text(f"OPENAI_API_KEY={VALUE}\n")
    result = client.call("list-secrets", tool_id="leaky")
    assert VALUE not in json.dumps(result)
    [secret] = result["structuredContent"]["tools"][0]["secrets"]
    assert secret["description"] == "mine is ***"
    assert VALUE not in client.ask(tool_id="leaky").message


def test_a_value_of_several_lines_leaves_masked_in_the_text_too(client: Client, project: Project) -> None:
    value = '-----BEGIN "X"-----\nMIIE\\vQIBADANBg\t\n-----END "X"-----'
    add_tool(project.root, "leaky", secrets=[{"key": "PEM", "description": value}])
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    (project.root / "tools" / "leaky" / ".env").write_text(f'PEM="{escaped}"\n')
    result = client.call("list-secrets", tool_id="leaky")
    assert result["structuredContent"]["tools"][0]["secrets"][0]["description"] == "***"
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
    assert "MIIE" not in "".join(client.received)


@pytest.mark.parametrize(
    "word", ["text", "complete", "saved", "object", "string", "http", "127.0.0.1", "token", "not set", "page"]
)
def test_a_value_that_is_a_word_of_the_protocol_breaks_nothing_and_is_not_told(
    project: Project, era: str, word: str
) -> None:
    with Client(project.root, era) as client:
        before = tools(client)
    (project.root / "tools" / TOOL / ".env").write_text(f'WEBHOOK_URL="{word}"\n')
    with Client(project.root, era) as client:
        listed = client.call("list-secrets", tool_id=TOOL)
        assert listed["content"][0]["type"] == "text"
        dialog = client.ask(tool_id=TOOL)
        assert dialog.link.startswith("http://127.0.0.1:")
        assert "/open?token=" in dialog.link
        assert client.result(dialog.answer("decline"))["structuredContent"]["outcome"] == "declined"
        assert tools(client) == before  # a constant with a hole in it would tell what the value is


STRAY = """
import logging, os, subprocess, sys
from pixie_secrets import mcp_server
from pixie_secrets.mcp_server import stdio
claim = stdio.claim_stdio
def claim_then_stray():
    wire = claim()
    print("stray: imports"); os.write(1, b"stray: descriptor\\n"); subprocess.run(["echo", "stray: child"], check=True)
    assert sys.stdin.read() == ""
    from pixie_secrets.operations import list_secrets as operation
    run = operation.list_secrets
    def noisy(context, request):
        print("stray: call", flush=True); subprocess.run(["echo", "stray: child of a call"], check=True)
        return run(context, request)
    operation.list_secrets = noisy
    return wire
stdio.claim_stdio = claim_then_stray
status = mcp_server.main()
print("stray: after serving", flush=True)
raise SystemExit(status)
"""


def test_what_anything_prints_lands_on_stderr(project: Project, era: str) -> None:
    with Client(project.root, era, command=[sys.executable, "-c", STRAY]) as client:
        client.call("list-secrets")
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in client.received)
    for where in ("imports", "descriptor", "child", "call", "child of a call", "after serving"):
        assert f"stray: {where}\n".encode() in client.errors


BROKEN = """
from pixie_secrets import mcp_server
from pixie_secrets.operations import list_secrets as operation
def broken(context, request):
    raise RuntimeError("the key is {value}")
operation.list_secrets = broken
raise SystemExit(mcp_server.main())
"""


def test_a_defect_is_an_internal_error_outside_and_a_masked_traceback_in_the_log(project: Project, era: str) -> None:
    (project.root / "tools" / TOOL / ".env").write_text(f"OPENAI_API_KEY={VALUE}\n")
    script = BROKEN.replace("{value}", VALUE)
    with Client(project.root, era, command=[sys.executable, "-c", script]) as client:
        assert client.refusal(client.start("list-secrets", {})) == "internal error, see the log."
    assert b"Traceback" in client.errors
    assert b"RuntimeError: the key is ***" in client.errors
    assert VALUE.encode() not in client.errors


def test_a_file_that_is_refused_is_said_once_and_hides_no_other_tool(project: Project) -> None:
    add_tool(project.root, "other")
    env = project.root / "tools" / TOOL / ".env"
    env.symlink_to(project.root / "elsewhere")
    with Client(project.root, MODERN) as client:
        for _ in range(3):
            listed = client.call("list-secrets")["structuredContent"]
            assert [tool["tool_id"] for tool in listed["tools"]] == ["other"]
            assert listed["unreadable"][0]["folder"] == TOOL
    assert client.errors.count(b"cannot be masked") == 1
