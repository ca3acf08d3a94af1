"""Does a piece of code, handed to an interpreter on a command line, name a tool's `.env`?

Paths are looked for wherever they stand; `os.environ`, `process.env` and words such as `.envelope` are no paths.
"""

from __future__ import annotations

from pixie_secrets.guard.shell_patterns import named
from pixie_secrets.guard.shell_words import ANY, ONE, STAR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixie_secrets.guard.places import Places

_IN_PATHS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./~*?{}$+%")


def names_env(code: str, working: str, places: Places) -> bool:
    """Whether a path in `code`, seen from `working`, may be a tool's `.env`."""
    if "." not in code:
        return False
    return any(_is_env(run, code, working, places) for run in _runs(code))


def _runs(code: str) -> set[str]:
    """The stretches of `code` that could be paths to hidden files."""
    found = set()
    at = code.find(".")
    while at >= 0:
        start = end = at
        while start > 0 and code[start - 1] in _IN_PATHS:
            start -= 1
        while end < len(code) and code[end] in _IN_PATHS:
            end += 1
        found.add(code[start:end])
        at = code.find(".", end)
    return found


def _is_env(run: str, code: str, working: str, places: Places) -> bool:
    name = run.rstrip("/").rpartition("/")[2]
    if not name.startswith((".e", ".E", ".*", ".?", ".[")):
        return False
    pattern = _as_pattern(run)
    if named(pattern, working or None, places):
        return True
    joined = run.startswith("/.") or "/" not in run  # the end of a path that is put together
    return (
        joined and "tools" in code and bool(places.folders()) and named(ANY + "/" + _as_pattern(name), working, places)
    )


def _as_pattern(run: str) -> str:
    pattern = run.replace("*", STAR).replace("?", ONE)
    while "{" in pattern and "}" in pattern[pattern.index("{") :]:
        start = pattern.index("{")
        pattern = pattern[:start] + ANY + pattern[pattern.index("}", start) + 1 :]
    return pattern
