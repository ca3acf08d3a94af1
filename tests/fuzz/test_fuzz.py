"""A short run of every kind of fuzzing; `python -m tests.fuzz` is the long one."""

from __future__ import annotations

import sys
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from tests.fuzz import hook_payloads, large_calls
from tests.fuzz.kind import VALUE, Kind, project
from tests.fuzz.run import KINDS, run

from pixie_secrets.guard.decide import decide
from pixie_secrets.hook_formats.request import SHELL, Request

if TYPE_CHECKING:
    from pathlib import Path

SHORT = {
    "hook-payloads": 300,
    "rpc-lines": 150,
    "env-texts": 300,
    "manifests": 60,
    "archive-directories": 60,
    "page-forms": 100,
    "sealed-files": 300,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path.resolve() / "proj")


@pytest.mark.parametrize("name", KINDS)
def test_inputs_of_every_kind_are_answered_or_refused(tmp_path: Path, name: str) -> None:
    figures = run(name, tmp_path / name, seed=20261129, first=0, count=SHORT[name])
    assert (figures.failures, figures.inputs) == ({}, SHORT[name])


def test_an_input_is_the_same_whatever_was_tried_before(root: Path) -> None:
    first, again = (hook_payloads.document(Random("x 1 7"), root) for _ in range(2))
    assert first == again


class Talkative(Kind):
    """Says what it must not, hangs, or fails, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._number = 0

    def attempt(self, random: Random) -> str:
        self._number += 1
        if self._number == 1:
            return f"it is {VALUE}"
        if self._number == 2:
            raise ZeroDivisionError
        while self._number == 3:
            pass
        return "fine"


def test_what_is_shown_or_fails_or_hangs_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "talkative", Talkative)
    monkeypatch.setattr("tests.fuzz.run.SECONDS_MAX", 0.3)
    figures = run("talkative", tmp_path / "x", seed=1, first=0, count=4)
    assert sorted(figures.failures) == [0, 1, 2]


def test_every_shape_of_a_large_call_is_decided(tmp_path: Path) -> None:
    rows = list(large_calls.timed(tmp_path.resolve(), 3_000))
    assert len(rows) > 4 * len(large_calls.SHAPES)
    assert {row.answer for row in rows} == {"large", "deny", "none", "other"}


@pytest.mark.parametrize(
    "shape",
    [
        "cat <<A\n",
        "cat <<A\nx\nA\n",
        "a <<A <<B\nA\nB\n",
        "cat x y z\n",
        "echo 'a b' | ",
        "\n",
        ")",
        "&&",
    ],
)
def test_twice_the_call_takes_twice_the_steps(root: Path, shape: str) -> None:
    """Steps of the interpreter, not seconds: lines run, which no other work on the machine changes."""
    once, twice = steps(root, shape * 250), steps(root, shape * 500)
    assert twice < 2.4 * once


def steps(root: Path, script: str) -> int:
    count = 0

    def trace(_frame: Any, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        decide(Request(SHELL, {"command": script}, str(root)), {})
    finally:
        sys.settrace(before)
    return count
