"""A project as an agent finds it: two tools, one with a value, and links to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool

if TYPE_CHECKING:
    from pathlib import Path

VALUE = "sk-guard-4f7Qm2Zx9Lw1"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """`a` has a value; `b` has none; `link`, `hard` and `dirlink` lead to the former."""
    root = tmp_path / "proj"
    for tool in ("a", "b"):
        folder = add_tool(root, tool, secrets=[{"key": "K"}])
        (folder / "main.py").write_text("pass\n")
        (folder / ".env.example").write_text("K=\n")
    (root / "tools/a/.env").write_text(f"K={VALUE}\n")
    (root / "server").mkdir()
    (root / "link").symlink_to("tools/a/.env")
    (root / "dirlink").symlink_to("tools/a")
    os.link(root / "tools/a/.env", root / "hard")
    return root
