"""What a word of a shell may become: patterns over paths, and whether one of them names a tool's `.env`."""
# ruff: noqa: PTH118  importing pathlib takes too long

from __future__ import annotations

import os

from pixie_secrets.guard.shell_words import ANY, CLOSE, COMMA, END, ONE, OPEN, STAR, SUBSTITUTION, VARIABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.guard.places import Places

MOST = 64  # alternatives of one word that are looked at
LONGEST = 4096  # of a path, on every system


def expanded(word: str, look_up: Callable[[str], list[str]], run: Callable[[int], list[str]]) -> list[str]:
    """The patterns that `word` may become, braces, variables and substitutions resolved as far as they are known.

    look_up: what a variable may hold. run: what the script of that number may print.
    """
    done: list[str] = []
    todo = _braces(word)
    while todo and len(done) + len(todo) <= MOST:
        text = todo.pop()
        if len(text) > LONGEST:
            done.append(ANY)
            continue
        starts = [place for place in (text.find(VARIABLE), text.find(SUBSTITUTION)) if place >= 0]
        if not starts:
            done.append(text)
            continue
        start = min(starts)
        end = text.index(END, start)
        name = text[start + 1 : end]
        values = look_up(name) if text[start] == VARIABLE else run(int(name))
        todo += [text[:start] + value + text[end + 1 :] for value in values or [ANY]]
    return done + [_blurred(text) if len(text) <= LONGEST else ANY for text in todo]


def plain(text: str) -> str:
    """A pattern as the text that a program gets when nothing matches it."""
    for private, written in ((STAR, "*"), (ONE, "?"), (ANY, "*"), (OPEN, "{"), (COMMA, ","), (CLOSE, "}")):
        text = text.replace(private, written)
    return text


def is_literal(text: str) -> bool:
    return not any(special in text for special in (STAR, ONE, ANY))


def named(pattern: str, working: str | None, places: Places) -> bool:
    """Whether `pattern`, from `working` (None: anywhere), may name a file with a tool's values."""
    if not pattern or len(pattern) > LONGEST or "\n" in pattern or "\0" in pattern:
        return False
    if working is None and not pattern.startswith("/"):
        pattern = f"{ANY}/{pattern}"
    if is_literal(pattern):
        for own in ("/proc/self/cwd/", "/proc/thread-self/cwd/"):  # the shell's, which is not this process's
            pattern = pattern.removeprefix(own)
        return places.is_env(os.path.join(working or "/", pattern))
    if not _may_end_like_env(pattern.rstrip("/").rpartition("/")[2]):
        return False
    whole = _absolute(pattern, working)
    return any(_matches(whole, each.split("/")) for each in _candidates(places))


def walked(pattern: str, working: str | None, places: Places) -> list[str]:
    """The files with values below the folder, or folders, that `pattern` names."""
    if not pattern or len(pattern) > LONGEST:
        return []
    if working is None:
        return []  # nobody knows where: not a reason to stop somebody's work
    if is_literal(pattern):
        return places.below(os.path.join(working, pattern))
    whole = _absolute(pattern, working)
    found = []
    for each in places.files():
        parts = each.split("/")
        if any(_matches(whole, parts[:size]) for size in range(2, len(parts))):
            found.append(each)
    return found


def _candidates(places: Places) -> list[str]:
    """The files there are, and those that may come to be."""
    return list(dict.fromkeys(places.files() + [os.path.join(folder, ".env") for folder in places.folders()]))


def _may_end_like_env(name: str) -> bool:
    """A last part of wildcards alone matches no hidden file, and is no reason to stop anything."""
    if name.startswith(("*", STAR, ONE)):
        return False
    return bool(name.replace(ANY, "").replace(STAR, "").strip(".")) or (name.startswith(".") and len(name) > 1)


def _absolute(pattern: str, working: str | None) -> list[str]:
    parts: list[str] = []
    whole = pattern if pattern.startswith(("/", ANY)) else f"{os.path.realpath(working or '/')}/{pattern}"
    for part in whole.split("/"):
        if part == ".." and parts and is_literal(parts[-1]) and parts[-1]:
            parts.pop()
        elif part not in {"", "."} or not parts:
            parts.append(part)
    literal = 0
    while literal < len(parts) and is_literal(parts[literal]):
        literal += 1
    if literal > 1:  # links on the way
        parts = os.path.realpath("/".join(parts[:literal])).split("/") + parts[literal:]
    return parts


def _matches(pattern: list[str], parts: list[str]) -> bool:
    """Part by part; `**` and what nobody knows stand for any number of parts."""
    if not pattern:
        return not parts
    first, rest = pattern[0], pattern[1:]
    if first in {STAR + STAR, ANY}:
        return any(_matches(rest, parts[skipped:]) for skipped in range(len(parts) + 1))
    if not parts:
        return False
    if ANY in first and _matches_deep(first, rest, parts):
        return True
    return _matches_name(first, parts[0]) and _matches(rest, parts[1:])


def _matches_deep(first: str, rest: list[str], parts: list[str]) -> bool:
    """A part with something unknown in it, which may hold slashes."""
    return any(
        _matches_name(first, "/".join(parts[:size])) and _matches(rest, parts[size:])
        for size in range(2, len(parts) + 1)
    )


def _matches_name(pattern: str, name: str) -> bool:
    if name.startswith(".") and pattern[:1] in {STAR, ONE}:
        return False
    return _glob(pattern, name)


def _glob(pattern: str, name: str) -> bool:
    """Without recursion into every split: the usual two pointers."""
    at = place = 0
    star, resume = -1, 0
    while place < len(name):
        if at < len(pattern) and pattern[at] in {STAR, ANY}:
            star, resume = at, place
            at += 1
        elif at < len(pattern) and (pattern[at] in {ONE, name[place]}):
            at += 1
            place += 1
        elif star >= 0:
            at, resume = star + 1, resume + 1
            place = resume
        else:
            return False
    return not pattern[at:].strip(STAR + ANY)


def _braces(word: str) -> list[str]:
    """Brace expansion. Braces that are none stay themselves; a range such as `{1..3}` is anything."""
    done: list[str] = []
    todo = [word]
    while todo:
        word = todo.pop()
        close = word.find(CLOSE)
        start = word.rfind(OPEN, 0, close) if close >= 0 else -1
        inside = word[start + 1 : close]
        if close < 0:
            done.append(word.replace(OPEN, "{").replace(COMMA, ","))
        elif start < 0:
            todo.append(word[:close] + "}" + word[close + 1 :])
        elif COMMA in inside and len(todo) + len(done) < MOST:
            todo += [word[:start] + each + word[close + 1 :] for each in inside.split(COMMA)[:MOST]]
        else:
            unknown = ".." in inside or COMMA in inside
            todo.append(word[:start] + (ANY if unknown else "{" + inside + "}") + word[close + 1 :])
    return done


def _blurred(text: str) -> str:
    """`text` with everything that is not resolved yet taken for anything."""
    for special in (VARIABLE, SUBSTITUTION):
        while special in text:
            start = text.index(special)
            text = text[:start] + ANY + text[text.index(END, start) + 1 :]
    return text
