"""Share-tool and import-tool as a model calls them: the dry run first, refusals in words, progress for the person."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from tests.archives.test_old_format import NEW, OLD, old_archive

if TYPE_CHECKING:
    from tests.mcp.client import Client

    from pixie_secrets.layouts.project import Project

VALUE = "sk-proj-7Qm4xW9tB2nL"


def complete(project: Project) -> None:
    folder = project.root / "tools/whisper-transcription"
    (folder / "main.py").write_text("import os\n\nprint(os.environ['OPENAI_API_KEY'][:0])\n")
    (folder / "pyproject.toml").write_text('[project]\nname = "w"\nversion = "1"\nrequires-python = ">=3.11"\n')
    (folder / ".env").write_text(f"OPENAI_API_KEY={VALUE}\n")


def test_a_model_sees_what_goes_in_then_shares_and_somebody_imports(client: Client, project: Project) -> None:
    complete(project)
    dry = client.call("preview-share", tool_id="whisper-transcription")["structuredContent"]
    assert [one["path"] for one in dry["files"]] == [".env.example", "main.py", "pyproject.toml", "tool.json"]
    assert dry["left_out"] == [{"path": ".env", "reason": "may hold values"}]
    assert not list(project.root.glob("*.zip"))
    done = client.call("share-tool", tool_id="whisper-transcription")["structuredContent"]
    assert done["path"] == str(project.root / "whisper-transcription.zip")
    shutil.rmtree(project.root / "tools/whisper-transcription")
    looked = client.call("preview-import", path=done["path"])["structuredContent"]
    assert looked["dry_run"] is True
    assert not (project.root / "tools/whisper-transcription").exists()
    taken = client.call("import-tool", path="whisper-transcription.zip")["structuredContent"]
    assert {one["key"]: one["status"] for one in taken["secrets"]} == {
        "OPENAI_API_KEY": "not set",
        "WEBHOOK_URL": "not set",
    }
    assert any("set-secret" in step for step in taken["next_steps"])
    assert (project.root / "tools/whisper-transcription/main.py").is_file()
    assert VALUE not in "".join(client.received)


def test_a_value_in_a_file_refuses_the_share_with_file_and_line_only(client: Client, project: Project) -> None:
    complete(project)
    (project.root / "tools/whisper-transcription/notes.md").write_text(f"hello\n\nkey {VALUE}\n")
    said = client.refusal(client.start("share-tool", {"tool_id": "whisper-transcription"}))
    assert "notes.md:3" in said
    assert VALUE not in said


def test_a_model_cannot_let_a_finding_pass(client: Client) -> None:
    for name in ("allow", "force"):
        said = client.refusal(client.start("share-tool", {"tool_id": "whisper-transcription", name: "HS006=because"}))
        assert "unknown argument" in said
        assert "because" not in said


def test_what_is_no_archive_is_refused(client: Client) -> None:
    assert "not from an address" in client.refusal(client.start("import-tool", {"path": "https://x.test/y.zip"}))
    assert "no such file" in client.refusal(client.start("import-tool", {"path": "nowhere.zip"}))


def test_a_tool_of_an_old_format_is_shown_migrated_then_taken_in(client: Client, project: Project) -> None:
    (project.root / "old.zip").write_bytes(old_archive())
    said = client.refusal(client.start("import-tool", {"path": "old.zip"}))
    assert "of an old format" in said
    assert "import it with migrate" in said
    dry = client.call("preview-import", path="old.zip", migrate=True)["structuredContent"]
    assert '+  "schema_version": "1.0"' in dry["migration"]["diff"]
    assert not (project.root / "tools/guest").exists()
    done = client.call("import-tool", path="old.zip", migrate=True)["structuredContent"]
    assert done["migration"] == dry["migration"]
    assert (project.root / "tools/guest/tool.json").read_bytes() == NEW


def test_a_known_value_in_an_old_tool_json_reaches_nobody(client: Client, project: Project) -> None:
    complete(project)
    for place, value in ((b"Whose key", VALUE), (b'"Whose key"', f'"a", "description": "{VALUE}"')):
        (project.root / "old.zip").write_bytes(old_archive(OLD.replace(place, value.encode())))
        for tool in ("preview-import", "import-tool"):
            client.refusal(client.start(tool, {"path": "old.zip", "migrate": True}))
    assert VALUE not in "".join(client.received)
    assert not (project.root / "tools/guest").exists()


def test_a_long_share_reports_how_far_it_is(client: Client, project: Project) -> None:
    complete(project)
    for number in range(40):
        (project.root / f"tools/whisper-transcription/{number}.txt").write_bytes(os.urandom(600_000).hex().encode())
    started = client.start("share-tool", {"tool_id": "whisper-transcription"}, _meta={"progressToken": "share-1"})
    assert client.outcome(started)["file_count"] == 44
    told = [one["params"] for one in client.notifications if one["method"] == "notifications/progress"]
    assert told
    assert all(0 < one["progress"] <= one["total"] for one in told)
    assert [one["progress"] for one in told] == sorted(one["progress"] for one in told)
