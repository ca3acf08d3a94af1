"""A tool of an old format: refused with what helps, or migrated on its way in as migrate-tool-format does it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from tests.archives.building import archive, members, tool_files
from tests.archives.test_import import OWN, old_tool, shown, take
from tests.archives.trees import files, tree
from tests.conftest import add_tool

from pixie_secrets.archives import staging
from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.errors import PixieError
from pixie_secrets.known_values.json_documents import masked_result
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.migrate_tool_format import MigrateToolFormatRequest, migrate_tool_format

if TYPE_CHECKING:
    from pathlib import Path

VALUE = "sk-old-format-0123456789"
OLD = (
    b'{\r\n  "id": "guest",\r\n  "name": "Gu\\u0065st",\r\n  "inputs": [], "outputs": [],\r\n'
    b'  "secrets": [{"key": "GUEST_API_KEY", "label": "Whose key", "required": true}]\r\n}\r\n'
)
NEW = OLD.replace(b'"label"', b'"description"').replace(b"{\r\n", b'{\r\n  "schema_version": "1.0",\r\n', 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project/tools").mkdir(parents=True)
    return tmp_path / "project"


def old_archive(tool_json: bytes = OLD, said: bytes | None = None) -> bytes:
    """said: the tool.json that its pixie-share.json speaks of; None: it has none."""
    content = {**tool_files(), "tool.json": tool_json}
    if said is None:
        return archive(members(content))
    listed = {
        path: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        for path, data in {**content, "tool.json": said}.items()
    }
    share = {
        "format": 1,
        "tool": {"id": "guest", "name": "Guest", "version": None},
        "files": listed,
        "secrets": [{"key": "GUEST_API_KEY", "description": "Whose key", "required": True}],
        "hosts": [],
        "left_out": [],
    }
    return archive(members({**content, "pixie-share.json": json.dumps(share).encode()}))


def refused(root: Path, data: bytes, *, migrate: bool = True) -> PixieError:
    """The refusal, the same with a dry run and without; nothing is changed by it."""
    before = tree(root)
    said = []
    for dry_run in (True, False):
        with pytest.raises(PixieError) as refusal:
            take(root, data, migrate=migrate, dry_run=dry_run)
        said.append(refusal.value)
        assert tree(root) == before
    assert (said[0].message, said[0].hint) == (said[1].message, said[1].hint)
    return said[0]


def test_without_migrate_it_is_refused_with_what_would_take_it_in(root: Path) -> None:
    refusal = refused(root, old_archive(), migrate=False)
    assert isinstance(refusal, ArchiveRefused)
    assert "of an old format (on secrets, label is now called description" in refusal.message
    assert "import it with --migrate" in refusal.hint
    assert "--dry-run" in refusal.hint
    assert "migrate-tool-format" not in refusal.hint  # which needs a tool and not an archive


def test_a_dry_run_shows_the_diff_and_changes_nothing(root: Path) -> None:
    before = tree(root)
    dry = take(root, old_archive(), migrate=True, dry_run=True)
    assert tree(root) == before
    assert dry.migration is not None
    assert dry.migration.changes == ("on secrets, label is now called description", "schema_version is written down")
    assert '+  "schema_version": "1.0",␍\n' in dry.migration.diff
    assert [secret.description for secret in dry.secrets] == ["Whose key"]
    real = take(root, old_archive(), migrate=True)
    differs = {"dry_run", "next_steps"}
    assert masked_result(dry, without=differs) == masked_result(real, without=differs)


def test_only_what_has_to_change_changes_as_migrate_tool_format_would_do_it(root: Path, tmp_path: Path) -> None:
    take(root, old_archive(), migrate=True)
    assert files(root / "tools/guest") == {**tool_files(), "tool.json": NEW}
    assert (root / "tools/guest/tool.json").stat().st_mode & 0o777 == 0o644
    folder = add_tool(tmp_path / "other", "guest")
    (folder / "tool.json").write_bytes(OLD)
    migrate_tool_format(Context(Project(tmp_path / "other")), MigrateToolFormatRequest(tool_id="guest"))
    assert (folder / "tool.json").read_bytes() == NEW
    assert Project(root).tool("guest").manifest.secrets[0].description == "Whose key"


def test_a_tool_of_today_comes_in_as_it_is_also_with_migrate(root: Path) -> None:
    imported = take(root, archive(members(tool_files())), migrate=True)
    assert imported.migration is None
    assert files(root / "tools/guest") == tool_files()


def test_the_archive_is_held_against_its_own_bytes_and_not_the_migrated_ones(root: Path) -> None:
    assert "not the file that pixie-share.json lists" in refused(root, old_archive(said=NEW)).message
    imported = take(root, old_archive(said=OLD), migrate=True)
    assert imported.sender is not None
    assert (root / "tools/guest/tool.json").read_bytes() == NEW


def test_a_replacement_compares_and_places_the_migrated_one(root: Path) -> None:
    old_tool(root)
    dry = take(root, old_archive(), migrate=True, replace=True, dry_run=True)
    assert dry.changes is not None
    assert "tool.json" in dry.changes.changed
    take(root, old_archive(), migrate=True, replace=True)
    assert files(root / "tools/guest") == {**tool_files(), "tool.json": NEW, **OWN}
    again = take(root, old_archive(), migrate=True, replace=True)
    assert again.changes is not None
    assert again.changes.changed == ()


BAD = {
    "two names for one text": (OLD.replace(b'"label"', b'"description": "Mine", "label"'), "has the label"),
    "a newer format": (OLD.replace(b'"id"', b'"schema_version": "7.0", "id"'), "newer format"),
    "an unknown version": (OLD.replace(b'"id"', b'"schema_version": "old", "id"'), "unknown schema_version"),
    "a field the format never had": (OLD.replace(b'"id"', b'"evil": 1, "id"'), "unknown field"),
    "a key twice": (OLD.replace(b'"id"', b'"name": "Other", "id"'), ""),
    "old, and no manifest of today either": (
        OLD.replace(b"GUEST_API_KEY", b"LD_PRELOAD"),
        "tool.json, migrated:6:23: secrets[0].key",
    ),
    "another id than its folder": (OLD.replace(b'"guest"', b'"host"'), "but its tool.json says id host"),
    "no JSON": (OLD[:-4], "the archive's tool.json"),
    "larger than a manifest may be": (
        OLD.replace(b'"Whose key"', b'"' + b"x" * (2**20 - len(OLD) + 9) + b'"'),
        "larger than 1 MiB, migrated",
    ),
}


@pytest.mark.parametrize(("tool_json", "reason"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_migrated_is_refused_with_the_reason(root: Path, tool_json: bytes, reason: str) -> None:
    for migrate in (True, False):
        refusal = refused(root, old_archive(tool_json), migrate=migrate)
        assert reason in refusal.message or not migrate
        assert "`pixie-secrets migrate-tool-format`" not in f"{refusal.message} {refusal.hint}"


@pytest.mark.parametrize(
    "tool_json",
    [
        OLD.replace(b"Whose key", VALUE.encode()),
        OLD.replace(b'"Whose key"', f'"a", "description": "{VALUE}"'.encode()),
        OLD.replace(b'"id"', f'"{VALUE}": 1, "id"'.encode()),
        OLD.replace(b"GUEST_API_KEY", VALUE.encode()),
    ],
)
def test_a_known_value_in_it_is_refused_and_never_shown(root: Path, tool_json: bytes) -> None:
    mine = add_tool(root, "mine", secrets=[{"key": "MINE_API_KEY"}])
    (mine / ".env").write_text(f"MINE_API_KEY={VALUE}\n")
    for migrate in (True, False):
        refusal = refused(root, old_archive(tool_json), migrate=migrate)
        assert VALUE not in f"{refusal.message} {refusal.hint}"


def test_what_only_looks_like_a_value_of_this_project_is_masked_in_the_diff(root: Path) -> None:
    """A plain setting may stand in an archive; in an answer it is masked all the same."""
    mine = add_tool(root, "mine")
    (mine / ".env").write_text("LEVEL=development\n")
    dry = take(root, old_archive(OLD.replace(b"Whose key", b"for development")), migrate=True, dry_run=True)
    assert dry.migration is not None
    assert '"description": "for ***"' in dry.migration.diff


def test_the_diff_holds_nothing_that_a_terminal_obeys_and_is_bounded(root: Path) -> None:
    default = '{"key": "a", "label": "A", "type": "text", "default": "a\u202eb\x9b31m\x7f\u2028c"}'
    tricks = OLD.replace(b'"inputs": []', f'"inputs": [{default}]'.encode())
    dry = take(root, old_archive(tricks), migrate=True, dry_run=True)
    assert dry.migration is not None
    assert "a?b?31m??c" in dry.migration.diff
    assert all(char.isprintable() or char in "\n\t" for char in dry.migration.diff)
    long = take(root, old_archive(OLD.replace(b"Whose key", b"x" * 90_000)), migrate=True, dry_run=True)
    assert long.migration is not None
    assert len(long.migration.diff) < 21_000
    assert long.migration.diff.endswith("… and more")


def test_a_manifest_of_many_thousands_of_lines_is_not_compared_for_hours(root: Path) -> None:
    secrets = [{"key": f"GUEST_KEY_{number}", "label": "x", "required": False} for number in range(800)]
    tool_json = json.dumps({"id": "guest", "name": "G", "inputs": [], "outputs": [], "secrets": secrets}, indent=0)
    imported = take(root, archive(members({**tool_files(), "tool.json": tool_json.encode()})), migrate=True)
    assert imported.migration is not None
    assert imported.migration.diff == "tool.json has too many lines to show how they differ"
    assert imported.migration.changes


def test_what_is_odd_and_was_not_changed_is_said(root: Path) -> None:
    unread = take(root, old_archive(OLD.replace(b"GUEST_API_KEY", b"NEVER_READ_KEY")), migrate=True, dry_run=True)
    assert unread.migration is not None
    assert any("NEVER_READ_KEY" in warning for warning in unread.migration.warnings)


def test_a_failure_at_the_last_step_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging, "place", full)
    with pytest.raises(ArchiveRefused, match="no space left"):
        take(root, old_archive(), migrate=True)
    assert shown(root) == []
