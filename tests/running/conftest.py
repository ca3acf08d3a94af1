"""A project whose tools are written by the test, and the certainty that none of their processes outlives it."""

from __future__ import annotations

import secrets
import shutil
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import add_tool
from tests.waiting import until

from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.run_tool import RunToolRequest, ToolRun, run_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
VALUE = 'sk-pröj/7Qm4+xW9"tB2nL'
NUMBER = "827164039518"


class House:
    """tools: one each call of `add`. Every process of theirs carries a mark in its environment."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mark = secrets.token_hex(16)

    @property
    def project(self) -> Project:
        return Project(self.root)

    def add(self, tool_id: str, main: str, **manifest: Any) -> Path:
        """Write a tool; `main` may use `served`. Its environment is the one that these tests run in."""
        manifest.setdefault("secrets", [{"key": "API_KEY", "required": True}])
        folder = add_tool(self.root, tool_id, **manifest)
        (folder / "main.py").write_text(textwrap.dedent(main), encoding="utf-8")
        shutil.copy(HERE / "served.py", folder)
        (folder / ".venv").symlink_to(sys.prefix)
        quoted = VALUE.replace('"', '\\"')
        self.env(folder, f'API_KEY="{quoted}"\nACCOUNT={NUMBER}\n')
        return folder

    def env(self, folder: Path, text: str) -> None:
        (folder / ".env").write_text(f"{text}MARK=run-{self.mark}\n", encoding="utf-8")
        (folder / ".env").chmod(0o600)

    def run(self, tool_id: str, **more: Any) -> ToolRun:
        request = RunToolRequest(tool_id=tool_id, inputs=more.pop("inputs", {}))
        return run_tool(Context(self.project, **more), request)

    def processes(self) -> list[str]:
        """Who is alive and carries the mark, this process aside."""
        found = []
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdecimal() and f"run-{self.mark}".encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:  # it ended meanwhile
                continue
        return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path / "house")
    yield built
    assert built.processes() == []


def wait_for(path: Path) -> str:
    """What a tool wrote into a file, once it has."""
    return until(lambda: path.read_text(encoding="utf-8") if path.exists() else "")
