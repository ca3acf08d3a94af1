"""A client in each era, in a project of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool
from tests.mcp.client import ERAS, Client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.layouts.project import Project


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    era: str = request.param
    return era


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project for all tests of a module."""
    root = tmp_path_factory.mktemp("house")
    add_tool(root, "whisper-transcription", secrets=[{"key": "OPENAI_API_KEY"}, {"key": "WEBHOOK_URL"}])
    return root


@pytest.fixture(scope="module", params=ERAS)
def shared(request: pytest.FixtureRequest, house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One server in the house, for all tests of a module that leave it as they found it."""
    environment = {"HOME": str(tmp_path_factory.mktemp("home"))}
    with Client(house, request.param, environment=environment) as client:
        yield client


@pytest.fixture
def client(project: Project, era: str) -> Iterator[Client]:
    with Client(project.root, era) as client:
        yield client
