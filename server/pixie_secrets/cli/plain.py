"""Reads a command line that is plainly right, in a fraction of the time that click takes to be imported.

It knows exact names, each option at most once unless it may be repeated, and operands that do not begin with a dash.
Whatever else stands there, right or wrong, is left to click, which then decides and says what is wrong with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.cli.commands import COMMANDS, load

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Command, Operand, Option


class ParsedCommand(NamedTuple):
    """A command line that was understood. project: what `--project` names."""

    project: str | None
    command: Command
    words: dict[str, Any]


def read(arguments: list[str]) -> ParsedCommand | None:
    """`[--project DIR] COMMAND …`; None for anything that is not plainly right."""
    project: str | None = None
    if len(arguments) > 1 and arguments[0] == "--project":
        project, arguments = arguments[1], arguments[2:]
        if not _is_plain(project):
            return None
    if not arguments or arguments[0] not in COMMANDS:
        return None
    command = load(arguments[0])
    words = _words(command, arguments[1:])
    return None if words is None else ParsedCommand(project, command, words)


def _words(command: Command, arguments: list[str]) -> dict[str, Any] | None:
    options: dict[str, Option] = {option.flag: option for option in command.options}
    words: dict[str, Any] = {option.parameter: option.unset for option in command.options}
    given: set[str] = set()
    operands: list[str] = []
    behind: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if word == "--" and command.operands and command.operands[-1].after_dashes:
            behind = list(rest)
        elif word in options:
            option = options[word]
            if option.parameter in given and not option.is_many:
                return None
            given.add(option.parameter)
            value = next(rest, "") if option.metavar else True
            if option.metavar and not _is_plain(str(value)):
                return None
            words[option.parameter] = (*words[option.parameter], value) if option.is_many else value
        elif _is_plain(word):
            operands.append(word)
        else:
            return None
    return words if _placed(command.operands, operands, behind, words) else None


def _placed(declared: tuple[Operand, ...], operands: list[str], behind: list[str], words: dict[str, Any]) -> bool:
    """Give each operand its words; whether every word has its place and none is missing."""
    left = list(operands)
    for operand in declared:
        if operand.after_dashes:
            words[operand.name] = tuple(behind)
            if operand.is_required and not behind:
                return False
        elif operand.is_many:
            words[operand.name] = tuple(left)
            if operand.is_required and not left:
                return False
            left = []
        elif left:
            words[operand.name] = left.pop(0)
        elif operand.is_required:
            return False
        else:
            words[operand.name] = None
    return not left


def _is_plain(word: str) -> bool:
    return bool(word) and not word.startswith("-")
