"""Before a call: may it go ahead? Denied is what would read or write a file with a tool's values.

Only what is sure, or nearly so, is denied: a guard that stops ordinary work is switched off.
"""

from __future__ import annotations

import os

from pixie_secrets.guard.budget import TooLarge
from pixie_secrets.guard.places import Places, from_home
from pixie_secrets.hook_formats.request import MANY, NAMES, OTHER, OWN, SEARCH, SHELL, WRITE, text_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from pixie_secrets.hook_formats.request import Request

PATHS = ("file_path", "notebook_path", "path", "filePath", "absolute_path", "file", "filename", "uri", "url")
INSTEAD = (
    "list-secrets says which keys are set, set-secret lets the user type a value, unset-secret removes one, run-tool"
    " runs the tool with its values and shows the output masked; .env.example may be read."
)
TOO_LARGE = (
    "This call is too large to be looked at before it runs, so it is not known whether it would read secret values."
    " Split it: write long text with the Write tool, and name fewer files at once."
)
WALKED = (
    "Leave it out (rg without --hidden, the Grep tool, grep --exclude='.env*', tar or rsync --exclude='.env*'), or name"
    " the folders you mean. To give a tool to somebody: share-tool, which packs it without values."
)


class Decision:
    """deny: why the call may not go ahead. changed: the input to go ahead with instead."""

    __slots__ = ("changed", "deny")

    def __init__(self, deny: str = "", changed: dict[str, Any] | None = None) -> None:
        self.deny = deny
        self.changed = changed


def decide(request: Request, environment: Mapping[str, str], packages: Callable[[], str] | None = None) -> Decision:
    """What to do about the call that `request` asks about."""
    if request.kind in {OWN, NAMES}:
        return Decision()
    places = Places(request.working or os.getcwd(), environment)
    try:
        if request.kind == SEARCH:
            return _search(request.given, places)
        if request.kind == MANY:
            return _by_patterns(request.given, places)
        return _decided(request.kind, request.given, places, environment, packages)
    except TooLarge:
        return Decision(deny=TOO_LARGE)


def _decided(
    kind: str,
    given: dict[str, Any],
    places: Places,
    environment: Mapping[str, str],
    packages: Callable[[], str] | None,
) -> Decision:
    paths, scripts = _asked(kind, given)
    for path in paths:
        if places.is_env(path):
            return Decision(deny=_named(path, places))
    if kind in {WRITE, OTHER}:
        from pixie_secrets.guard import write_back

        if write_back.overwrites(given, paths, places, packages):
            return Decision(deny=write_back.REASON)
    seen = {"": places}
    for script, folder in scripts:
        if folder not in seen:
            seen[folder] = places.within(folder)
        if reason := _script(script, seen[folder], environment, packages):
            return Decision(deny=reason)
    if kind == OTHER and _names_env(given, places):
        return Decision(deny=_named("", places))
    return Decision()


def _asked(kind: str, given: dict[str, Any]) -> tuple[list[str], Iterable[tuple[str, str]]]:
    """What may be a path, and what is given to a shell, each with the folder that is named with it ("" for none)."""
    command = given.get("command")
    by_address = any(":" in str(given.get(name, "")) for name in PATHS)
    if kind not in {OTHER, SHELL} and not isinstance(command, str) and not by_address:
        return [from_home(given[name]) for name in PATHS if isinstance(given.get(name), str)], ()
    from pixie_secrets.guard import arguments

    if kind == OTHER:
        return list(arguments.paths(given)), arguments.scripts(given)
    scripts = [(command, arguments.folder(given))] if isinstance(command, str) else arguments.scripts(given)
    return list(arguments.paths({name: given[name] for name in PATHS if name in given})), scripts


def _names_env(given: dict[str, Any], places: Places) -> bool:
    """Whether code in the arguments of a tool, of whatever language, names a file with values to open it."""
    from pixie_secrets.guard import arguments

    texts = arguments.codes(given)
    if not texts:
        return False
    from pixie_secrets.guard import code

    working = os.path.join(places.working, arguments.folder(given))
    return any(code.names_env(text, working, places) for text in texts)


def _search(given: dict[str, Any], places: Places) -> Decision:
    """The client's own search looks into hidden files, and into ignored ones as soon as a glob is given."""
    path, glob = text_at(given, "path") or places.working, text_at(given, "glob")
    if places.is_env(from_home(path)):
        return Decision(deny=_named(path, places))
    found = places.below(path)
    if not found:
        return Decision()
    if ".env" in glob and "!" not in glob and ".env." not in glob:
        return Decision(deny=_named(found[0], places))
    names = dict.fromkeys(f"!{os.path.basename(each)}" for each in found)
    return Decision(changed={**given, "glob": " ".join(filter(None, [glob, *names]))})


def _by_patterns(given: dict[str, Any], places: Places) -> Decision:
    """A tool that reads every file that its patterns match."""
    from pixie_secrets.guard.shell_patterns import globbed

    left_out = {path for pattern in given["exclude"] for path in globbed(pattern, places)}
    for pattern in given["include"]:
        if places.is_env(from_home(pattern)):
            return Decision(deny=_named(pattern, places))
        for path in globbed(from_home(pattern), places):
            if path not in left_out:
                return Decision(
                    deny=f"This would also read {_shown(path, places)}, which holds secret values. Exclude it"
                    f" (**/.env*), or name the files you mean. {INSTEAD}"
                )
    return Decision()


def _script(script: str, places: Places, environment: Mapping[str, str], packages: Callable[[], str] | None) -> str:
    from pixie_secrets.guard import shell, shell_names

    touched, written = shell.check(script, places, environment)
    if touched is None:
        from pixie_secrets.guard import write_back

        return write_back.REASON if any(write_back.has_value(path, [], places, packages) for path in written) else ""
    if touched.how == shell_names.LOADED:
        return f"{touched.path} would print the values of the .env it finds here. {INSTEAD}"
    if touched.how == shell_names.WALKED:
        return f"This would also read {_shown(touched.path, places)}, which holds secret values. {WALKED} {INSTEAD}"
    return _named(touched.path, places)


def _named(path: str, places: Places) -> str:
    what = _shown(path, places) if path else "a tool's .env"
    return f"{what} holds secret values, which stay out of this conversation. Use instead: {INSTEAD}"


def _shown(path: str, places: Places) -> str:
    """The path from the project, as far as it can be told; nothing that a terminal would obey."""
    for root in places.roots():
        if path.startswith(root + "/"):
            path = path[len(root) + 1 :]
            break
    path = path[-200:]
    return path if path.isprintable() else "a tool's .env"
