"""A project for an archive to come into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project without a tool; a file whose tests need more in it has a `root` of its own."""
    (tmp_path / "project/tools").mkdir(parents=True)
    return tmp_path / "project"
