"""Would this shell script read or write a tool's `.env`? Follows it as far as that can be decided.

Followed are quotes, escapes, globs, braces, variables, `cd`, substitutions, pipes, here-documents, links made on the
way, and code that is handed to an interpreter on its command line. What a program does of its own accord (a script
file, `".e" + "nv"`) nobody can tell beforehand: the output is masked all the same.
"""

from __future__ import annotations

import os

from pixie_secrets.guard import shell_commands as commands
from pixie_secrets.guard import shell_starters as starters
from pixie_secrets.guard.budget import TooLarge
from pixie_secrets.guard.code import names_env
from pixie_secrets.guard.shell_names import LOADED, NAMED, Names, Surroundings, Touched
from pixie_secrets.guard.shell_options import operands, values_of
from pixie_secrets.guard.shell_patterns import LONGEST_TEXT, plain
from pixie_secrets.guard.shell_programs import MASK, Printed, Programs, formatted
from pixie_secrets.guard.shell_words import (
    ANY,
    DOCUMENT,
    END,
    OPERATOR,
    PROCESS,
    REDIRECT,
    SUBSTITUTION,
    WORD,
    Words,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.guard.places import Places

DEEPEST = 6
DECLARING = frozenset({"export", "declare", "local", "readonly", "typeset"})
RESERVED = frozenset(
    "if then elif else fi while until do done for in case esac select function ! { } time coproc".split()
)


def check(script: str, places: Places, environment: Mapping[str, str]) -> tuple[Touched | None, list[str]]:
    """What the script would touch, if anything, and the files it overwrites with a mask. Raises TooLarge."""
    around = Surroundings(places, environment)
    if len(script) > LONGEST_TEXT:
        if places.folders() or places.files() or places.sealed_files():
            raise TooLarge
        return None, []
    try:
        Script(script, around, places.working).follow()
    except Touched as touched:
        return touched, []
    except RecursionError as error:
        raise TooLarge from error
    return None, around.written


class Script:
    """One script, followed command by command."""

    def __init__(
        self,
        text: str,
        around: Surroundings,
        working: str | None,
        variables: dict[str, list[str]] | None = None,
        depth: int = 0,
    ) -> None:
        self._words = Words(text)
        self._around = around
        self._names = Names(around, working, variables or {}, self._substitute)
        self._printed = Printed()
        self._programs = Programs(self._names, self._printed, self._command, self._inner)
        self._depth = depth
        self._outer: list[tuple[str | None, dict[str, list[str]]]] = []
        self._ran: dict[str, list[str]] = {}  # substitutions, by number: what they may print
        self._fed_later: list[str] = []  # names that stand behind a loop which reads them

    def follow(self) -> None:
        """Raises Touched."""
        begun = self._names.working, dict(self._names.variables)
        self._once()
        if self._fed_later:  # `while read f; do …; done < <(find …)`: what is read stands behind what reads it
            self._names.working, self._names.variables = begun
            self._once()

    def said(self) -> list[str]:
        """What it may print, word by word, as far as that is known."""
        return list(self._printed.said)

    def _once(self) -> None:
        words: list[str] = []
        redirects: list[tuple[str, str]] = []
        documents: list[str] = []
        tokens = [*self._words.tokens, (OPERATOR, "\n")]
        self._around.places.budget.spend(len(tokens) // 6)
        place = 0
        while place < len(tokens):
            kind, text = tokens[place]
            place += 1
            if kind == WORD:
                words.append(text)
            elif kind == REDIRECT:
                if place < len(tokens) and tokens[place][0] == WORD:
                    redirects.append((text, tokens[place][1]))
                    place += 1
            elif kind == DOCUMENT:
                documents.append(text)
            elif text == "(" and words and words[-1].endswith("=") and (len(words) == 1 or words[0] in DECLARING):
                place = self._array(words.pop()[:-1], tokens, place)
            else:
                if words or redirects:
                    self._simple(words, redirects, documents)
                words, redirects, documents = [], [], []
                self._operator(text)

    def _array(self, name: str, tokens: list[tuple[str, str]], place: int) -> int:
        """`name=(…)`; where it ends."""
        values: list[str] = []
        while place < len(tokens) and tokens[place] != (OPERATOR, ")"):
            if tokens[place][0] == WORD:
                values += self._names.expand(tokens[place][1])
            place += 1
        self._names.variables[name] = values or [ANY]
        return place + 1

    def _operator(self, text: str) -> None:
        if text == "(":
            self._outer.append((self._names.working, dict(self._names.variables)))
        elif text == ")" and self._outer:
            self._names.working, self._names.variables = self._outer.pop()
        if text not in {"|", "|&", "(", ")"}:
            self._printed.piped, self._printed.texts = {}, []

    # One simple command

    def _simple(self, words: list[str], redirects: list[tuple[str, str]], documents: list[str]) -> None:
        self._around.places.budget.spend(1 + len(self._names.variables) // 64)
        targets = self._check_redirects(redirects)
        here = [plain(each) for document in documents for each in self._names.expand(document)]
        here += [plain(each) for kind, text in redirects if kind == "<<<" for each in self._names.expand(text)]
        words = self._without_assignments(self._without_reserved(words))
        if not words:
            return
        every = [each for word in words for each in self._names.expand(word)]
        here += self._handed(words)
        if targets and any(MASK in text for text in (*here, *self._printed.texts, *map(plain, every[1:]))):
            self._around.written += targets
        self._command(every, here)

    def _handed(self, words: list[str]) -> list[str]:
        """What `<(…)` among the words prints, for a shell that runs it and whatever reads names from it."""
        handed: list[str] = []
        for word in words:
            if SUBSTITUTION + PROCESS in word:
                number = word.partition(SUBSTITUTION)[2].partition(END)[0]
                said = self._ran.get(number, [])
                self._printed.piped.update(dict.fromkeys(filter(self._names.named, said)))
                handed += map(plain, said)
        return handed

    def _check_redirects(self, redirects: list[tuple[str, str]]) -> list[str]:
        """Raises Touched; the files that are written anew."""
        targets = []
        for operator, target in redirects:
            if operator in {"<<", "<<-", "<<<"}:
                continue
            patterns = self._names.expand(target)
            if target.startswith(SUBSTITUTION + PROCESS):  # `< <(…)`: what it says is read, not opened
                self._printed.piped.update(dict.fromkeys(self._said_by(target)))
                self._fed_later += self._printed.piped
                continue
            for pattern in patterns:
                if self._names.named(pattern):
                    raise Touched(NAMED, plain(pattern))
                if operator in {">", ">|", "&>"}:
                    targets.append(self._names.path(pattern))
        return [each for each in targets if each]

    def _without_reserved(self, words: list[str]) -> list[str]:
        place = 0
        while place < len(words) and (word := plain(words[place])) in RESERVED:
            if word in {"for", "select"} and place + 1 < len(words):
                values = words[place + 3 :] if words[place + 2 : place + 3] == ["in"] else []
                variable = [each for value in values for each in self._names.expand(value)]
                self._names.variables[words[place + 1]] = variable or [ANY]
                return []
            if word == "case":
                return []
            place += 1
        return words[place:]

    def _without_assignments(self, words: list[str]) -> list[str]:
        place = 0
        for word in words:
            name, equals, value = word.partition("=")
            if not equals or not name.rstrip("+").replace("_", "a").isalnum():
                break
            values = self._names.expand(value)
            self._set(name, values)
            self._names.variables[name] = values
            place += 1
        return words[place:]

    def _set(self, name: str, values: list[str]) -> None:
        """A variable for the programs that are started: some read what it names, or run it."""
        if name in starters.READ_FROM_VARIABLES:
            self._names.refuse([word for value in values for word in value.split()])
        if name in starters.RUN_FROM_VARIABLES:
            for value in values:
                self._inner(plain(value).lstrip("|-"))

    def _command(self, words: list[str], here: list[str]) -> None:
        """words: the command and its words, expanded. here: what it is given as its standard input, as far as known."""
        outer, name, loaded = self._names.working, "", False
        while words:
            self._around.places.budget.spend(1 + len(words) // 8)
            name, words = os.path.basename(plain(words[0])), words[1:]
            for folder in values_of(words, starters.FOLDERS.get(name, ())):
                if name != "git":
                    self._names.working = self._names.within(folder)
            loaded = loaded or (name in commands.LOADERS and self._names.has_own_env())
            if loaded and self._programs.shows(name, words):
                raise Touched(LOADED, name)
            for script in starters.scripts(name, words):
                self._inner(script)
            if name in starters.TAKES_ASSIGNMENTS:
                for variable, _, value in (word.partition("=") for word in words if "=" in word):
                    self._set(variable, [value])
            inner = self._started(name, words, here)
            if not inner:
                self._last(name, words, here)
                break
            words = inner
        if name not in {"cd", "pushd", "chdir"}:
            self._names.working = outer

    def _started(self, name: str, words: list[str], here: list[str]) -> list[str]:
        """The command that `name` starts, with its words."""
        own, inner = starters.started(name, words)
        self._names.refuse(own)
        if not inner or name not in starters.FED_BY_PIPE:
            return inner
        fed = [*self._printed.piped, *(word for text in (*here, *self._printed.texts) for word in text.split()[:1000])]
        return starters.fed_with(name, words[: len(words) - len(inner)], inner, fed)

    def _last(self, name: str, words: list[str], here: list[str]) -> None:
        """A command that starts no other."""
        if name in DECLARING:
            self._without_assignments([word for word in words if not word.startswith("-")])
        elif name in {"read", "mapfile", "readarray"}:
            for word in operands(words):
                self._names.variables[word] = [*self._printed.piped, *self._fed_later] or [ANY]
        elif name in {"cd", "pushd", "chdir"}:
            self._change_folder(words)
        elif name in {"shopt", "setopt", "alias"}:
            self._set_up(name, words)
        elif name in starters.SHELLS:
            self._shell(words, here)
        elif name in {"source", "."} and words and words[0].startswith("/dev/"):
            self._feed_shell(here)
        elif name == "printf" and words[:1] == ["-v"]:
            self._names.variables[words[1] if len(words) > 1 else ""] = [formatted(words[2:])]
        else:
            self._programs.call(name, words, here)

    def _set_up(self, name: str, words: list[str]) -> None:
        """What the commands behind are to be read with."""
        if name == "alias":
            for word in words:
                self._inner(plain(word).partition("=")[2])
        elif any(plain(word).lower().replace("_", "") in {"dotglob", "globdots"} for word in words):
            self._around.dots_match = True

    def _change_folder(self, words: list[str]) -> None:
        [target, *_] = [*operands(words), self._names.home()]
        before, left = self._names.variables.get("OLDPWD"), self._names.working
        self._names.working = self._names.within(before[0] if target == "-" and before else target)
        self._names.variables["OLDPWD"] = [left or ANY, ANY]  # popd is not followed

    def _shell(self, words: list[str], here: list[str]) -> None:
        if "dotglob" in map(plain, words):
            self._around.dots_match = True
        for place, word in enumerate(words):
            if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
                self._inner(" ".join(map(plain, words[place + 1 : place + 2])))
                break
        else:
            self._feed_shell(here)
        self._names.refuse(words)

    def _feed_shell(self, here: list[str]) -> None:
        """A shell that reads its script: from a here-document, or what the commands before have printed."""
        for text in (*here, *self._printed.texts):
            self._inner(text)
        for path in self._printed.piped:
            raise Touched(NAMED, path)

    def _inner(self, text: str) -> list[str]:
        """Follow a script within this one; what it may print."""
        if self._depth >= DEEPEST:  # nobody writes such a thing to get work done
            if names_env(text, self._names.working or "", self._around.places):
                raise Touched(NAMED)
            return []
        inner = Script(text, self._around, self._names.working, self._names.variables, self._depth + 1)
        inner.follow()
        return inner.said()

    def _substitute(self, number: str) -> list[str]:
        if number not in self._ran:
            self._ran[number] = self._inner(self._words.scripts[int(number.lstrip(PROCESS))])
        return ["/dev/fd/63"] if number.startswith(PROCESS) else self._ran[number]

    def _said_by(self, word: str) -> list[str]:
        number = word[1:].partition(END)[0]
        return [each for each in self._ran.get(number, []) if self._names.named(each)]
