"""AGENTS.md is true: every room of the package is in it, what it names is there, and few functions hold a value."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "server/pixie_secrets"
TEXT = (ROOT / "AGENTS.md").read_text(encoding="utf-8")
HOLDERS_MAX = 10  # functions that hold a typed value on one way in


def part(title: str) -> str:
    """The text below a heading, up to the next of its level."""
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


PATH = re.compile(r"(?:[a-z_0-9]+/)+[a-z_0-9]*(?:\.\w+)?")
MODULES = sorted(path.name for path in PACKAGE.iterdir() if not path.name.startswith("__"))


def paths(text: str) -> set[str]:
    """The files and folders that a text names between backquotes."""
    return set(filter(PATH.fullmatch, re.findall(r"`([^`\s]+)`", text)))


def is_there(name: str) -> bool:
    """Whether a path leads somewhere: from the root, the package, or a room of it; `.py` may be left out."""
    folders = (ROOT, PACKAGE, *(folder for folder in PACKAGE.iterdir() if folder.is_dir()))
    return any((folder / tail).exists() for folder in folders for tail in (name, f"{name}.py"))


@pytest.mark.parametrize("room", [name for name in MODULES if name != "py.typed"])
def test_every_room_is_in_the_architecture(room: str) -> None:
    assert re.search(rf"`{re.escape(room)}[/`]", part("Architecture"))


@pytest.mark.parametrize("name", sorted(paths(TEXT)))
def test_every_path_leads_somewhere(name: str) -> None:
    assert is_there(name)


def holders() -> dict[str, list[str]]:
    """The functions of each row of the table, by the row's title. Modules stand in parentheses, and are left out."""
    rows = [row.strip("|").split("|") for row in part("Follow a value").splitlines() if row.startswith("| ")]
    return {row[0].strip(): re.findall(r"`([^`]+)`", re.sub(r"\([^)]*\)", "", row[1])) for row in rows[1:]}


def functions() -> set[str]:
    """Every function and method of the package: `name`, `Class.name`."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.ClassDef):
                methods = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
                found |= {f"{node.name}.{method.name}" for method in methods}
    return found


def test_a_value_can_be_followed() -> None:
    rows = holders()
    named = {name.removeprefix("env_file.") for names in rows.values() for name in names}
    assert named - functions() == set()
    shared = rows.pop("all of them")
    assert len(rows) == 3
    assert all(names and len(names) + len(shared) <= HOLDERS_MAX for names in rows.values())
