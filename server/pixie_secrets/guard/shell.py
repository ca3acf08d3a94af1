"""Would this shell script read or write a tool's `.env`? Follows it as far as that can be decided.

Followed are quotes, escapes, globs, braces, variables, `cd`, substitutions, pipes into `xargs` and `while read`,
here-documents, and code that is handed to an interpreter on its command line. What a program does of its own accord
(a script file, `".e" + "nv"`) nobody can tell beforehand: the output is masked all the same.
"""
# ruff: noqa: PTH118, PTH119, SIM905  importing pathlib takes too long; lists of words read best as words

from __future__ import annotations

import os

from pixie_secrets.guard import shell_commands as commands
from pixie_secrets.guard.code import names_env
from pixie_secrets.guard.shell_patterns import expanded, is_literal, named, plain
from pixie_secrets.guard.shell_walks import found_by, walks_through
from pixie_secrets.guard.shell_words import ANY, DOCUMENT, OPERATOR, REDIRECT, WORD, Words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.guard.places import Places

DEEPEST = 6
LONGEST = 1 << 18  # of a script that is followed
RESERVED = frozenset(
    "if then elif else fi while until do done for in case esac select function ! { } time coproc".split()
)
NAMED, WALKED = "named", "walked"


class Touched(Exception):
    """The script would touch a file with values. how: NAMED, or WALKED with many others."""

    def __init__(self, how: str, path: str = "") -> None:
        super().__init__(how)
        self.how = how
        self.path = path


def check(script: str, places: Places, environment: Mapping[str, str]) -> Touched | None:
    """What the script would touch, if anything."""
    if len(script) > LONGEST:
        return Touched(NAMED) if names_env(script, places.working, places) else None
    try:
        Script(script, places, environment, places.working).follow()
    except Touched as touched:
        return touched
    return None


