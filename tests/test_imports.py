"""What the scripts beside the package may import; `lint-imports` holds the package and first_start/ to their layers."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[1] / "server"
STARTERS = ["bootstrap.py", *(str(path.relative_to(SERVER)) for path in sorted((SERVER / "first_start").glob("*.py")))]


def imported(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module))
    return found


def own(path: Path) -> set[str]:
    return {name for name in imported(path) if name.partition(".")[0] not in sys.stdlib_module_names}


@pytest.mark.parametrize("name", STARTERS)
def test_what_a_client_starts_needs_no_package_and_goes_in_no_circle(name: str) -> None:
    allowed = {"first_start", "pixie_secrets.first_answers", "pixie_secrets.programs"}
    if name == "first_start/run.py":  # inside the environment
        allowed = {"pixie_secrets.__main__"}
    assert own(SERVER / name) <= allowed


def test_a_hook_starts_the_guard_and_nothing_else() -> None:
    assert own(SERVER / "hook.py") == {"first_start", "pixie_secrets.guard"}


def test_the_first_answers_need_no_package() -> None:
    assert own(SERVER / "pixie_secrets" / "first_answers.py") == set()


def test_no_module_is_put_into_sys_modules() -> None:
    files = [*SERVER.rglob("*.py")]
    assert len(files) > 200
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Assign, ast.AugAssign, ast.Call)):
                assert "sys.modules[" not in ast.unparse(node).partition("=")[0], path
                assert "sys.modules.setdefault" not in ast.unparse(node), path
