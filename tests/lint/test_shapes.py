"""Secrets are found in every shape people give them, and what only looks like one is left alone: on both surfaces."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool
from tests.lint.invented import filled
from tests.lint.shapes import FOUND, QUIET, SEVERAL
from tests.lint.surfaces import Asked

from pixie_secrets.lint.file_hits import secret_hits
from pixie_secrets.lint.hits import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lint.surfaces import Surface

SECRETS = Asked(select=("HS,GT007",))
TEMPLATES = {"address of a template", "link of a template", "badge", "pass as a verb", "reference"}


def laid_out(root: Path, shapes: dict[str, tuple[str, str]]) -> dict[str, str]:
    """A tool with a folder for each shape; the shapes by the paths of their files."""
    folder = add_tool(root, "shapes")
    paths = {}
    for number, (shape, (name, text)) in enumerate(shapes.items()):
        path = folder / f"{number:03}" / name
        path.parent.mkdir()
        path.write_text(filled(text) + "\n", encoding="utf-8")
        paths[path.relative_to(root).as_posix()] = shape
    return paths


def found_in(surface: Surface) -> Counter[str]:
    findings = json.loads(surface.hear(SECRETS, "json").document)["findings"]
    return Counter(one["file"] for one in findings)


def test_every_shape_of_a_secret_is_found_once(root: Path, surface: Surface) -> None:
    paths = laid_out(root, FOUND)
    assert {paths[file]: times for file, times in found_in(surface).items()} == dict.fromkeys(FOUND, 1)


def test_every_secret_of_a_line_is_found(root: Path, surface: Surface) -> None:
    paths = laid_out(root, {shape: (name, text) for shape, (name, text, _) in SEVERAL.items()})
    found = {paths[file]: times for file, times in found_in(surface).items()}
    assert found == {shape: times for shape, (_, _, times) in SEVERAL.items()}


def test_nothing_is_found_where_nothing_is(root: Path, surface: Surface) -> None:
    paths = laid_out(root, QUIET)
    assert [paths[file] for file in found_in(surface)] == []


def test_nor_in_a_template(root: Path, surface: Surface) -> None:
    paths = laid_out(root, {shape: (".env.example", text) for shape, (_, text) in QUIET.items() if shape in TEMPLATES})
    assert [paths[file] for file in found_in(surface)] == []


@pytest.mark.parametrize("text", ['{"id": "broken", "secrets": [{"key": 5}], %s}', "{%s", '["list", {%s}]'])
def test_a_tool_json_that_is_no_manifest_is_still_read(root: Path, surface: Surface, text: str) -> None:
    folder = add_tool(root, "broken")
    (folder / "tool.json").write_text(text % filled('"api_token": "{base62*32}"'))
    heard = json.loads(surface.hear(Asked(tool_id="broken"), "json").document)["findings"]
    assert {"CV001", "HS006"} <= {one["code"] for one in heard}


@pytest.mark.parametrize("row", [2, 1999, 2000, 2001, 30_000])
def test_a_column_of_passwords_is_read_to_its_last_row(row: int) -> None:
    rows = ["user,password", *("ann,none" for _ in range(row - 2)), filled("ann,{base62*9}!7")]
    [hit] = secret_hits(SourceFile("users.csv", "\n".join(rows).encode()))
    assert hit.start == sum(len(one) + 1 for one in rows[:-1]) + len("ann,")
