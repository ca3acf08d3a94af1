"""Every file that is made of others is as one command makes it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

GENERATE = Path(__file__).parents[1] / "server" / "generate.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", GENERATE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", load().FILES, ids=lambda path: path.name)
def test_a_generated_file_is_what_the_command_writes(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == load().FILES[path](), "run python server/generate.py"


def test_a_file_that_no_longer_fits_is_said_and_left(tmp_path: Path) -> None:
    stale = tmp_path / "stale.json"
    stale.write_text("old")
    assert load()._write(stale, "new", check=True) is False
    assert stale.read_text() == "old"
    assert load()._write(stale, "new", check=False) is True
    assert load()._write(stale, "new", check=True) is True
