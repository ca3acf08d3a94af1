"""Commands that go through whole folders: would one come by a file with values, for all it is told to leave out?"""

from __future__ import annotations

import os

from pixie_secrets.guard import shell_commands as commands
from pixie_secrets.guard.places import resolved
from pixie_secrets.guard.shell_options import has_option, operands
from pixie_secrets.guard.shell_patterns import plain, walked
from pixie_secrets.guard.shell_texts import files_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixie_secrets.guard.places import Places


NAMES_IN_RG = ("--files", "--type-list")  # it lists names then


def walks_through(name: str, words: list[str], working: str | None, places: Places) -> list[str]:
    """The files with values that the command would read or carry along."""
    takes_hidden = has_option(words, commands.RECURSIVE.get(name, ()))
    if name not in commands.RECURSIVE or not (takes_hidden or name in commands.PASSES_HIDDEN_BY):
        return []
    if name == "rg" and has_option(words, NAMES_IN_RG):
        return []
    if name in {"tar", "bsdtar"} and has_option(words, ("-x", "-t", "--extract", "--list")):
        return []
    folders = operands(files_named(name, words))
    if name in commands.WALKS_HERE:
        folders = folders or ["."]
    if name == "mv":
        return _moved_out(folders, working, places)
    if name == "ln":
        return []
    found = [
        path
        for folder in folders
        for path in walked(folder, working, places)
        if takes_hidden or not _is_hidden(path, os.path.join(working or "/", plain(folder)))
    ]
    return [path for path in found if not left_out(name, words, path)]


def _is_hidden(path: str, folder: str) -> bool:
    """Whether it, or a folder on the way to it from `folder`, is hidden."""
    top = resolved(folder).rstrip("/") + "/"
    return "/." in "/" + (path[len(top) :] if path.startswith(top) else os.path.basename(path))


def _moved_out(folders: list[str], working: str | None, places: Places) -> list[str]:
    """A tool may be renamed; what leaves `tools/` leaves the guard's sight."""
    found = [path for folder in folders[:-1] for path in walked(folder, working, places)]
    if not found or working is None:
        return []
    target = resolved(os.path.join(working, plain(folders[-1])))
    return [path for path in found if not target.startswith(os.path.dirname(os.path.dirname(path)))]


def left_out(name: str, words: list[str], path: str) -> bool:
    """Whether an option says to leave `path` out, or to take only what it is not."""
    parts = path.split("/")
    for kind, pattern in _options(words):
        last = pattern.rstrip("/").rpartition("/")[2]
        if kind == "out" and any(_like(last, part) for part in parts[-3:]):
            return True
        if kind == "only" and not _like(last, parts[-1]):
            return True
    return name == "rg" and has_option(words, ("-t", "--type"))


def _options(words: list[str]) -> list[tuple[str, str]]:
    """Patterns to leave out, and patterns that alone are taken."""
    found = []
    for place, word in enumerate(words):
        option, equals, value = plain(word).partition("=")
        if not equals:
            value = plain(words[place + 1]) if place + 1 < len(words) else ""
        if option in {"--exclude", "--exclude-dir", "--ignore", "-x"}:
            found.append(("out", value))
        elif option == "--include":
            found.append(("only", value))
        elif option in {"-g", "--glob", "--iglob"}:
            found.append(("out", value[1:]) if value.startswith("!") else ("only", value))
        elif option.startswith("-g!"):
            found.append(("out", option[3:]))
    return found


def _like(pattern: str, name: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(name, pattern)
