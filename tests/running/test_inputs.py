"""What a run is asked with is judged before anything starts, by name and never by repeating it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import add_tool

from pixie_secrets.layouts.project import Project
from pixie_secrets.running.inputs import InputsRefused, checked

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = [{"value": "a", "label": "A"}, {"value": 1, "label": "One"}]


def check(root: Path, given: dict[str, Any], *inputs: dict[str, Any]) -> dict[str, Any]:
    add_tool(root, "tool", inputs=[{"label": each["key"].title(), **each} for each in inputs])
    project = Project(root)
    return checked(project, project.tool("tool"), given)


@pytest.mark.parametrize(
    ("kind", "good", "bad", "wanted"),
    [
        ({"type": "text", "max_length": 3}, "abc", "abcd", "at most 3 characters"),
        ({"type": "code"}, "x", 1, "text"),
        ({"type": "number", "min": 1, "max": 5}, 5, 6, "at most 5"),
        ({"type": "number", "min": 1}, 1.5, 0, "at least 1"),
        ({"type": "number"}, 0, True, "a number"),
        ({"type": "number"}, -1, "1", "a number"),
        ({"type": "slider", "min": 0, "max": 9, "range": True}, [1, 9], [1, 10], "at most 9"),
        ({"type": "slider", "min": 0, "max": 9, "range": True}, [1, 9], 3, "a list of two numbers"),
        ({"type": "select", "options": OPTIONS}, 1, "b", "one of a, 1"),
        ({"type": "select", "options": OPTIONS}, "a", True, "one of a, 1"),
        ({"type": "multiselect", "options": OPTIONS}, ["a", 1], ["a", "b"], "a list, each one of a, 1"),
        ({"type": "toggle"}, False, "no", "true or false"),
        ({"type": "date", "min": "2026-01-01"}, "2026-01-31", "2025-12-31", "2026-01-01 or later"),
        ({"type": "time"}, "13:45", "noon", "text such as 13:45"),
        ({"type": "datetime"}, "2026-01-31T13:45", 5, "text such as 2026-01-31T13:45"),
        ({"type": "date_range"}, ["2026-01-01", "2026-02-01"], ["2026-02-01", "2026-01-01"],
         "two dates such as 2026-01-31, the earlier first"),
        ({"type": "file"}, "data:text/plain,x", ["a"], "the path of a file, or a data: URL"),
        ({"type": "tags"}, ["a"], "a", "a list of texts"),
        ({"type": "table", "columns": [], "max_rows": 1}, [{}], [{}, {}], "at most 1 rows"),
        ({"type": "colour"}, "#fff", "red", "a color such as #2f855a"),
    ],
)  # fmt: skip
def test_each_type_says_what_it_takes(tmp_path: Path, kind: dict[str, Any], good: Any, bad: Any, wanted: str) -> None:
    assert check(tmp_path / "good", {"it": good}, {"key": "it", **kind}) == {"it": good}
    with pytest.raises(InputsRefused) as refusal:
        check(tmp_path / "bad", {"it": bad}, {"key": "it", **kind})
    assert refusal.value.message == f"it must be {wanted}"


def test_defaults_are_filled_in_and_all_that_is_missing_is_named(tmp_path: Path) -> None:
    inputs = (
        {"key": "a", "type": "text"},
        {"key": "b", "type": "text"},
        {"key": "c", "type": "text", "required": False},
        {"key": "d", "type": "number", "default": 4},
    )
    assert check(tmp_path / "one", {"a": "x", "b": "y"}, *inputs) == {"a": "x", "b": "y", "d": 4}
    with pytest.raises(InputsRefused, match=r"^a is missing \(A\); b is missing \(B\)$"):
        check(tmp_path / "two", {"c": "x"}, *inputs)


def test_an_input_that_is_not_shown_may_be_missing(tmp_path: Path) -> None:
    inputs = (
        {"key": "mode", "type": "text", "default": "plain"},
        {"key": "depth", "type": "number", "show_if": {"key": "mode", "equals": "deep"}},
    )
    assert check(tmp_path / "one", {}, *inputs) == {"mode": "plain"}
    with pytest.raises(InputsRefused, match="depth is missing"):
        check(tmp_path / "two", {"mode": "deep"}, *inputs)


def test_an_unknown_input_is_not_repeated_and_the_nearest_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputsRefused) as refusal:
        check(tmp_path, {"langauge-sk-123": "x"}, {"key": "language", "type": "text"})
    assert "sk-123" not in f"{refusal.value.message} {refusal.value.hint}"
    assert "language" in refusal.value.hint
