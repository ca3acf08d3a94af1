"""Ideas with one home: everything that uses one of them gives the same answer, and no file has a copy of its own."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pixie_secrets import errors
from pixie_secrets.channels.page.form import PART_BYTES_MAX
from pixie_secrets.channels.tmux import _RUNNER_SCRIPT
from pixie_secrets.errors import ValueRefused
from pixie_secrets.running.environment import exact
from pixie_secrets.running.in_place import exit_status
from pixie_secrets.secret.size import BYTES_MAX
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.secret.value import check_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = Path(errors.__file__).parent
SOURCES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
KEEPER = "running/keeper.py"  # a program of its own, which imports nothing of the package
BEHIND_THE_PRINTABLE = {"known_values/forms/quotings.py", "known_values/forms/spellings.py"}  # character 127
KEY = "PARCEL_API_KEY"


def _constants(path: Path) -> Iterator[object]:
    """Every constant of a file that is no docstring, and every product and shift of numbers."""
    tree = ast.parse(path.read_text())
    lone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in lone:
            yield node.value
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.LShift | ast.Pow):
            numbers = [part for part in ast.walk(node) if isinstance(part, ast.Constant)]
            if all(isinstance(part, ast.Constant | ast.BinOp | ast.operator) for part in ast.walk(node)) and numbers:
                yield eval(compile(ast.Expression(node), "", "eval"), {})


def _with_constant(is_copy: Callable[[object], bool]) -> set[str]:
    return {name for name, path in SOURCES.items() if any(map(is_copy, _constants(path)))}


def _accepted(take: Callable[[], object]) -> bool:
    try:
        take()
    except ValueRefused as refused:
        return "KiB" not in refused.message
    return True


@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize("character", ["k", "é", "🔑"])
def test_what_may_be_stored_is_what_a_program_can_be_given(over: int, character: str) -> None:
    room = BYTES_MAX - len(f"{KEY}=\0") + over
    value = character * (room // len(character.encode()))
    value += "k" * (room - len(value.encode()))
    assert len(value.encode()) < PART_BYTES_MAX  # the page reads it whole, to refuse it by name
    stored = _accepted(lambda: check_value(KEY, SecretStr(value)))
    passed = _accepted(lambda: exact({KEY: SecretStr(value)}))
    try:
        subprocess.run(["true"], env={"PATH": "/usr/bin:/bin", KEY: value}, check=True)
        started = True
    except OSError:
        started = False
    assert stored == passed == started == (over <= 0)


def test_the_limit_of_a_value_is_written_down_once() -> None:
    assert _with_constant(lambda one: one == BYTES_MAX and isinstance(one, int)) == {"secret/size.py"}
    assert not _with_constant(lambda one: isinstance(one, str) and "128 KiB" in one)


@pytest.mark.parametrize(
    ("ends", "status", "in_popup"),
    [
        ("exit 0", errors.DONE, errors.DONE),
        ("exit 1 </dev/null", errors.REFUSED, errors.REFUSED),
        ("exit 2", errors.USAGE, errors.USAGE),
        ("exit 130", errors.CANCELLED, errors.CANCELLED),
        ("kill -INT $$", errors.CANCELLED, errors.CANCELLED),
        ("exit 129", errors.HUNG_UP, errors.CANCELLED),
        ("kill -PIPE $$", errors.NO_READER, errors.CANCELLED),
        ("exec ./there-is-none", errors.NOT_FOUND, errors.REFUSED),
        ("exec /", errors.NOT_EXECUTABLE, errors.REFUSED),
    ],
)
def test_a_status_is_what_a_shell_makes_of_an_end(ends: str, status: int, in_popup: int) -> None:
    ours = subprocess.run(["sh", "-c", ends], check=False, capture_output=True)
    assert exit_status(ours.returncode) == status
    shown = subprocess.run(
        ["sh", "-c", _RUNNER_SCRIPT + "exit $status", "pixie-secrets", "sh", "-c", ends],
        check=False, capture_output=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert shown.returncode == in_popup


def test_exit_statuses_are_written_down_once() -> None:
    """The numbers that mean nothing else; small ones are in too many places to be looked for."""
    of_a_shell = {errors.NOT_EXECUTABLE, errors.NOT_FOUND, errors.HUNG_UP, errors.CANCELLED, errors.NO_READER}
    homes = _with_constant(lambda one: type(one) is int and one in of_a_shell)
    assert homes <= {"errors.py", KEEPER, *BEHIND_THE_PRINTABLE}
    named = {"DONE", "REFUSED", "USAGE", "CANCELLED", "NO_READER", "NOT_FOUND", "NOT_EXECUTABLE", "HUNG_UP"}
    assert {name for name, path in SOURCES.items() if named & _numbers_named(path)} <= {
        "errors.py",
        "running/contract.py",  # HTTP's own NOT_FOUND
    }


def _numbers_named(path: Path) -> set[str]:
    """The names that a file gives to numbers."""
    names: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            if all(isinstance(value, ast.Constant) and isinstance(value.value, int) for value in values):
                names |= {part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    return names
