"""Ideas with one home: everything that uses one of them gives the same answer, and no file has a copy of its own."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.test_placeholder import STAND_INS as STAND_INS_GIVEN

from pixie_secrets import errors
from pixie_secrets.channels.page.form import PART_BYTES_MAX
from pixie_secrets.channels.tmux import _RUNNER_SCRIPT
from pixie_secrets.errors import ValueRefused
from pixie_secrets.known_values import KnownValues
from pixie_secrets.known_values.forms import forms
from pixie_secrets.lint.file_hits import secret_hits
from pixie_secrets.lint.hits import SourceFile
from pixie_secrets.lint.plausibility import plausible
from pixie_secrets.migrations import from_mcp_json
from pixie_secrets.running.environment import exact
from pixie_secrets.running.in_place import exit_status
from pixie_secrets.secret.names import Kind
from pixie_secrets.secret.placeholder import is_placeholder
from pixie_secrets.secret.size import BYTES_MAX
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.secret.value import check_value, is_everyday

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = Path(errors.__file__).parent
SOURCES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
SUPERVISOR = "running/supervisor.py"  # a program of its own, which imports nothing of the package
BEHIND_THE_PRINTABLE = {  # character 127
    "known_values/forms/quotings.py",
    "known_values/forms/spellings.py",
    "known_values/shown.py",
}
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
    assert homes <= {"errors.py", SUPERVISOR, *BEHIND_THE_PRINTABLE}
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


NAMES = {
    **dict.fromkeys(["PARCEL_API_KEY", "TRAM_DB_PASSWORD", "FERRY_CLIENT_SECRET", "WIKI_TOKEN", "RADIO_PSK"], True),
    **dict.fromkeys(["DEPLOY_JWT", "SMTP_PASSCODE", "CHORUS_CREDS", "BAKERY_BEARER"], True),
    **dict.fromkeys(["LOG_LEVEL", "TRAM_REGION", "WIKI_MODE", "FERRY_COLOR"], False),
}


@pytest.mark.parametrize(("name", "is_secret"), NAMES.items())
def test_lint_migration_and_masking_agree_on_what_a_name_says(name: str, is_secret: bool) -> None:
    """Each by what it does: an alarm, a value that moves although it looks like a setting, a leaf that is known."""
    alarm = secret_hits(SourceFile("ferry.py", f'{name} = "vK3xQ9wB7tR2mZ8nL5pD4sYc"\n'.encode()))
    word = "harvest"
    servers = {"s": {"command": "c", "env": {name: word, "TRAM_API_KEY": "vK3xQ9wB7tR2mZ8nL5pD"}}}
    moved = from_mcp_json.take(json.dumps({"mcpServers": servers}), "s", None, ("pixie-secrets",)).values
    known = forms(json.dumps({name: word}))
    is_known = word.encode() in known.exact | known.texts
    assert (bool(alarm), name in moved, is_known) == (is_secret, is_secret, is_secret)


def test_the_words_of_a_name_that_says_secret_are_written_down_once() -> None:
    """Three of these words in a row, as the alternatives of a pattern, are a second home."""
    word = r"(?:pass(?:word)?|secret|token|(?:api)?key|pwd|credentials?)"
    listed = re.compile(rf"(?:(?:^|[|(]){word}S?(?=[|)$])){{3}}", re.IGNORECASE)
    homes = _with_constant(lambda one: isinstance(one, str) and listed.search(one) is not None)
    assert homes <= {"secret/names.py", *STAND_INS, *PLACES}


@pytest.mark.parametrize("text", STAND_INS_GIVEN)
def test_what_a_person_is_asked_about_is_no_alarm_of_lint_either(text: str) -> None:
    assert not plausible(text.strip(), Kind.PASSWORD)
    assert not plausible(text.strip(), Kind.TOKEN)


@pytest.mark.parametrize("text", ["minioadmin", "postgres", "hunter2", "not-needed", "welcome"])
def test_a_word_that_is_no_secret_is_one_for_lint_masking_and_migration(text: str) -> None:
    assert is_placeholder(text)
    assert is_everyday(text)
    assert any("everyday word" in warning for warning in check_value(KEY, SecretStr(text)))


@pytest.mark.parametrize(("text", "is_short"), [("q7z", True), ("q7zk", False), ("é7z", True), ("🔑7zk", False)])
def test_what_is_warned_about_as_too_short_is_what_is_not_masked(text: str, is_short: bool) -> None:
    known = KnownValues()
    known.add(text, key=KEY, tool="t")
    warned = any("cannot be masked" in warning for warning in check_value(KEY, SecretStr(text)))
    assert (known.mask(f"a {text} b") == f"a {text} b", warned) == (is_short, is_short)


def test_the_words_of_stand_ins_are_written_down_once() -> None:
    listed = re.compile(r"(?i)changeme|redacted|placeholder[|\s]|your\[")
    homes = _with_constant(
        lambda one: (
            isinstance(one, str | bytes)
            and listed.search(one if isinstance(one, str) else one.decode("latin-1")) is not None
        )
    )
    assert homes == STAND_INS


# Words of stand-ins for a value, and places in prose and addresses: neither says what a name means.
STAND_INS = {"secret/placeholder.py"}
PLACES = {"lint/exposure.py", "lint/text_source.py"}
