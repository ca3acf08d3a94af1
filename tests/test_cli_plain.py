"""The quick reader of command lines and click understand the same; what the quick one takes, click takes alike."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import click
import pytest

from pixie_secrets.cli import commands, plain
from pixie_secrets.cli.commands import COMMANDS, load
from pixie_secrets.cli.parser import pixie_secrets
from pixie_secrets.operations.request import fields_of
from pixie_secrets.operations.table import OPERATIONS

WORDS = ["whisper", "OPENAI_API_KEY", "--", "-", "-h", "--help", "", "a=b", "--json=x", "--no-such", "é", "-x", "text"]
TAKEN = [
    ["list-secrets"],
    ["list-secrets", "whisper", "--json"],
    ["--project", "here", "set-secret", "whisper", "OPENAI_API_KEY", "--stdin"],
    ["set-secret", "--allow-undeclared", "whisper", "A_KEY", "B_KEY"],
    ["exec", "whisper", "--", "true"],
    ["exec", "--", "true", "whisper"],
    ["exec", "--render", "a:b", "--", "true"],
    ["exec", "whisper", "--render", "a:b", "--render", "c:d", "--", "sh", "-c", "--", "--json"],
    ["lint-tool", "--staged", "--select", "HS,GT001", "--json"],
    ["share-tool", "whisper", "--output", "w.zip", "--dry-run"],
    ["run-tool", "whisper"],
    ["mcp"],
]
LEFT = [
    [],
    ["list-secrets", "a", "b"],
    ["list-secrets", "--json=x"],
    ["unset-secret"],
    ["set-secret", "whisper", "--", "A_KEY"],
    ["exec", "whisper"],
    ["exec", "whisper", "true"],
    ["exec", "whisper", "more", "--", "true"],
    ["share-tool", "whisper", "--output"],
    ["share-tool", "whisper", "--output", "-"],
    ["share-tool", "whisper", "--output", "a", "--output", "b"],
    ["--project", "list-secrets"],
    ["--version"],
    ["lint_tool"],
]


def as_click_reads(arguments: list[str]) -> tuple[str | None, str, dict[str, Any]] | None:
    """Project, command and words; None for help or a refusal."""
    try:
        context = pixie_secrets.make_context("pixie-secrets", list(arguments))
        name, command, rest = pixie_secrets.resolve_command(context, [*context._protected_args, *context.args])
        assert command
        return context.params["project"], str(name), command.make_context(name, rest, parent=context).params
    except (click.UsageError, click.exceptions.Exit):
        return None


def same(arguments: list[str]) -> bool:
    """Whether the quick reader took the line, which click then must read alike."""
    quick = plain.read(arguments)
    if quick is None:
        return False
    read = as_click_reads(arguments)
    assert read is not None, arguments
    project, name, words = read
    assert (quick.project, quick.command, quick.words) == (project, load(name), words), arguments
    return True


@pytest.mark.parametrize("arguments", TAKEN, ids=" ".join)
def test_a_plain_line_needs_no_click(arguments: list[str]) -> None:
    assert same(arguments)


@pytest.mark.parametrize("arguments", LEFT, ids=" ".join)
def test_what_is_not_plainly_right_is_left_to_click(arguments: list[str]) -> None:
    assert plain.read(arguments) is None


def test_any_line_that_is_taken_is_what_click_reads() -> None:
    chance = random.Random(7)
    taken = 0
    for _ in range(4000):
        name = chance.choice([*COMMANDS, "exec", "set-secret"])
        flags = [option.flag for option in load(name).options]
        rest = [chance.choice([*WORDS, *flags, *flags, "a", "B_KEY"]) for _ in range(chance.randrange(6))]
        project = ["--project", chance.choice(["p", "", "-p", "--json"])] if chance.random() < 0.2 else []
        taken += same([*project, name, *rest])
    assert 400 < taken < 3600  # both happen


def test_every_file_of_the_room_is_in_the_table_and_every_operation_a_command() -> None:
    files = {path.stem.replace("_", "-") for path in Path(commands.__file__).parent.glob("*.py")} - {"--init--"}
    assert files == set(COMMANDS)
    assert set(OPERATIONS) <= files
    for operation in OPERATIONS.values():
        assert operation.load().request is not operation.load().result
        assert operation.summary.endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_field_of_a_request_can_be_said(name: str) -> None:
    command = load(name)
    said = {word.name for word in command.operands} | {option.parameter for option in command.options}
    assert len(said) == len(command.operands) + len(command.options)
    for option in command.options:
        assert option.about
        assert not option.about.endswith(".")
    if command.request is not None:
        left_to_the_command = {"lint-tool": {"tool_ids", "paths"}}
        assert {field.name for field in fields_of(command.request)} - said == left_to_the_command.get(name, set())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--render=a:b", "--", "make", "test"], (None, ("make", "test"))),
        (["--render=a:b", "whisper", "--", "make"], ("whisper", ("make",))),
        (["whisper", "make", "test"], ("whisper", ("make", "test"))),
        (["", "--", "make"], ("", ("make",))),
    ],
)
def test_what_stands_behind_the_dashes_is_the_command_and_never_the_tool(
    words: list[str], expected: tuple[str | None, tuple[str, ...]]
) -> None:
    read = as_click_reads(["exec", *words])
    assert read is not None
    assert (read[2]["tool_id"], read[2]["command"]) == expected
