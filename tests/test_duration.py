"""How long a value may be used, as a declaration says it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixie_secrets.errors import ManifestError
from pixie_secrets.layouts.project import Project
from pixie_secrets.secret.duration import duration_of, in_words, is_duration

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """{
  "id": "a", "name": "A", "inputs": [], "outputs": [],
  "secrets": [
    {"key": "TOKEN",
     "rotate_after": %s}
  ]
}"""


@pytest.mark.parametrize(
    ("text", "days", "words"),
    [("1d", 1, "1 day"), ("90d", 90, "90 days"), ("12w", 84, "12 weeks"), ("1y", 365, "1 year")],
)
def test_days_weeks_and_years(text: str, days: int, words: str) -> None:
    assert duration_of(text) == timedelta(days=days)
    assert in_words(text) == words


@given(st.text(max_size=8))
def test_nothing_else_is_one(text: str) -> None:
    if is_duration(text):
        assert timedelta() < duration_of(text) < timedelta(days=9999 * 366)
    else:
        with pytest.raises(ValueError, match="90d"):
            duration_of(text)


@pytest.mark.parametrize("written", ['"90"', '"three months"', "90", '"0d"', '"1d\\n"'])
def test_a_bad_one_is_refused_with_line_and_column(tmp_path: Path, written: str) -> None:
    folder = tmp_path / "tools/a"
    folder.mkdir(parents=True)
    (folder / "tool.json").write_text(MANIFEST % written)
    with pytest.raises(ManifestError) as refused:
        Project(tmp_path).tool("a")
    assert "tools/a/tool.json:5:22" in refused.value.message
    assert "secrets[0].rotate_after" in refused.value.message


def test_a_good_one_reaches_whoever_asks(tmp_path: Path) -> None:
    folder = tmp_path / "tools/a"
    folder.mkdir(parents=True)
    (folder / "tool.json").write_text(MANIFEST % '"90d"')
    [tool] = Project(tmp_path).tools
    assert tool.secrets[0].rotate_after == "90d"
    assert tool.manifest.secrets[0].rotate_after == "90d"
