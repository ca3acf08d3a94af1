"""Lint's tables are edited as TOML and read as JSON, and the two say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from pixie_secrets.lint import tables


@pytest.mark.parametrize("name", tables.NAMES)
def test_the_json_that_is_read_is_what_the_toml_says(name: str) -> None:
    written = Path(tables.__file__).with_name(f"{name}.json").read_text(encoding="utf-8")
    assert written == tables.made(name), "run python -m pixie_secrets.lint.tables"
