"""Would this shell script read or write a tool's `.env`? Follows it as far as that can be decided.

Followed are quotes, escapes, globs, braces, variables, `cd`, substitutions, pipes, here-documents, links made on the
way, and code that is handed to an interpreter on its command line. What a program does of its own accord (a script
file, `".e" + "nv"`) nobody can tell beforehand: the output is masked all the same.
"""
# ruff: noqa: PTH118, PTH119, SIM905  importing pathlib takes too long; lists of words read best as words

from __future__ import annotations

import os

from pixie_secrets.guard import shell_commands as commands
from pixie_secrets.guard.budget import TooLarge
from pixie_secrets.guard.code import names_env
from pixie_secrets.guard.shell_patterns import LONGEST_TEXT, expanded, is_literal, named, plain
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
RESERVED = frozenset(
    "if then elif else fi while until do done for in case esac select function ! { } time coproc".split()
)
NAMED, WALKED, LOADED = "named", "walked", "loaded"
MASK = "***"


class Touched(Exception):
    """The script would touch a file with values. how: NAMED, WALKED with many others, LOADED by a program itself."""

    def __init__(self, how: str, path: str = "") -> None:
        super().__init__(how)
        self.how = how
        self.path = path


class Surroundings:
    """What all parts of one script share. written: files that it overwrites with text that has a mask in it."""

    def __init__(self, places: Places, environment: Mapping[str, str]) -> None:
        self.places = places
        self.environment = environment
        self.links: dict[str, str] = {}  # made by the script itself, and folders as a container sees them
        self.dots_match = False  # `shopt -s dotglob`
        self.written: list[str] = []
        self.named: dict[tuple[str, str | None, int, bool], bool] = {}  # what was asked before, and answered


