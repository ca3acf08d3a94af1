"""Does a piece of code, handed to an interpreter on a command line, name a tool's `.env` in order to open it?

Paths are looked for wherever they stand; `os.environ`, `process.env` and words such as `.envelope` are no paths. A path
that is only asked about (`os.path.exists("…")`), compared, replaced or printed is not opened.
"""

from __future__ import annotations

from pixie_secrets.guard.shell_commands import READING_IN_AWK
from pixie_secrets.guard.shell_patterns import named
from pixie_secrets.guard.shell_words import ANY, ONE, STAR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.guard.places import Places

_IN_PATHS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./~*?{}$+%")
# What stands right before a path that is only asked about, or only text.
_ASKING = (
    "exists(",
    "existsSync(",
    "file_exists(",
    "exist?(",
    "exists?(",
    "file?(",
    "isfile(",
    "islink(",
    "isdir(",
    "is_file(",
    "stat(",
    "lstat(",
    "statSync(",
    "getmtime(",
    "access(",
    "chmod(",
    "basename(",
    "dirname(",
    "fnmatch(",
    "print(",
    "puts ",
    "console.log(",
    ".replace(",
    ".replaceAll(",
    ".write(",
    ".append(",
    ".split(",
    ".index(",
    ".find(",
    ".count(",
    ".includes(",
    ".startswith(",
    ".endswith(",
    "==",
    "!=",
    "assert ",
)
# …and right behind it.
_ASKED = (".exists()", ".is_file()", ".stat()", ".lstat()", ".is_symlink()", " in ", " not in ")
_LISTING = ("glob(", "rglob(", "iglob(", "globSync(")  # finds names; what else is done with them says the rest
_OPENING = ("open", "read", "dotenv", "subprocess", "system(", "exec", "spawn", "copy", "Popen", "cat ")
_REPLACING = (".replace(", ".replaceAll(", ".sub(")
_WRAPPED = ("Path(", "pathlib.Path(", "PurePath(")


def names_env(code: str, working: str, places: Places) -> bool:
    """Whether a path in `code`, seen from `working`, may be a tool's `.env` that it opens."""
    if "." not in code:
        return False
    known: dict[str, bool] = {}
    for start, end in _runs(code):
        run = code[start:end]
        if run not in known:
            known[run] = _is_env(run, code, working, places)
        if known[run] and not _only_asked(code, start, end):
            return True
    return False


def _runs(code: str) -> Iterator[tuple[int, int]]:
    """The stretches of `code` that could be paths to hidden files."""
    at = code.find(".")
    while at >= 0:
        start = end = at
        while start > 0 and code[start - 1] in _IN_PATHS:
            start -= 1
        while end < len(code) and code[end] in _IN_PATHS:
            end += 1
        yield start, end
        at = code.find(".", end)


def _is_env(run: str, code: str, working: str, places: Places) -> bool:
    name = run.rstrip("/").rpartition("/")[2]
    if not name.startswith((".e", ".E", ".*", ".?", ".[")):
        return False
    pattern = _as_pattern(run)
    if named(pattern, working or None, places):
        return True
    joined = not run.rpartition("/")[0].strip("*/")  # the end of a path, or a glob below a folder
    anywhere = "tools" in code or "rglob(" in code or "**" in code
    return joined and anywhere and bool(places.folders()) and named(ANY + "/" + _as_pattern(name), working, places)


def _only_asked(code: str, start: int, end: int) -> bool:
    before, behind = code[max(0, start - 60) : start], code[end : end + 20]
    if any(call in before and ")" not in before.rpartition(call)[2] for call in _REPLACING):
        return True
    quote = before[-1:]
    if quote not in {"'", '"', "`"} or behind[:1] != quote:
        return False
    before, behind = before[:-1].rstrip("rbuf \\"), behind[1:]
    for wrapper in _WRAPPED:
        if before.endswith(wrapper) and behind.startswith(")"):
            before, behind = before[: -len(wrapper)], behind[1:]
            break
    if before.endswith(_LISTING) and not any(word in code for word in _OPENING):
        return True
    return before.endswith(_ASKING) or behind.startswith(_ASKED)


def _as_pattern(run: str) -> str:
    pattern = run.replace("*", STAR).replace("?", ONE)
    if "{" not in pattern:
        return pattern
    pieces = pattern.split("{")
    return pieces[0] + "".join(
        ANY + inside.partition("}")[2] if "}" in inside else "{" + inside for inside in pieces[1:]
    )


def awk_opens(program: str, working: str, places: Places) -> bool:
    """Whether an awk program opens a tool's `.env`; a pattern that mentions one opens nothing."""
    return any(sign in program for sign in READING_IN_AWK) and names_env(program, working, places)


def sed_opens(script: str, working: str, places: Places) -> bool:
    """Whether a sed script reads, writes (`r`, `w`) or runs (`e`) something with a tool's `.env` in it."""
    if "." not in script or not names_env(script, working, places):
        return False
    if script.lstrip("0123456789$,").startswith("e ") or script.rstrip("; }").endswith("/e"):
        return True
    for start, end in _runs(script):
        before = script[:start].rstrip(" ")
        command, ahead = before[-1:], before[-2:-1]
        if (
            command in {"r", "R", "w", "W"}
            and not ahead.isalpha()
            and _is_env(script[start:end], script, working, places)
        ):
            return True
    return False


def loads_dotenv(code: str) -> bool:
    """Whether code asks python-dotenv for all values of the folder's own `.env`, without naming it."""
    return "dotenv_values(" in code
