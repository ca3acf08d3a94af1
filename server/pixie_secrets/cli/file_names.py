"""Names of files that a commit hook hands on: whatever they begin with, they are never options, nor tools.

A hook's manager puts its own options before the names and nothing between them, so that a staged file called `--help`
stands where an option would. Behind `--as-files` a word that names an existing file is that file.
"""

from __future__ import annotations

import os

from pixie_secrets.cli.commands import COMMANDS, load

FLAG = "--as-files"


def marked(arguments: list[str]) -> list[str]:
    """The same, with `./` before every word behind the flag that names an existing file."""
    at = next((number for number, word in enumerate(arguments) if word in COMMANDS), None)
    if at is None or FLAG not in arguments[at:]:
        return arguments
    begin = arguments.index(FLAG, at) + 1
    takes_value = {option.flag for option in load(arguments[at]).options if option.metavar}
    words: list[str] = []
    rest = iter(arguments[begin:])
    for word in rest:
        if os.path.lexists(word):
            words.append(os.path.join(".", word))  # noqa: PTH118  pathlib takes the dot away
        elif word in takes_value:
            words += [word, *([value] if (value := next(rest, None)) is not None else [])]
        else:
            words.append(word)
    return [*arguments[:begin], *words]
