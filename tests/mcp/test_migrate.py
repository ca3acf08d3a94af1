"""Migrate-tool-format as a model calls it: a dry run with the diff, then the change, and refusals one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mcp.client import Client

    from pixie_secrets.layouts.project import Project

VALUE = "sk-proj-7Qm4xW9tB2nL"
OLD = '{"id": "old", "name": "Old", "inputs": [], "outputs": [], "secrets": [{"key": "A_KEY", "label": "a"}]}'


def test_a_model_sees_the_diff_first_and_changes_the_file_then(client: Client, project: Project) -> None:
    folder = project.root / "tools" / "old"
    folder.mkdir()
    (folder / "tool.json").write_text(OLD)
    (folder / ".env").write_text(f"A_KEY={VALUE}\n")
    dry = client.call("preview-migration", tool_id="old")["structuredContent"]
    assert dry["dry_run"] is True
    assert dry["tools"][0]["outcome"] == "migrated"
    assert '"description": "a"' in dry["tools"][0]["diff"]
    assert (folder / "tool.json").read_text() == OLD
    done = client.call("migrate-tool-format")["structuredContent"]
    assert {tool["folder"]: tool["outcome"] for tool in done["tools"]} == {
        "old": "migrated",
        "whisper-transcription": "unchanged",
    }
    [tool] = client.call("list-secrets", tool_id="old")["structuredContent"]["tools"]
    assert tool["secrets"][0]["description"] == "a"


def test_a_refusal_comes_with_line_column_and_what_to_do(client: Client, project: Project) -> None:
    folder = project.root / "tools" / "old"
    folder.mkdir()
    (folder / "tool.json").write_text(OLD.replace('"label"', f'"value": "{VALUE}", "label"'))
    [tool] = client.call("migrate-tool-format", tool_id="old")["structuredContent"]["tools"]
    assert tool["outcome"] == "refused"
    assert tool["message"].startswith("tools/old/tool.json:1:")
    assert "rotate it" in tool["hint"]
    assert VALUE not in str(tool)
    assert VALUE in (folder / "tool.json").read_text()


def test_an_unknown_tool_is_refused(client: Client) -> None:
    assert "no such tool" in client.refusal(client.start("migrate-tool-format", {"tool_id": "nowhere"}))


def remote(root: Path) -> Path:
    """A `.mcp.json` with a value in a header and one in an argument, and comments."""
    path = root / ".mcp.json"
    servers = {
        "wiki": {"url": "https://mcp.acme.com", "headers": {"Authorization": f"Bearer {VALUE}"}},
        "map": {"command": "srv", "args": ["--api-key", f"{VALUE}-2"], "env": {"MODE": "stdio"}},
    }
    path.write_text("// ours\n" + json.dumps({"mcpServers": servers}))
    return path


def test_a_model_moves_keys_out_of_a_mcp_json_unseen(client: Client, project: Project) -> None:
    path = remote(project.root)
    before = path.read_bytes()
    for tool in ("preview-migration", "migrate-tool-format"):
        assert path.read_bytes() == before
        answer = client.call(tool, tool_id="wiki", source=".mcp.json", server="wiki")
        declared = answer["structuredContent"]["declared"]
        assert (declared["declared"], declared["moved"]) == (["WIKI_TOKEN"], ["WIKI_TOKEN"])
        assert VALUE not in json.dumps(answer)
    assert client.call("migrate-tool-format", tool_id="map", source=".mcp.json")["structuredContent"]["declared"]
    assert VALUE not in path.read_text()
    assert path.read_text().startswith("// ours\n")
    assert (project.root / "tools/wiki/.env").read_text() == f"WIKI_TOKEN={VALUE}\n"
    assert (project.root / "tools/map/.env").read_text() == f"MAP_API_KEY={VALUE}-2\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"source": ".mcp.json"}, "needs the tool"),
        ({"tool_id": "wiki", "server": "wiki"}, "server belongs to source"),
        ({"tool_id": "wiki", "source": ".mcp.json"}, "more than one server"),
        ({"tool_id": "wiki", "source": ".mcp.json", "server": "x"}, "no such server"),
        ({"tool_id": "new", "source": "nowhere.json"}, "nowhere.json"),
    ],
)
def test_what_is_refused_leaves_the_file_and_says_no_value(
    client: Client, project: Project, arguments: dict[str, Any], said: str
) -> None:
    path = remote(project.root)
    if "server" not in arguments:
        path.write_text(path.read_text().replace('"wiki":', '"notes":'))
    before = path.read_bytes()
    refusal = client.refusal(client.start("migrate-tool-format", arguments))
    assert said in refusal
    assert VALUE not in refusal
    assert path.read_bytes() == before
    assert not (project.root / "tools/wiki").exists()
