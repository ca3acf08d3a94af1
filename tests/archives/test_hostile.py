"""Every hostile archive is refused with its own reason; project and temporary folder are as they were."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import pytest
from tests.archives.building import tool_archive
from tests.archives.hostile import VALUE, Hostile, hostile
from tests.archives.trees import tree
from tests.conftest import add_tool

from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALL = list(hostile())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project with a tool that has a value, and a temporary folder of its own."""
    folder = add_tool(tmp_path / "project", "mine", secrets=[{"key": "MINE_API_KEY"}])
    (folder / ".env").write_text(f"MINE_API_KEY={VALUE}\n")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield Project(tmp_path / "project")
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_there_are_enough_of_them() -> None:
    assert len(ALL) >= 120
    assert len({one.name for one in ALL}) >= len(ALL) - 5


@pytest.mark.parametrize("archive", ALL, ids=lambda one: one.name)
def test_hostile_archive_is_refused_with_its_reason_and_leaves_no_trace(
    home: Project, tmp_path: Path, archive: Hostile
) -> None:
    path = tmp_path / "guest.zip"
    path.write_bytes(archive.data)
    before = tree(tmp_path)
    with pytest.raises(PixieError) as refused:
        import_tool(Context(home), ImportToolRequest(path=str(path)))
    assert archive.reason in refused.value.message, refused.value.message
    assert VALUE not in refused.value.message + refused.value.hint
    assert tree(tmp_path) == before


def test_the_same_archive_without_the_hostile_part_is_accepted(home: Project, tmp_path: Path) -> None:
    (tmp_path / "guest.zip").write_bytes(tool_archive())
    assert import_tool(Context(home), ImportToolRequest(path=str(tmp_path / "guest.zip"))).tool_id == "guest"
    assert (home.root / "tools/guest/main.py").is_file()
