"""Migrate-tool-format as a model calls it: a dry run with the diff, then the change, and refusals one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.mcp.client import Client

    from pixie_secrets.layouts.project import Project

VALUE = "sk-proj-7Qm4xW9tB2nL"
OLD = '{"id": "old", "name": "Old", "inputs": [], "outputs": [], "secrets": [{"key": "A_KEY", "label": "a"}]}'


def test_a_model_sees_the_diff_first_and_changes_the_file_then(client: Client, project: Project) -> None:
    folder = project.root / "tools" / "old"
    folder.mkdir()
    (folder / "tool.json").write_text(OLD)
    (folder / ".env").write_text(f"A_KEY={VALUE}\n")
    dry = client.call("migrate-tool-format", tool_id="old", dry_run=True)["structuredContent"]
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
