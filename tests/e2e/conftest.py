"""What tests with the real Claude Code begin with: a repository to clone or install from, and a value to look for."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from tests.e2e.claude_lab.checkout import commit_work_tree
from tests.e2e.guarded import Guarded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return commit_work_tree(tmp_path_factory.mktemp("origin") / "pixie-secrets")


@pytest.fixture
def value() -> str:
    return f"sk-e2e-{secrets.token_hex(16)}"


@pytest.fixture
def guarded(tmp_path_factory: pytest.TempPathFactory, repository: Path, value: str) -> Iterator[Guarded]:
    with Guarded(tmp_path_factory.mktemp("guarded"), repository, value) as labs:
        yield labs
