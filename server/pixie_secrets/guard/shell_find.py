"""`find`: which files with values its tests let through to what it does, and what that is.

Its expression is read as find reads it (`-o` binds weaker than what stands side by side, `-prune` keeps it out of a
folder). A test that is not known here may go either way.
"""

from __future__ import annotations

import os

from pixie_secrets.guard.places import resolved
from pixie_secrets.guard.shell_patterns import plain, walked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.guard.budget import Budget
    from pixie_secrets.guard.places import Places

RUNS = frozenset("-exec -execdir -ok -okdir".split())
PRINTS = frozenset("-print -print0 -printf -fprint -fprint0 -fprintf -ls -fls".split())
WITH_WORD = frozenset(  # tests that take a word and are not read here
    "-newer -anewer -cnewer -mtime -mmin -atime -amin -ctime -cmin -size -user -group -uid -gid -perm -links -inum"
    " -maxdepth -mindepth -regex -iregex -regextype -fstype -samefile -lname -ilname -xtype -context -used"
    " -printf -fprint -fprint0 -fls -files0-from".split()
)
NAME_TESTS = frozenset("-name -iname -path -ipath -wholename -iwholename".split())
MAYBE = None


class Found:
    """What a `find` comes by: the files with values it prints, and the commands it runs, each with its files."""

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.deleted: list[str] = []
        self.runs: list[tuple[list[str], list[str]]] = []  # words of a command, files it is run with


def found_by(words: list[str], working: str | None, places: Places) -> Found:
    """What a `find` with these words comes by."""
    starts: list[str] = []
    place = 0
    while place < len(words) and words[place] in {"-H", "-L", "-P"}:
        place += 1
    while place < len(words) and not words[place].startswith(("-", "(", "!")):
        starts.append(words[place])
        place += 1
    expression = words[place:]
    found = Found()
    found.runs = [(command, []) for command in _commands(expression, places.budget)]
    for start in starts or ["."]:
        paths = walked(start, working, places)
        if working and places.is_env(os.path.join(working, plain(start))):
            paths = [*paths, plain(start)]
        top = resolved(os.path.join(working or "/", plain(start)))
        for path in paths:
            places.budget.spend(8 + len(expression) // 2)
            _Walk(expression, path, found).reach(_above(path, top, plain(start)))
    return found


def _above(path: str, top: str, start: str) -> list[tuple[str, str]]:
    """The folders on the way down to `path`, and itself: as it is on the disk, and as find names it."""
    if not path.startswith(top.rstrip("/") + "/"):
        return [(path, path)]
    steps = path[len(top.rstrip("/")) + 1 :].split("/")
    whole = ["/".join(steps[:size]) for size in range(1, len(steps) + 1)]
    return [(os.path.join(top, each), os.path.join(start, each)) for each in whole]


def _commands(expression: list[str], budget: Budget) -> list[list[str]]:
    """The words of each command that the expression may run."""
    found = []
    for place, word in enumerate(expression):
        if word in RUNS:
            end = place + 1
            while end < len(expression) and expression[end] not in {";", "+"}:
                end += 1
            budget.spend(1 + (end - place) // 32)
            found.append(expression[place + 1 : end])
    return found


class _Walk:
    """One file with values, as the expression sees it. Three answers: yes, no, and MAYBE."""

    def __init__(self, words: list[str], path: str, found: Found) -> None:
        self._words, self._path, self._result = words, path, found
        self._place = 0
        self._number = 0  # of the next command
        self._shown = self._name = path
        self._is_last = True
        self._pruned: bool | None = False
        self._acted = False

    def reach(self, steps: list[tuple[str, str]]) -> None:
        """Down to the file, as long as no folder on the way is left out."""
        for number, (disk, shown) in enumerate(steps):
            self._shown, self._name = shown, os.path.basename(disk)
            self._is_last = number == len(steps) - 1
            self._place, self._number, self._pruned = 0, 0, False
            passes = self._either(live=True)
            if self._is_last and passes is not False and not any(word in PRINTS | RUNS for word in self._words):
                self._result.printed.append(self._path)
            if self._pruned is True:
                return

    def _either(self, *, live: bool | None) -> bool | None:
        """Alternatives: the next is asked only where those before do not hold."""
        value = self._all(live=live)
        while self._peek() in {"-o", "-or", ","}:
            comma = self._next() == ","
            reached = live if comma or value is False else False if value is True or live is False else MAYBE
            following = self._all(live=reached)
            value = following if comma else _or(value, following)
        return value

    def _all(self, *, live: bool | None) -> bool | None:
        value: bool | None = True
        while self._peek() not in {"", "-o", "-or", ",", ")"}:
            if self._peek() in {"-a", "-and"}:
                self._next()
                continue
            reached = live if value is True else False if value is False or live is False else MAYBE
            value = _and(value, self._one(live=reached))
        return value

    def _one(self, *, live: bool | None) -> bool | None:
        word = self._next()
        if word in {"!", "-not"}:
            value = self._one(live=live)
            return value if value is MAYBE else not value
        if word == "(":
            value = self._either(live=live)
            if self._peek() == ")":
                self._next()
            return value
        return self._test(word, live=live)

    def _test(self, word: str, *, live: bool | None) -> bool | None:
        if word in RUNS:
            return self._run(live=live)
        if word in NAME_TESTS:
            pattern = plain(self._next())
            subject = self._name if word in {"-name", "-iname"} else self._shown
            fold: Callable[[str], str] = str.lower if word.startswith("-i") else str
            return _like(fold(pattern), fold(subject))
        if word == "-type":
            kinds = self._next().split(",")
            return ("f" if self._is_last else "d") in kinds
        if word == "-prune":
            self._pruned = True if live else self._pruned or live
            return True
        if word in {"-false", "-true"}:
            return word == "-true"
        if word == "-delete" and self._is_last and live is not False:
            self._result.deleted.append(self._path)
        if word in PRINTS and self._is_last and live is not False:
            self._result.printed.append(self._path)
        if word in WITH_WORD:
            self._next()
        return True if word in PRINTS or word in {"-delete", "-maxdepth", "-mindepth"} else MAYBE

    def _run(self, *, live: bool | None) -> bool | None:
        while self._next() not in {";", "+", ""}:
            pass
        if self._is_last and live is not False:
            self._result.runs[self._number][1].append(self._path)
        self._number += 1
        return MAYBE

    def _peek(self) -> str:
        return self._words[self._place] if self._place < len(self._words) else ""

    def _next(self) -> str:
        word = self._peek()
        self._place += 1
        return word


def _or(one: bool | None, other: bool | None) -> bool | None:
    return True if True in {one, other} else MAYBE if MAYBE in {one, other} else False


def _and(one: bool | None, other: bool | None) -> bool | None:
    return False if False in {one, other} else MAYBE if MAYBE in {one, other} else True


def _like(pattern: str, name: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(name, pattern)
