"""Which program opens, goes through or prints what, as far as its words say; those that start others are in `shell`."""

from __future__ import annotations

import os

from pixie_secrets.guard import shell_commands as commands
from pixie_secrets.guard.shell_names import LOADED, NAMED, WALKED, Touched
from pixie_secrets.guard.shell_options import has_option, operands, values_of
from pixie_secrets.guard.shell_patterns import is_literal, plain
from pixie_secrets.guard.shell_starters import FOLDERS, filled
from pixie_secrets.guard.shell_texts import files_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.guard.shell_names import Names

MASK = "***"


class Printed:
    """What the commands of one script print, as far as that is known."""

    def __init__(self) -> None:
        self.piped: dict[str, None] = {}  # files with values whose names the commands before in this pipe have said
        self.texts: list[str] = []  # what those commands have printed
        self.said: dict[str, None] = {}  # what the whole script may print, word by word


class Programs:
    """The programs that one script calls. Raises Touched.

    command: follows a command, given its words and what it is fed. script: follows a script within this one.
    """

    def __init__(
        self,
        names: Names,
        printed: Printed,
        command: Callable[[list[str], list[str]], None],
        script: Callable[[str], object],
    ) -> None:
        self._names = names
        self._printed = printed
        self._command = command
        self._script = script

    def call(self, name: str, words: list[str], here: list[str]) -> None:
        if name == "git":
            self._git(words, here)
        elif name == "find":
            self._find(words)
        elif name in {"docker", "podman", "nerdctl"}:
            self._container(words)
        elif name in commands.NAMES_ONLY:
            self._names.refuse(values_of(words, commands.READS_AFTER_ALL.get(name, [])))
            self._note(name, words)
        else:
            self._narrow(name, words)
            self._names.refuse(self._opened(name, words))
            if name in commands.PATCHING:
                self._names.refuse(_patched(words, [*here, *self._printed.texts]))
            self._code(name, words, here)
            self._walk(name, words)
            self._list(name, words, here)
            self._remember(name, words, here)

    def _opened(self, name: str, words: list[str]) -> list[str]:
        """The words that name files, for a program that may open them."""
        if name == "ln":
            self._link(words)
        return files_named(name, words)

    def _link(self, words: list[str]) -> None:
        """`ln -s tools/a d`: from now on `d/.env` is that tool's."""
        names = [self._names.path(each) for each in operands(words)]
        if len(names) == 2 and all(names):  # where it leads, and its name
            target, link = names
            if os.path.isdir(link):
                link = os.path.join(link, os.path.basename(target))
            self._names.around.links[link] = target

    def _git(self, words: list[str], here: list[str]) -> None:
        from pixie_secrets.guard.shell_git import Git

        git = Git(words)
        if git.folder:
            self._names.working = self._names.within(git.folder)
        for script in git.scripts():
            self._script(script)
        self._names.refuse(git.files())
        for path in git.walks(self._names.working, self._names.places):
            raise Touched(WALKED, path)
        self._list("git", git.words, here)
        self._say(git.lists(self._names.working, self._names.places))

    def _find(self, words: list[str]) -> None:
        from pixie_secrets.guard.shell_find import found_by

        self._names.refuse(values_of(words, ["-files0-from"]))
        found = found_by(words, self._names.working, self._names.places)
        for path in found.deleted:
            raise Touched(WALKED, path)
        for command, paths in found.runs:
            try:
                self._command(filled(command, paths, "{}"), [])
            except Touched as touched:
                raise Touched(WALKED if paths else touched.how, paths[0] if paths else touched.path) from None
        self._say(found.printed)

    def _container(self, words: list[str]) -> None:
        from pixie_secrets.guard.shell_containers import Container

        container = Container(words)
        if container.compose and self._names.has_own_env() and container.shows_environment():
            raise Touched(LOADED, "docker compose")
        self._names.refuse(container.options)
        if not container.command:
            return
        outer = self._names.working
        for source, target in container.mounts:
            self._names.around.links[target] = self._names.path(source) or "/"
        self._names.working = self._names.unlinked(container.working) if container.working else "/"
        self._command(container.command, [])
        self._names.working = outer

    def _note(self, name: str, words: list[str]) -> None:
        """A command that opens nothing: what it names may still reach the next one by a pipe or a substitution."""
        if name == "pwd" and self._names.working:
            self._printed.said[self._names.working] = None
        if name in {"echo", "printf"}:
            said = formatted(words) if name == "printf" else ""
            self._printed.said.update(dict.fromkeys(word for word in (*words, said) if not word.startswith("-")))
            self._printed.texts.append((plain(said) or " ".join(map(plain, words))).replace("\\n", "\n"))
        if name in commands.SAYS_WORDS:
            self._say([word for word in words if self._names.named(word)])
        if name in {"ls", "dir", "vdir", "exa", "eza", "lsd", "tree", "du"} and has_option(
            words, ("-a", "-A", "--all", "--almost-all")
        ):
            self._say_folders(words, whole=name in {"tree", "du"})

    def _say_folders(self, words: list[str], *, whole: bool) -> None:
        from pixie_secrets.guard.shell_patterns import walked

        found = [
            path
            for folder in operands(words) or ["."]
            for path in walked(folder, self._names.working, self._names.places)
        ]
        self._say([path if whole else os.path.basename(path) for path in found])

    def _say(self, paths: list[str]) -> None:
        self._printed.piped.update(dict.fromkeys(paths))
        self._printed.said.update(dict.fromkeys(paths))

    def _narrow(self, name: str, words: list[str]) -> None:
        """`… | grep PATTERN |`: whether the names of files with values still come through."""
        if name == "wc":
            self._printed.piped = {}
        if not self._printed.piped or name not in {"grep", "egrep", "fgrep", "rg"}:
            return
        pattern = plain((operands(words) or [""])[0])
        about_env = "env" in pattern.lower()
        literal = "".join(letter for letter in pattern.lower() if letter.isalnum() or letter in "/_-")
        if has_option(words, ("-v", "--invert-match")):
            self._printed.piped = {} if about_env else self._printed.piped
        elif any(letter.isalpha() for letter in pattern) and not about_env:
            self._printed.piped = {path: None for path in self._printed.piped if literal in _from_tools(path).lower()}

    def _code(self, name: str, words: list[str], here: list[str]) -> None:
        """What an interpreter is given: on its command line, or to read, where it has no file to run."""
        from pixie_secrets.guard import code

        working = self._names.working or ""
        if name in commands.PROGRAMS:
            opens = any(code.awk_opens(plain(word), working, self._names.places) for word in words)
        elif name in {"sed", "gsed"}:
            opens = any(code.sed_opens(plain(word), working, self._names.places) for word in words)
            if has_option(words, ("-i", "--in-place")) and any(MASK in plain(word) for word in words):
                self._names.around.written += filter(None, map(self._names.path, files_named(name, words)))
        elif name.rstrip("0123456789.").startswith(commands.CODE) and _is_code(name):
            file = [word for word in operands(words) if word != "-" and is_literal(word)]
            read = [] if file and not _takes_code(words) else [*here, *self._printed.texts]
            texts = [*map(plain, words), *here, *read]
            opens = any(code.names_env(text, working, self._names.places) for text in texts)
            if self._names.has_own_env() and any(code.loads_dotenv(text) for text in texts):
                raise Touched(LOADED, "dotenv_values")
        else:
            return
        if opens:
            raise Touched(NAMED)

    def _walk(self, name: str, words: list[str]) -> None:
        if name in {"fd", "fdfind", "rg"}:
            self._fd(name, words)
        if name in commands.RECURSIVE:
            from pixie_secrets.guard.shell_walks import walks_through

            if self._names.around.links:
                words = [self._names.path(word) or word if not word.startswith("-") else word for word in words]
            for path in walks_through(name, words, self._names.working, self._names.places):
                raise Touched(WALKED, path)

    def _fd(self, name: str, words: list[str]) -> None:
        """`fd -H`, `rg --files --hidden`: what they name, and what fd runs with it."""
        hidden = ("-H", "--hidden", "-u", "--unrestricted", "-uu", "-.")
        if not has_option(words, hidden) or (name == "rg" and "--files" not in words):
            return
        from pixie_secrets.guard.shell_patterns import walked

        kinds = values_of(words, ("-e", "--extension"))
        given = values_of(words, ("-t", "--type", "-e", "-d", "-E", "-g"))
        pattern = plain(next((word for word in operands(words) if word not in given), ""))
        if (kinds and "env" not in kinds) or (any(map(str.isalpha, pattern)) and "env" not in pattern and name != "rg"):
            return
        found = walked(".", self._names.working, self._names.places)
        for option in ("-x", "--exec", "-X", "--exec-batch"):
            if option in words and found:
                try:
                    self._command(filled(words[words.index(option) + 1 :], found, "{}"), [])
                except Touched:
                    raise Touched(WALKED, found[0]) from None
        self._say(found)

    def _list(self, name: str, words: list[str], here: list[str]) -> None:
        """A command that reads the names of the files it opens."""
        if name in commands.LISTS:
            given = [line for text in here for line in text.splitlines()[:1000] if self._names.named(line)]
            self._printed.piped.update(dict.fromkeys(given))
        if self._printed.piped and name in commands.LISTS and has_option(words, commands.LISTS[name] or ("\0",)):
            raise Touched(NAMED, next(iter(self._printed.piped)))

    def _remember(self, name: str, words: list[str], here: list[str]) -> None:
        if name in {"cat", "tee"} and not any(not word.startswith("-") for word in words if name == "cat"):
            self._printed.texts += here
            if name == "tee" and any(MASK in text for text in (*here, *self._printed.texts)):
                self._names.around.written += filter(None, map(self._names.path, operands(words)))

    def shows(self, name: str, words: list[str]) -> bool:
        """Whether a program, into which the folder's `.env` was loaded, prints what it has."""
        if name in commands.SHOWS_ENVIRONMENT:
            return not any("=" in word for word in words)
        if name == "docker-compose":
            from pixie_secrets.guard.shell_containers import Container

            return Container(["compose", *words]).shows_environment()
        folders = values_of(words, FOLDERS.get(name, ()))
        rest = [word for word in operands(words) if word not in folders]
        wanted = commands.LOADERS.get(name, ())
        return bool(rest[:1] and rest[0] in wanted) or any(word in wanted for word in words if word.startswith("--"))


def _from_tools(path: str) -> str:
    return "/".join(path.split("/")[-3:])


def _patched(words: list[str], texts: list[str]) -> list[str]:
    """The files that `apply_patch` changes by its argument or by what it reads."""
    from pixie_secrets.hook_formats import patch

    return [edit["path"] for text in (*map(plain, words), *texts) for edit in patch.edits(text)]


def formatted(words: list[str]) -> str:
    """What printf makes of a format and words, as far as it has `%s` alone; the format as it stands otherwise."""
    if not words:
        return ""
    pieces, values = words[0].split("%s"), iter(words[1:])
    return pieces[0] + "".join(next(values, "") + piece for piece in pieces[1:])


def _is_code(name: str) -> bool:
    bare = name.rstrip("0123456789.")
    return bare in commands.CODE or bare.startswith(("python", "pypy", "node", "perl", "ruby", "php", "lua", "sqlite"))


def _takes_code(words: list[str]) -> bool:
    return any(word in {"-c", "-e", "-r", "-p", "-E", "--eval", "--print", "-"} for word in words)