class Script:
    """One script, followed command by command."""

    def __init__(  # noqa: PLR0917  what one script hands to the next
        self,
        text: str,
        places: Places,
        environment: Mapping[str, str],
        working: str | None,
        variables: dict[str, list[str]] | None = None,
        depth: int = 0,
    ) -> None:
        self._words = Words(text)
        self._places = places
        self._environment = environment
        self._working = working
        self._variables = dict(variables or {})
        self._depth = depth
        self._outer: list[tuple[str | None, dict[str, list[str]]]] = []
        self._piped: list[str] = []  # paths of files with values that the commands before in this pipe have said
        self.said: list[str] = []  # what it may print, as far as that is known

    def follow(self) -> None:
        """Raises Touched."""
        words: list[str] = []
        redirects: list[tuple[str, str]] = []
        documents: list[str] = []
        tokens = [*self._words.tokens, (OPERATOR, "\n")]
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
            else:
                if words or redirects:
                    self._simple(words, redirects, documents)
                words, redirects, documents = [], [], []
                self._operator(text)

    def _operator(self, text: str) -> None:
        if text == "(":
            self._outer.append((self._working, dict(self._variables)))
        elif text == ")" and self._outer:
            self._working, self._variables = self._outer.pop()
        if text not in {"|", "|&", "(", ")"}:
            self._piped = []

    # One simple command

    def _simple(self, words: list[str], redirects: list[tuple[str, str]], documents: list[str]) -> None:
        self._check_redirects(redirects)
        words = self._without_reserved(words)
        words = self._without_assignments(words)
        if not words:
            return
        every = [self._expand(word) for word in words]
        here = [*documents, *(plain(each) for kind, text in redirects if kind == "<<<" for each in self._expand(text))]
        first = every[0][0]
        self._command([first, *(each for some in every[1:] for each in some)], here)

    def _check_redirects(self, redirects: list[tuple[str, str]]) -> None:
        for operator, target in redirects:
            if operator in {"<<", "<<-"}:
                continue
            for pattern in self._expand(target):
                if operator != "<<<" and self._named(pattern):
                    raise Touched(NAMED, plain(pattern))

    def _without_reserved(self, words: list[str]) -> list[str]:
        while words and plain(words[0]) in RESERVED:
            word = plain(words[0])
            if word in {"for", "select"} and len(words) > 1:
                values = words[3:] if len(words) > 2 and words[2] == "in" else []  # noqa: PLR2004  for NAME in
                self._variables[words[1]] = [each for value in values for each in self._expand(value)] or [ANY]
                return []
            if word == "case":
                return []
            words = words[1:]
        return words

    def _without_assignments(self, words: list[str]) -> list[str]:
        place = 0
        for word in words:
            name, equals, value = word.partition("=")
            if not equals or not name.replace("_", "a").isalnum():
                break
            self._variables[name] = self._expand(value)
            place += 1
        return words[place:]

    def _command(self, words: list[str], here: list[str]) -> None:
        """words: the command and its words, expanded. here: what it is given as its standard input, as far as known."""
        name = os.path.basename(plain(words[0]))
        words = words[1:]
        if name in {"export", "declare", "local", "readonly", "typeset"}:
            self._without_assignments([word for word in words if not word.startswith("-")])
        elif name == "read":
            for word in words:
                self._variables[word] = self._piped or [ANY]
        elif name in {"cd", "pushd", "chdir"}:
            self._change_folder(words)
        elif name in commands.WRAPPERS:
            inner = commands.without_wrapper(name, words)
            fed = [*self._piped, *(word for text in here for word in text.split())]
            if inner:
                self._command([*inner, *(fed if name in commands.FED_BY_PIPE else [])], here)
        elif name in commands.SHELLS or name == "eval":
            self._shell(name, words, here)
        else:
            self._program(name, words, here)

    def _change_folder(self, words: list[str]) -> None:
        [target, *_] = [*commands.operands(words), self._home()]
        if is_literal(target) and (self._working is not None or target.startswith("/")):
            self._working = os.path.join(self._working or "/", target)
        else:
            self._working = None

    def _shell(self, name: str, words: list[str], here: list[str]) -> None:
        if name == "eval":
            self._inner(" ".join(map(plain, words)))
            return
        for place, word in enumerate(words):
            if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
                self._inner(" ".join(map(plain, words[place + 1 : place + 2])))
                break
        else:
            for text in here:
                self._inner(text)
        self._refuse_named(words)

    def _inner(self, text: str) -> list[str]:
        """Follow a script within this one; what it may print."""
        if self._depth >= DEEPEST:  # nobody writes such a thing to get work done
            if names_env(text, self._working or "", self._places):
                raise Touched(NAMED)
            return []
        inner = Script(text, self._places, self._environment, self._working, self._variables, self._depth + 1)
        inner.follow()
        return inner.said

    def _program(self, name: str, words: list[str], here: list[str]) -> None:
        if name == "git":
            self._git(words)
        elif name in {"find", "fd", "fdfind"}:
            self._find(words)
        elif name in commands.HARMLESS:
            self._note(name, words)
        else:
            self._narrow(name, words)
            self._refuse_named(words)
            self._interpreter(name, words, here)
            self._walk(name, words)

    def _git(self, words: list[str]) -> None:
        rest = list(words)
        while rest and rest[0].startswith("-"):
            rest = rest[2 if rest[0] in {"-C", "-c"} else 1 :]
        command = rest[0] if rest else ""
        if command == "rm" and "--cached" in rest:
            return
        if command in commands.GIT_HARMLESS and not commands.has_option(rest, commands.GIT_READS_IN_LOG):
            return
        self._refuse_named(rest)

    def _find(self, words: list[str]) -> None:
        found = found_by(words, self._working, self._places)
        for option in commands.FIND_RUNS:
            if option in words and found:
                inner = words[words.index(option) + 1 :]
                if inner and os.path.basename(plain(inner[0])) not in commands.HARMLESS:
                    raise Touched(WALKED, found[0])
        self._say(found)

    def _note(self, name: str, words: list[str]) -> None:
        """A harmless command: what files it names may still reach the next one by a pipe or a substitution."""
        if name == "pwd" and self._working:
            self.said.append(self._working)
        if name in {"echo", "printf"}:
            self.said += [word for word in words if not word.startswith("-")]
        if name in commands.SAYS_NAMES:
            self._say([word for word in words if self._named(word)])

    def _say(self, paths: list[str]) -> None:
        self._piped += paths
        self.said += [path for path in paths if path not in self.said]

    def _narrow(self, name: str, words: list[str]) -> None:
        """`… | grep PATTERN |`: whether the names of files with values still come through."""
        if not self._piped or name not in {"grep", "egrep", "fgrep", "rg"}:
            return
        pattern = plain((commands.operands(words) or [""])[0])
        about_env = "env" in pattern.lower()
        if commands.has_option(words, ("-v", "--invert-match")):
            self._piped = [] if about_env else self._piped
        elif any(letter.isalpha() for letter in pattern) and not about_env:
            self._piped = []

    def _interpreter(self, name: str, words: list[str], here: list[str]) -> None:
        if not name.rstrip("0123456789.").startswith(commands.INTERPRETERS) and name not in {"uv", "uvx", "poetry"}:
            return
        for text in (*words, *here):
            if names_env(plain(text), self._working or "", self._places):
                raise Touched(NAMED)

    def _walk(self, name: str, words: list[str]) -> None:
        for path in walks_through(name, words, self._working, self._places):
            raise Touched(WALKED, path)

    def _refuse_named(self, words: list[str]) -> None:
        for word in words:
            pieces = [word]
            for mark in "=@:":
                if mark in word:
                    pieces.append(word.rpartition(mark)[2])
                    pieces.append(word.partition(mark)[2])
            if word.startswith("-") and len(word) > 2 and word[1] != "-":  # noqa: PLR2004  `-ftools/a/.env`
                pieces.append(word[2:])
            if any(self._named(piece) for piece in pieces):
                raise Touched(NAMED, plain(word))

    # What words stand for

    def _named(self, pattern: str) -> bool:
        return named(pattern, self._working, self._places)

    def _expand(self, word: str) -> list[str]:
        return expanded(word, self._look_up, self._substitute)

    def _look_up(self, name: str) -> list[str]:
        if name in self._variables:
            return self._variables[name]
        if name == "PWD":
            return [self._working] if self._working else []
        if name == "HOME":
            return [self._home()]
        value = self._environment.get(name)
        return [value] if value else []

    def _home(self) -> str:
        return self._environment.get("HOME") or ANY

    def _substitute(self, number: int) -> list[str]:
        return self._inner(self._words.scripts[number])
