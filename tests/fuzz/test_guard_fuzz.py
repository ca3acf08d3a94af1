"""A short run of the fuzzing of the guard; `python -m tests.fuzz.guard` is the long one."""

from __future__ import annotations

import sys
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from tests.fuzz import guard, hook_payloads

from pixie_secrets.guard.decide import decide
from pixie_secrets.hook_formats.request import SHELL, Request

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return guard.project(tmp_path.resolve() / "proj")


def test_hundreds_of_hook_documents_are_answered(root: Path) -> None:
    source = hook_payloads.documents(Random(20261129), root)
    assert guard.ask(root, (next(source) for _ in range(300))) == 300


def test_every_shape_of_a_large_call_is_decided(root: Path) -> None:
    number, _ = guard.large(root, 3_000)
    assert number > 4 * len(hook_payloads.SHAPES)


@pytest.mark.parametrize("shape", ["cat <<A\n", "cat <<A\nx\nA\n", "a <<A <<B\nA\nB\n", "cat x y z\n", "echo 'a b' | "])
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