def check(script: str, places: Places, environment: Mapping[str, str]) -> tuple[Touched | None, list[str]]:
    """What the script would touch, if anything, and the files it overwrites with a mask. Raises TooLarge."""
    around = Surroundings(places, environment)
    if len(script) > LONGEST_TEXT:
        return (Touched(NAMED) if names_env(script, places.working, places) else None), []
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
        self._places = around.places
        self._working = working
        self._variables = dict(variables or {})
        self._depth = depth
        self._outer: list[tuple[str | None, dict[str, list[str]]]] = []
        self._ran: dict[str, list[str]] = {}  # substitutions, by number: what they may print
        self._piped: dict[str, None] = {}  # files with values whose names the commands before in this pipe have said
        self._texts: list[str] = []  # what those commands have printed, as far as it is known
        self._fed_later: list[str] = []  # names that stand behind a loop which reads them
        self.said: dict[str, None] = {}  # what this script may print, word by word, as far as that is known

    def follow(self) -> None:
        """Raises Touched."""
        begun = self._working, dict(self._variables)
        self._once()
        if self._fed_later:  # `while read f; do …; done < <(find …)`: what is read stands behind what reads it
            self._working, self._variables = begun
            self._once()

    def _once(self) -> None:
        words: list[str] = []
        redirects: list[tuple[str, str]] = []
        documents: list[str] = []
        tokens = [*self._words.tokens, (OPERATOR, "\n")]
        self._places.budget.spend(len(tokens) // 6)
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
            elif text == "(" and words and words[-1].endswith("=") and len(words) == 1:
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
                values += self._expand(tokens[place][1])
            place += 1
        self._variables[name] = values or [ANY]
        return place + 1

    def _operator(self, text: str) -> None:
        if text == "(":
            self._outer.append((self._working, dict(self._variables)))
        elif text == ")" and self._outer:
            self._working, self._variables = self._outer.pop()
        if text not in {"|", "|&", "(", ")"}:
            self._piped, self._texts = {}, []

    # One simple command

    def _simple(self, words: list[str], redirects: list[tuple[str, str]], documents: list[str]) -> None:
        self._places.budget.spend(1 + len(self._variables) // 64)
        targets = self._check_redirects(redirects)
        here = [plain(each) for document in documents for each in self._expand(document)]
        here += [plain(each) for kind, text in redirects if kind == "<<<" for each in self._expand(text)]
        words = self._without_assignments(self._without_reserved(words))
        if not words:
            return
        every = [each for word in words for each in self._expand(word)]
        if targets and any(MASK in text for text in (*here, *self._texts, *map(plain, every[1:]))):
            self._around.written += targets
        self._command(every, here)

    def _check_redirects(self, redirects: list[tuple[str, str]]) -> list[str]:
        """Raises Touched; the files that are written anew."""
        targets = []
        for operator, target in redirects:
            if operator in {"<<", "<<-", "<<<"}:
                continue
            patterns = self._expand(target)
            if target.startswith(SUBSTITUTION + PROCESS):  # `< <(…)`: what it says is read, not opened
                self._piped.update(dict.fromkeys(self._said_by(target)))
                self._fed_later += self._piped
                continue
            for pattern in patterns:
                if self._named(pattern):
                    raise Touched(NAMED, plain(pattern))
                if operator in {">", ">|", "&>"}:
                    targets.append(self._path(pattern))
        return [each for each in targets if each]

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
            if not equals or not name.rstrip("+").replace("_", "a").isalnum():
                break
            values = self._expand(value)
            if name in {"BASH_ENV", "ENV"} and any(map(self._named, values)):  # a shell reads it as it begins
                raise Touched(NAMED, plain(values[0]))
            self._variables[name] = values
            place += 1
        return words[place:]

    def _command(self, words: list[str], here: list[str]) -> None:
        """words: the command and its words, expanded. here: what it is given as its standard input, as far as known."""
        outer, name, loaded = self._working, "", False
        while words:
            self._places.budget.spend(1 + len(words) // 8)
            name, words = os.path.basename(plain(words[0])), words[1:]
            for folder in commands.values_of(words, commands.FOLDERS.get(name, ())):
                if name != "git":
                    self._working = self._within(folder)
            loaded = loaded or (name in commands.LOADERS and self._has_own_env())
            if loaded and self._shows(name, words):
                raise Touched(LOADED, name)
            for script in self._scripts(name, words):
                self._inner(script)
            inner = self._started(name, words, here)
            if not inner:
                self._last(name, words, here)
                break
            words = inner
        if name not in {"cd", "pushd", "chdir"}:
            self._working = outer

    def _scripts(self, name: str, words: list[str]) -> list[str]:
        """What `name` is given to run as a script."""
        options = commands.STRINGS.get(name, ())
        if commands.OPERAND in options:
            return [plain(each) for each in commands.operands(words)[:1]]
        if commands.REST in options:
            return [" ".join(plain(word) for word in words if not word.startswith("-"))]
        return [plain(each) for each in commands.values_of(words, options)]

    def _started(self, name: str, words: list[str], here: list[str]) -> list[str]:
        """The command that `name` starts, with its words."""
        if name in commands.STARTING_WORDS:
            rest = commands.operands(words)
            if not rest or rest[0] not in commands.STARTING_WORDS[name]:
                return []
            behind = words[words.index(rest[0]) + 1 :]
            if name == "direnv":  # …and its folder
                behind = behind[1:]
            while behind and behind[0].startswith("-"):
                self._refuse_named(behind[:2])
                behind = behind[2 if behind[0] in {"--with", "--extra", "--group", "-f", "--python", "-p"} else 1 :]
            return behind
        if name not in commands.STARTERS:
            return []
        inner = commands.without_starter(name, words)
        self._refuse_named(commands.values_of(words[: len(words) - len(inner)], ("-a", "--arg-file", "-E")))
        if not inner or name not in commands.FED_BY_PIPE:
            return inner
        fed = [*self._piped, *(word for text in (*here, *self._texts) for word in text.split()[:1000])]
        return _filled(inner, fed, _placeholder(name, words[: len(words) - len(inner)]))

    def _last(self, name: str, words: list[str], here: list[str]) -> None:
        """A command that starts no other."""
        if name in {"export", "declare", "local", "readonly", "typeset"}:
            self._without_assignments([word for word in words if not word.startswith("-")])
        elif name in {"read", "mapfile", "readarray"}:
            for word in commands.operands(words):
                self._variables[word] = [*self._piped, *self._fed_later] or [ANY]
        elif name in {"cd", "pushd", "chdir"}:
            self._change_folder(words)
        elif name in {"shopt", "setopt", "alias"}:
            self._set_up(name, words)
        elif name in commands.SHELLS:
            self._shell(words, here)
        elif name in {"source", "."} and words and words[0].startswith("/dev/"):
            self._feed_shell(here)
        else:
            self._program(name, words, here)

    def _set_up(self, name: str, words: list[str]) -> None:
        """What the commands behind are to be read with."""
        if name == "alias":
            for word in words:
                self._inner(plain(word).partition("=")[2])
        elif any(plain(word).lower().replace("_", "") in {"dotglob", "globdots"} for word in words):
            self._around.dots_match = True

    def _change_folder(self, words: list[str]) -> None:
        [target, *_] = [*commands.operands(words), self._home()]
        self._working = self._within(target)

    def _within(self, folder: str) -> str | None:
        if is_literal(folder) and (self._working is not None or folder.startswith("/")):
            return self._unlinked(os.path.join(self._working or "/", folder))
        return None

    def _shell(self, words: list[str], here: list[str]) -> None:
        if "dotglob" in map(plain, words):
            self._around.dots_match = True
        for place, word in enumerate(words):
            if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
                self._inner(" ".join(map(plain, words[place + 1 : place + 2])))
                break
        else:
            self._feed_shell(here)
        self._refuse_named(words)

    def _feed_shell(self, here: list[str]) -> None:
        """A shell that reads its script: from a here-document, or what the commands before have printed."""
        for text in (*here, *self._texts):
            self._inner(text)
        for path in self._piped:
            raise Touched(NAMED, path)

    def _inner(self, text: str) -> list[str]:
        """Follow a script within this one; what it may print."""
        if self._depth >= DEEPEST:  # nobody writes such a thing to get work done
            if names_env(text, self._working or "", self._places):
                raise Touched(NAMED)
            return []
        inner = Script(text, self._around, self._working, self._variables, self._depth + 1)
        inner.follow()
        return list(inner.said)

    def _program(self, name: str, words: list[str], here: list[str]) -> None:
        if name == "git":
            self._git(words)
        elif name == "find":
            self._find(words)
        elif name in {"docker", "podman", "nerdctl"}:
            self._container(words)
        elif name in commands.NAMES_ONLY:
            self._refuse_named(commands.values_of(words, commands.READS_AFTER_ALL.get(name, [])))
            self._note(name, words)
        else:
            self._narrow(name, words)
            self._refuse_named(self._opened(name, words))
            self._code(name, words, here)
            self._walk(name, words)
            self._list(name, words)
            self._remember(name, words, here)

    def _opened(self, name: str, words: list[str]) -> list[str]:
        """The words that name files, for a program that may open them."""
        if name == "ln":
            self._link(words)
        return commands.files_named(name, words)

    def _link(self, words: list[str]) -> None:
        """`ln -s tools/a d`: from now on `d/.env` is that tool's."""
        names = [self._path(each) for each in commands.operands(words)]
        if len(names) == 2 and all(names):  # noqa: PLR2004  where it leads, and its name
            target, link = names
            if os.path.isdir(link):  # noqa: PTH112  as above
                link = os.path.join(link, os.path.basename(target))
            self._around.links[link] = target

    def _git(self, words: list[str]) -> None:
        from pixie_secrets.guard.shell_git import Git  # noqa: PLC0415  only for git

        git = Git(words)
        if git.folder:
            self._working = self._within(git.folder)
        for script in git.scripts():
            self._inner(script)
        self._refuse_named(git.files())
        for path in git.walks(self._working, self._places):
            raise Touched(WALKED, path)
        self._list("git", git.words)
        self._say(git.lists(self._working, self._places))

    def _find(self, words: list[str]) -> None:
        from pixie_secrets.guard.shell_find import found_by  # noqa: PLC0415  only for find

        self._refuse_named(commands.values_of(words, ["-files0-from"]))
        found = found_by(words, self._working, self._places)
        for path in found.deleted:
            raise Touched(WALKED, path)
        for command, paths in found.runs:
            try:
                self._command(_filled(command, paths, "{}") if paths else command, [])
            except Touched as touched:
                raise Touched(WALKED if paths else touched.how, paths[0] if paths else touched.path) from None
        self._say(found.printed)

    def _container(self, words: list[str]) -> None:
        from pixie_secrets.guard.shell_containers import Container  # noqa: PLC0415  only for containers

        container = Container(words)
        if container.compose and self._has_own_env() and container.shows_environment():
            raise Touched(LOADED, "docker compose")
        self._refuse_named(container.options)
        if not container.command:
            return
        outer = self._working
        for source, target in container.mounts:
            self._around.links[target] = self._path(source) or "/"
        self._working = self._unlinked(container.working) if container.working else "/"
        self._command(container.command, [])
        self._working = outer

    def _note(self, name: str, words: list[str]) -> None:
        """A command that opens nothing: what it names may still reach the next one by a pipe or a substitution."""
        if name == "pwd" and self._working:
            self.said[self._working] = None
        if name in {"echo", "printf"}:
            self.said.update(dict.fromkeys(word for word in words if not word.startswith("-")))
            self._texts.append(" ".join(map(plain, words)).replace("\\n", "\n"))
        if name in commands.SAYS_WORDS:
            self._say([word for word in words if self._named(word)])
        if name in {"ls", "dir", "vdir", "exa", "eza", "lsd", "tree", "du"} and commands.has_option(
            words, ("-a", "-A", "--all", "--almost-all")
        ):
            self._say_folders(words, whole=name in {"tree", "du"})

    def _say_folders(self, words: list[str], *, whole: bool) -> None:
        from pixie_secrets.guard.shell_patterns import walked  # noqa: PLC0415  hardly ever needed

        found = [
            path for folder in commands.operands(words) or ["."] for path in walked(folder, self._working, self._places)
        ]
        self._say([path if whole else os.path.basename(path) for path in found])

    def _say(self, paths: list[str]) -> None:
        self._piped.update(dict.fromkeys(paths))
        self.said.update(dict.fromkeys(paths))

    def _narrow(self, name: str, words: list[str]) -> None:
        """`… | grep PATTERN |`: whether the names of files with values still come through."""
        if name == "wc":
            self._piped = {}
        if not self._piped or name not in {"grep", "egrep", "fgrep", "rg"}:
            return
        pattern = plain((commands.operands(words) or [""])[0])
        about_env = "env" in pattern.lower()
        if commands.has_option(words, ("-v", "--invert-match")):
            self._piped = {} if about_env else self._piped
        elif any(letter.isalpha() for letter in pattern) and not about_env:
            self._piped = {}

    def _code(self, name: str, words: list[str], here: list[str]) -> None:
        """What an interpreter is given: on its command line, or to read, where it has no file to run."""
        from pixie_secrets.guard import code  # noqa: PLC0415  beside its only use

        working = self._working or ""
        if name in commands.PROGRAMS:
            opens = any(code.awk_opens(plain(word), working, self._places) for word in words)
        elif name in {"sed", "gsed"}:
            opens = any(code.sed_opens(plain(word), working, self._places) for word in words)
            if commands.has_option(words, ("-i", "--in-place")) and any(MASK in plain(word) for word in words):
                self._around.written += filter(None, map(self._path, commands.files_named(name, words)))
        elif name.rstrip("0123456789.").startswith(commands.CODE) and _is_code(name):
            file = [word for word in commands.operands(words) if word != "-" and is_literal(word)]
            read = [] if file and not _takes_code(words) else [*here, *self._texts]
            texts = [*map(plain, words), *here, *read]
            opens = any(code.names_env(text, working, self._places) for text in texts)
            if self._has_own_env() and any(code.loads_dotenv(text) for text in texts):
                raise Touched(LOADED, "dotenv_values")
        else:
            return
        if opens:
            raise Touched(NAMED)

    def _walk(self, name: str, words: list[str]) -> None:
        if name in {"fd", "fdfind", "rg"}:
            self._fd(name, words)
        if name in commands.RECURSIVE:
            from pixie_secrets.guard.shell_walks import walks_through  # noqa: PLC0415  only where there are folders

            if self._around.links:
                words = [self._path(word) or word if not word.startswith("-") else word for word in words]
            for path in walks_through(name, words, self._working, self._places):
                raise Touched(WALKED, path)

    def _fd(self, name: str, words: list[str]) -> None:
        """`fd -H`, `rg --files --hidden`: what they name, and what fd runs with it."""
        hidden = ("-H", "--hidden", "-u", "--unrestricted", "-uu", "-.")
        if not commands.has_option(words, hidden) or (name == "rg" and "--files" not in words):
            return
        from pixie_secrets.guard.shell_patterns import walked  # noqa: PLC0415  hardly ever needed

        kinds = commands.values_of(words, ("-e", "--extension"))
        given = commands.values_of(words, ("-t", "--type", "-e", "-d", "-E", "-g"))
        pattern = plain(next((word for word in commands.operands(words) if word not in given), ""))
        if (kinds and "env" not in kinds) or (any(map(str.isalpha, pattern)) and "env" not in pattern and name != "rg"):
            return
        found = walked(".", self._working, self._places)
        for option in ("-x", "--exec", "-X", "--exec-batch"):
            if option in words and found:
                try:
                    self._command(_filled(words[words.index(option) + 1 :], found, "{}"), [])
                except Touched:
                    raise Touched(WALKED, found[0]) from None
        self._say(found)

    def _list(self, name: str, words: list[str]) -> None:
        """A command that reads the names of the files it opens."""
        if self._piped and name in commands.LISTS and commands.has_option(words, commands.LISTS[name] or ("\0",)):
            raise Touched(NAMED, next(iter(self._piped)))

    def _remember(self, name: str, words: list[str], here: list[str]) -> None:
        if name in {"cat", "tee"} and not any(not word.startswith("-") for word in words if name == "cat"):
            self._texts += here
            if name == "tee" and any(MASK in text for text in (*here, *self._texts)):
                self._around.written += filter(None, map(self._path, commands.operands(words)))

    def _shows(self, name: str, words: list[str]) -> bool:
        """Whether a program, into which the folder's `.env` was loaded, prints what it has."""
        if name in commands.SHOWS_ENVIRONMENT:
            return not any("=" in word for word in words)
        rest = commands.operands(words)
        wanted = commands.LOADERS.get(name, ())
        return bool(rest[:1] and rest[0] in wanted) or any(word in wanted for word in words if word.startswith("--"))

    def _has_own_env(self) -> bool:
        """Whether a program that looks for `.env` where it stands, or above, finds one with values."""
        folder = self._working
        while folder and folder != "/":
            path = os.path.join(folder, ".env")
            if os.path.lexists(path):
                return self._places.is_env(path)
            folder = os.path.dirname(folder)  # noqa: PTH120  as above
        return False

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
        around = self._around
        asked = (pattern, self._working, len(around.links), around.dots_match)
        if asked not in around.named:
            if around.links and pattern and is_literal(pattern):
                answer = self._places.is_env(self._unlinked(os.path.join(self._working or "/", pattern)))
            else:
                answer = named(pattern, self._working, self._places, dots_match=around.dots_match)
            around.named[asked] = answer
        return around.named[asked]

    def _unlinked(self, path: str) -> str:
        """`path` with the links that this script made on the way replaced by where they lead."""
        for link, target in self._around.links.items():
            if path == link or path.startswith(link.rstrip("/") + "/"):
                return target + path[len(link.rstrip("/")) :]
        return path

    def _path(self, pattern: str) -> str:
        """Where a literal word leads; "" for what is none."""
        if not is_literal(pattern) or not pattern or (self._working is None and not pattern.startswith("/")):
            return ""
        return self._unlinked(os.path.normpath(os.path.join(self._working or "/", pattern)))

    def _expand(self, word: str) -> list[str]:
        return expanded(word, self._look_up, self._substitute, self._places.budget)

    def _look_up(self, name: str) -> list[str]:
        name, _, default = name.partition("-")
        if name in self._variables:
            return self._variables[name]
        if name == "PWD":
            return [self._working] if self._working else []
        if name == "HOME":
            return [self._home()]
        value = self._around.environment.get(name) or default
        return [value] if value else []

    def _home(self) -> str:
        return self._around.environment.get("HOME") or ANY

    def _substitute(self, number: str) -> list[str]:
        if number not in self._ran:
            self._ran[number] = self._inner(self._words.scripts[int(number.lstrip(PROCESS))])
        return ["/dev/fd/63"] if number.startswith(PROCESS) else self._ran[number]

    def _said_by(self, word: str) -> list[str]:
        number = word[1:].partition(END)[0]
        return [each for each in self._ran.get(number, []) if self._named(each)]


def _placeholder(name: str, options: list[str]) -> str:
    """What in the words of xargs or parallel stands for what they read; "" when it goes to their end."""
    for place, option in enumerate(options):
        for known in commands.PLACEHOLDER_OPTIONS:
            if option.startswith(known):
                behind = option[len(known) :].lstrip("=")
                following = options[place + 1] if known == "-I" and place + 1 < len(options) else ""
                return plain(behind or following or "{}")
    return commands.FED_BY_PIPE[name]


def _filled(words: list[str], fed: list[str], placeholder: str) -> list[str]:
    """`words` with what is fed to them, once for each, in place of the placeholder or at the end."""
    if placeholder and any(placeholder in plain(word) for word in words):
        filled: list[str] = []
        for word in words:
            text = plain(word)
            filled += [text.replace(placeholder, plain(each)) for each in fed[:64]] if placeholder in text else [word]
        return filled
    return [*words, *fed]


def _is_code(name: str) -> bool:
    bare = name.rstrip("0123456789.")
    return bare in commands.CODE or bare.startswith(("python", "pypy", "node", "perl", "ruby", "php", "lua", "sqlite"))


def _takes_code(words: list[str]) -> bool:
    return any(word in {"-c", "-e", "-r", "-p", "-E", "--eval", "--print", "-"} for word in words)
