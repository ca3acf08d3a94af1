"""Text that was made to keep lint busy: minutes, or years, where a search begins again and again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.lint.bench import HOME, clean_project, lint, password, token

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1 << 20
WORTH = password()
SLOW = {
    "a value that is nearly a path": ("a.py", f'db_password = "a{"/xkwqzv_bn" * 20}!1"\n', 1),
    "a value of dashes": ("a.txt", f'db_password = "{"-_" * 2000}x9!"\n', MEGABYTE),
    "a value that is nearly a file": ("a.txt", f'db_password = "/{"a1" * 2000}!x"\n', MEGABYTE),
    "beginnings of tokens": ("a.txt", "sk-", MEGABYTE),
    "beginnings of web tokens": ("a.txt", "-eyJ", MEGABYTE),
    "assignments in one line": ("a.txt", f"password={WORTH} ", MEGABYTE),
    "secrets in one line of Python": ("a.py", f'db_password = "{WORTH}", ', MEGABYTE),
    "remarks in one line of Python": ("a.py", f"# password is {WORTH} ", MEGABYTE),
    "remarks in a docstring": ("a.py", f'"""\npassword is {WORTH}\n', MEGABYTE),
    "brackets that nobody closes": ("a.py", f'password = ("{WORTH}", (\n', MEGABYTE),
    "quotes that are escaped": ("a.py", 'password = "x' + '\\"' * 5000 + f"\n# password is {WORTH}\n", MEGABYTE),
    "empty lines": ("a.py", "\n", MEGABYTE),
    "white space behind values": ("a.yaml", f"password: x{' ' * 4000}y\n", MEGABYTE),
    "values in one line of a configuration": ("a.yaml", "password: a1 ", MEGABYTE),
    "comments that let something pass": ("a.txt", f'password = "{WORTH}" # pixie: allow[HS006] a reason\n', MEGABYTE),
    "cells with the same line": ("a.ipynb", f'{{"cells": [{{"cell_type": "code", "source": "{"!x" * 9}\\n', MEGABYTE),
}


@pytest.mark.parametrize("name", SLOW)
def test_no_text_keeps_lint_busy(tmp_path: Path, name: str) -> None:
    folder = clean_project(tmp_path)
    file, unit, size = SLOW[name]
    (folder / file).write_text(unit * (size // len(unit) + 1))
    assert lint(tmp_path, "--select", "HS,DC,SP", "--format", "json").status in {0, 1}


def test_a_cell_of_a_thousand_secrets_is_told_by_its_lines(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    cells = "".join(
        f'{{"cell_type": "code", "source": "\\\\ndb_password = \\"{password(str(n))}\\""}},\n' for n in range(1000)
    )
    (folder / "try.ipynb").write_text(f'{{"cells": [\n{cells}{{}}]}}'.replace("\\\\n", "\\n"))
    found = lint(tmp_path, "--select", "HS", "--json").findings
    assert [one["line"] for one in found] == list(range(2, 1002))


def test_a_line_that_two_cells_have_is_told_twice(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    cell = {"cell_type": "code", "source": ["x = 1\n", f'db_password = "{WORTH}"\n'], "outputs": []}
    (folder / "try.ipynb").write_text(text := json.dumps({"cells": [cell, cell]}, indent=1))
    lines = [number for number, line in enumerate(text.split("\n"), 1) if "db_password" in line]
    assert [one["line"] for one in lint(tmp_path, "--json").findings] == lines


def test_a_hundred_thousand_findings_are_told_in_order(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "dump.txt").write_text("".join(f"{number:6} {token(str(number % 100))}\n" for number in range(100_000)))
    found = lint(tmp_path, "--json").findings
    assert [(one["line"], one["column"]) for one in found] == [(number, 8) for number in range(1, 100_001)]


@pytest.mark.parametrize("terms", [300, 1500, 5000])
def test_a_sum_of_many_strings_is_no_reason_to_fail(tmp_path: Path, terms: int) -> None:
    folder = clean_project(tmp_path)
    (folder / "settings.py").write_text(f'db_password = {"x + " * terms}"{WORTH}"\nTOKEN = "{token()}"\n')
    assert "HS001" in lint(tmp_path, "--json").codes


def test_what_does_not_parse_is_told_by_its_line(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "old.py").write_text(f'import os\n\nprint "login", db_password == {WORTH!r}\n')
    [finding] = lint(tmp_path, "--json").findings
    assert (finding["code"], finding["file"], finding["line"]) == ("HS006", f"{HOME}/old.py", 3)


@pytest.mark.parametrize(
    "text", [f"x = {'[' * 100_000}", f"x = {'1' * 5000}", "\ufeff[", "x = 1979-13-45", f"{'a.' * 20_000}a = 1"]
)
def test_a_pyproject_of_a_tool_is_no_reason_to_fail(tmp_path: Path, text: str) -> None:
    folder = clean_project(tmp_path)
    (folder / "pyproject.toml").write_text(text)
    assert "CV011" in lint(tmp_path, "--json").codes
