"""One project that is emptied for every test, so that one server can be asked about all of them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.lint.surfaces import Command, Model

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.lint.surfaces import Surface


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the project, the home and a PATH without programs are."""
    houses = tmp_path_factory.mktemp("houses")
    for name in ("project", "home", "bin"):
        (houses / name).mkdir()
    return houses


@pytest.fixture(scope="module")
def surfaces(houses: Path) -> Iterator[dict[str, Surface]]:
    both: dict[str, Surface] = {
        "command": Command(houses / "project", houses / "bin"),
        "mcp": Model(houses / "project", houses / "bin"),
    }
    yield both
    for surface in both.values():
        surface.close()


@pytest.fixture
def root(houses: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The empty project; HOME is empty too, and the same for both surfaces."""
    monkeypatch.setenv("HOME", str(houses / "home"))
    for folder in (houses / "project", houses / "home"):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    return houses / "project"


@pytest.fixture(params=["command", "mcp"])
def surface(request: pytest.FixtureRequest, root: Path, surfaces: dict[str, Surface]) -> Surface:
    return surfaces[request.param]
