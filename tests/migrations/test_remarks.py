"""What looks wrong in a manifest is told with its place, and is not changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pixie_secrets.migrations.remarks import remarks

GALLERY = sorted((Path(__file__).parents[1] / "gallery").glob("*.json"))
FIELD = {"key": "a", "label": "A"}


def said(source: str | None = None, **fields: Any) -> list[str]:
    text = json.dumps({"id": "x", "name": "X", "inputs": [], "outputs": [], **fields}, indent=1)
    return [remark.split(": ", 1)[1] for remark in remarks(text, "t", source)]


def test_an_unknown_type_is_told_with_the_nearest() -> None:
    assert said(inputs=[{**FIELD, "type": "txt"}]) == ["input a has an unknown type; did you mean text?"]
    assert said(outputs=[{**FIELD, "type": "chart_lines"}]) == [
        "output a has an unknown type; did you mean chart_line?"
    ]


def test_show_if_to_nowhere_is_told() -> None:
    odd = {**FIELD, "type": "text", "show_if": {"key": "b", "equals": 1}}
    assert said(inputs=[odd]) == ["input a is shown only if another input has a value, and there is no such input"]
    assert said(inputs=[odd, {**FIELD, "key": "b", "type": "text"}]) == []


def test_a_key_given_twice_is_told_at_the_second() -> None:
    text = '{"inputs": [{"key": "a", "type": "text"},\n{"key": "a", "type": "text"}]}'
    assert remarks(text, "t") == ("t:2:2: input a stands twice; the second hides the first",)


def test_currency_on_what_is_no_number_is_told() -> None:
    assert said(outputs=[{**FIELD, "type": "text", "format": "currency"}]) == [
        "output a has the format currency and is no number"
    ]
    assert said(outputs=[{**FIELD, "type": "number", "format": "currency"}]) == []


def test_required_without_a_default_is_told() -> None:
    required = {**FIELD, "type": "text", "required": True}
    assert said(inputs=[required]) == ["input a is required and has no default: a run without it is refused"]
    assert said(inputs=[{**required, "default": ""}]) == []
    assert said(inputs=[{**FIELD, "type": "text"}]) == []


def test_a_secret_that_no_file_reads_is_told() -> None:
    declared = [{"key": "A_KEY"}, {"key": "B_KEY"}]
    assert said('os.environ["A_KEY"]', secrets=declared) == [
        "no file of the tool reads B_KEY, unless a library does it by itself"
    ]
    assert len(said("MY_A_KEY_2", secrets=declared)) == 2
    assert said(None, secrets=declared) == []


def test_an_unknown_layout_is_told() -> None:
    assert said(layout="columns") == ["an unknown layout; there are form, chat, split"]


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_nothing_is_odd_in_the_gallery(path: Path) -> None:
    assert remarks(path.read_text(encoding="utf-8"), "t") == ()


@pytest.mark.parametrize("part", ["inputs", "outputs", "secrets"])
@pytest.mark.parametrize("odd", [None, 1, "x", {}, [None], [[]], [{"key": 1, "type": [], "show_if": 1}]])
def test_what_is_not_shaped_as_expected_is_passed_over(part: str, odd: Any) -> None:
    assert said("", **{part: odd}) == []


def test_no_remark_repeats_more_than_a_plain_name() -> None:
    odd = {"key": "sk-canary\n\x1b", "type": "sk-canary", "required": True, "show_if": {"key": "sk-canary"}}
    assert "canary" not in str(said(inputs=[odd, odd], layout="sk-canary"))
