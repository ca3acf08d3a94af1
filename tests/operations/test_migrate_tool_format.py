"""Migrate-tool-format as an operation: all tools, real files, nothing written but what was said."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool

from pixie_secrets.errors import UnknownTool
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.migrate_tool_format import (
    MigrateToolFormatRequest,
    MigrationOutcome,
    ToolMigration,
    ToolsMigrated,
    migrate_tool_format,
)

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "sk-canary-9f2Kq7mW"
OLD = '{"id": "old", "name": "Old", "inputs": [], "outputs": [], "secrets": [{"key": "A_KEY", "label": "a"}]}\n'
NEW = '{"schema_version": "1.0", ' + OLD[1:].replace("label", "description")


def put(root: Path, folder: str, text: str | bytes) -> Path:
    path = root / "tools" / folder / "tool.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def migrated(root: Path, tool_id: str | None = None, *, dry_run: bool = False) -> ToolsMigrated:
    return migrate_tool_format(Context(Project(root)), MigrateToolFormatRequest(tool_id=tool_id, dry_run=dry_run))


def only(result: ToolsMigrated) -> ToolMigration:
    [tool] = result.tools
    return tool


def test_an_old_tool_is_rejected_migrated_and_found(tmp_path: Path) -> None:
    path = put(tmp_path, "folder", OLD)
    assert Project(tmp_path).broken_tools
    tool = only(migrated(tmp_path, "old"))
    assert tool.outcome is MigrationOutcome.MIGRATED
    assert tool.changes == ("on secrets, label is now called description", "schema_version is written down")
    assert path.read_bytes() == NEW.encode()
    assert Project(tmp_path).tool("old").manifest.secrets[0].description == "a"
    assert only(migrated(tmp_path, "old")).outcome is MigrationOutcome.UNCHANGED


def test_a_dry_run_shows_the_diff_and_writes_nothing(tmp_path: Path) -> None:
    path = put(tmp_path, "old", OLD)
    before = path.stat()
    tool = only(migrated(tmp_path, dry_run=True))
    assert tool.outcome is MigrationOutcome.MIGRATED
    assert tool.diff == f"--- a/tools/old/tool.json\n+++ b/tools/old/tool.json\n@@ -1 +1 @@\n-{OLD}+{NEW}".rstrip("\n")
    assert path.read_bytes() == OLD.encode()
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert only(migrated(tmp_path)).diff == tool.diff


def test_the_diff_can_be_applied(tmp_path: Path) -> None:
    text = OLD.replace(", ", ",\r\n").rstrip("\n")
    path = put(tmp_path, "old", text)
    diff = only(migrated(tmp_path, dry_run=True)).diff
    assert "\\ No newline at end of file" in diff
    patch = diff.replace("␍", "\r") + "\n"
    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=tmp_path, check=True)
    assert only(migrated(tmp_path)).outcome is MigrationOutcome.UNCHANGED
    assert path.read_bytes().count(b"\r\n") == text.count("\r\n") + 1


def test_one_broken_tool_does_not_stop_the_others(tmp_path: Path) -> None:
    put(tmp_path, "a-broken", '{"id": "a", // note\n}')
    put(tmp_path, "b-old", OLD)
    add_tool(tmp_path, "c-new")
    (tmp_path / "tools" / "d-link").symlink_to(tmp_path / "tools" / "c-new")
    result = migrated(tmp_path)
    assert [(tool.folder, tool.outcome) for tool in result.tools] == [
        ("a-broken", MigrationOutcome.REFUSED),
        ("b-old", MigrationOutcome.MIGRATED),
        ("c-new", MigrationOutcome.UNCHANGED),
        ("d-link", MigrationOutcome.REFUSED),
    ]
    assert result.tools[0].message == "tools/a-broken/tool.json:1:13: comments are not part of JSON"
    assert not result.in_order


REFUSED = {
    "duplicate key": b'{"id": "x", "id": "x"}',
    "comment": b'{"id": "x"} # note',
    "trailing comma": b'{"id": "x",}',
    "NaN": b'{"id": "x", "retain_runs": NaN}',
    "Latin-1": '{"id": "x", "name": "ü", "secrets": [{"label": "a"}]}'.encode("latin-1"),
    "UTF-16": OLD.encode("utf-16"),
    "array": b"[]",
    "empty": b"",
    "newer": b'{"schema_version": "9.0"}',
    "contradiction": OLD.replace('"a"', '"a", "description": "b"').encode(),
    "unknown field": OLD.replace('"label"', f'"value": "{CANARY}", "label"').encode(),
    "too large": b" " * (1024 * 1024 + 1),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_every_refusal_leaves_the_bytes_and_says_where(tmp_path: Path, data: bytes) -> None:
    path = put(tmp_path, "x", data)
    before = path.stat()
    tool = only(migrated(tmp_path))
    assert tool.outcome is MigrationOutcome.REFUSED
    assert (tool.message or "").startswith("tools/x/tool.json")
    assert CANARY not in tool.model_dump_json()
    assert path.read_bytes() == data
    assert path.stat().st_ino == before.st_ino
    assert [entry.name for entry in path.parent.iterdir()] == ["tool.json"]


def test_nothing_is_written_through_a_link_or_beside_a_second_name(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.json"
    target.write_text(OLD)
    for folder, make in (("soft", os.symlink), ("hard", os.link)):
        (tmp_path / "tools" / folder).mkdir(parents=True)
        make(target, tmp_path / "tools" / folder / "tool.json")
    assert {tool.outcome for tool in migrated(tmp_path).tools} == {MigrationOutcome.REFUSED}
    assert target.read_text() == OLD


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o755])
def test_the_file_keeps_its_own_mode(tmp_path: Path, mode: int) -> None:
    path = put(tmp_path, "old", OLD)
    path.chmod(mode)
    migrated(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_file_that_cannot_be_written_is_left_and_said(tmp_path: Path) -> None:
    path = put(tmp_path, "old", OLD)
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from pixie_secrets.layouts.project import Project\n"
        "from pixie_secrets.operations.context import Context\n"
        "from pixie_secrets.operations.migrate_tool_format import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "print(migrate_tool_format(Context(Project(Path(sys.argv[1]))), MigrateToolFormatRequest()).tools[0].message)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    assert "could not be written: file too large" in done.stdout
    assert path.read_text() == OLD
    assert [entry.name for entry in path.parent.iterdir()] == ["tool.json"]


def test_warnings_come_without_a_change(tmp_path: Path) -> None:
    folder = add_tool(tmp_path, "x", secrets=[{"key": "READ"}, {"key": "UNREAD"}], inputs=[
        {"key": "a", "label": "A", "type": "text", "required": True}, {"key": "a", "label": "A", "type": "text"},
    ])  # fmt: skip
    (folder / "main.py").write_text('import os\nos.environ["READ"]\n')
    tool = only(migrated(tmp_path))
    assert tool.outcome is MigrationOutcome.UNCHANGED
    assert tool.diff == ""
    assert [warning.split(": ", 1)[1].split(" ")[:4] for warning in tool.warnings] == [
        ["input", "a", "is", "required"],
        ["input", "a", "stands", "twice;"],
        ["no", "file", "of", "the"],
    ]


def test_generated_code_reads_for_the_tool_only_where_it_is_used(tmp_path: Path) -> None:
    folder = add_tool(tmp_path, "x", secrets=[{"key": "A_KEY"}])
    (folder / "tool_secrets.py").write_text('environment["A_KEY"]\n')
    (folder / "main.py").write_text("pass\n")
    assert len(only(migrated(tmp_path)).warnings) == 1
    (folder / "main.py").write_text("from tool_secrets import load\n")
    assert only(migrated(tmp_path)).warnings == ()


def test_a_manifest_that_is_still_broken_afterwards_says_why(tmp_path: Path) -> None:
    put(tmp_path, "old", OLD.replace('"inputs": []', '"inputs": 1'))
    result = migrated(tmp_path)
    assert only(result).outcome is MigrationOutcome.MIGRATED
    assert "inputs: must be a list" in str(only(result).message)
    assert not result.in_order


def test_a_known_value_in_a_manifest_is_masked_in_the_diff(tmp_path: Path) -> None:
    path = put(tmp_path, "old", OLD.replace('"a"', f'"{CANARY}"'))
    (path.parent / ".env").write_text(f"A_KEY={CANARY}\n")
    tool = only(migrated(tmp_path, dry_run=True))
    assert tool.diff
    assert CANARY not in tool.model_dump_json()


def test_a_tool_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    put(tmp_path, "old", OLD)
    with pytest.raises(UnknownTool):
        migrated(tmp_path, "other")


def test_two_at_once_migrate_it_once(tmp_path: Path) -> None:
    path = put(tmp_path, "old", OLD)
    program = (
        "import sys\nfrom pathlib import Path\nfrom pixie_secrets.layouts.project import Project\n"
        "from pixie_secrets.operations.context import Context\n"
        "from pixie_secrets.operations.migrate_tool_format import *\n"
        "print(migrate_tool_format(Context(Project(Path(sys.argv[1]))), MigrateToolFormatRequest()).tools[0].outcome)"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = [process.communicate()[0].strip() for process in both]
    assert set(said) <= {"migrated", "unchanged"}
    assert "migrated" in said
    assert path.read_text() == NEW


def test_the_whole_gallery_as_tools_stays_as_it_is(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    gallery = sorted((pytestconfig.rootpath / "tests" / "gallery").glob("*.json"))
    for path in gallery:
        put(tmp_path, path.stem, path.read_bytes())
    result = migrated(tmp_path)
    assert result.count(MigrationOutcome.UNCHANGED) == len(gallery) == 31
    assert result.in_order
    assert [tool.warnings for tool in result.tools if tool.warnings] == []
