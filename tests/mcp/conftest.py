"""A client in each era, in a project of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.mcp.client import ERAS, Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.project import Project


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    era: str = request.param
    return era


@pytest.fixture
def client(project: Project, era: str) -> Iterator[Client]:
    with Client(project.root, era) as client:
        yield client
