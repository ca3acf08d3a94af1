"""Options that belong to every command and may stand before it or behind it: `--project DIR` and `--json`.

Both readers of the command line (`plain`, `parser`) know one place for each, so they are put there first. What stands
behind `--` or `--as-files` is a command or names of files, and nothing of ours.
"""

from __future__ import annotations

from pixie_secrets.cli import file_names
from pixie_secrets.cli.commands import COMMANDS, load

PROJECT, JSON = "--project", "--json"


def ordered(arguments: list[str]) -> list[str]:
    """The same words, with `--project` before the command and `--json` behind it; unchanged where that is not sure."""
    at = _command_at(arguments)
    if at is None:
        return arguments
    before, name, behind = arguments[:at], arguments[at], arguments[at + 1 :]
    moved = [JSON] if JSON in before else []
    before = [word for word in before if word != JSON]
    project, rest = _project_in(name, behind)
    if project and before:
        return arguments  # named twice, which is for the parser to say
    return [*project, *before, name, *moved, *rest]


def _command_at(arguments: list[str]) -> int | None:
    """Where the command is, behind nothing but these two options."""
    at = 0
    while at < len(arguments) and arguments[at] not in COMMANDS:
        if arguments[at] == PROJECT:
            at += 1
        elif arguments[at] != JSON and not arguments[at].startswith(f"{PROJECT}="):
            return None
        at += 1
    return at if at < len(arguments) else None


def _project_in(name: str, words: list[str]) -> tuple[list[str], list[str]]:
    """The first `--project` of a command's own words, as one or two words, and the others."""
    if not any(word == PROJECT or word.startswith(f"{PROJECT}=") for word in words):
        return [], words
    takes_value = {option.flag for option in load(name).options if option.metavar}
    at = 0
    while at < len(words) and words[at] not in ("--", file_names.FLAG):
        if words[at].startswith(f"{PROJECT}="):
            return words[at : at + 1], words[:at] + words[at + 1 :]
        if words[at] == PROJECT and at + 1 < len(words):
            return words[at : at + 2], words[:at] + words[at + 2 :]
        at += 2 if words[at] in takes_value else 1
    return [], words
