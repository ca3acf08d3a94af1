"""What the words of a script name: a script stands in a folder, has variables, and may have made links on the way."""

from __future__ import annotations

import os

from pixie_secrets.guard.shell_patterns import expanded, is_literal, named, plain
from pixie_secrets.guard.shell_words import ANY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixie_secrets.guard.places import Places

NAMED, WALKED, LOADED = "named", "walked", "loaded"


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


class Names:
    """What words name for a script that stands in `working` (None: nobody knows where) and has these variables.

    substitute: what the script of that number within a word may print.
    """

    def __init__(
        self,
        around: Surroundings,
        working: str | None,
        variables: Mapping[str, list[str]],
        substitute: Callable[[str], list[str]],
    ) -> None:
        self.around = around
        self.places = around.places
        self.working = working
        self.variables = dict(variables)
        self._substitute = substitute

    def expand(self, word: str) -> list[str]:
        """The patterns that `word` may become."""
        return expanded(word, self._look_up, self._substitute, self.places.budget)

    def _look_up(self, name: str) -> list[str]:
        name, _, default = name.partition("-")
        if name in self.variables:
            return self.variables[name]
        if name == "PWD":
            return [self.working] if self.working else []
        if name == "HOME":
            return [self.home()]
        value = self.around.environment.get(name) or default
        return [value] if value else []

    def home(self) -> str:
        """Of the person; ANY where nothing says it."""
        return self.around.environment.get("HOME") or ANY

    def named(self, pattern: str) -> bool:
        """Whether `pattern` may name a file with a tool's values."""
        around = self.around
        asked = (pattern, self.working, len(around.links), around.dots_match)
        if asked not in around.named:
            if around.links and pattern and is_literal(pattern):
                answer = self.places.is_env(self.unlinked(os.path.join(self.working or "/", pattern)))
            else:
                answer = named(pattern, self.working, self.places, dots_match=around.dots_match)
            around.named[asked] = answer
        return around.named[asked]

    def refuse(self, words: list[str]) -> None:
        """Raises Touched where one of `words`, or what stands behind a mark or an option in it, is named so."""
        for word in words:
            pieces = [word]
            for mark in "=@:":
                if mark in word:
                    pieces.append(word.rpartition(mark)[2])
                    pieces.append(word.partition(mark)[2])
            if word.startswith("-") and len(word) > 2 and word[1] != "-":  # `-ftools/a/.env`
                pieces.append(word[2:])
            if any(self.named(piece) for piece in pieces):
                raise Touched(NAMED, plain(word))

    def unlinked(self, path: str) -> str:
        """`path` with the links that this script made on the way replaced by where they lead."""
        for link, target in self.around.links.items():
            if path == link or path.startswith(link.rstrip("/") + "/"):
                return target + path[len(link.rstrip("/")) :]
        return path

    def path(self, pattern: str) -> str:
        """Where a literal word leads; "" for what is none."""
        if not is_literal(pattern) or not pattern or (self.working is None and not pattern.startswith("/")):
            return ""
        return self.unlinked(os.path.normpath(os.path.join(self.working or "/", pattern)))

    def within(self, folder: str) -> str | None:
        """Where one stands after `cd folder`; None when nobody knows."""
        if is_literal(folder) and (self.working is not None or folder.startswith("/")):
            return self.unlinked(os.path.join(self.working or "/", folder))
        return None

    def has_own_env(self) -> bool:
        """Whether a program that looks for `.env` where it stands, or above, finds one with values."""
        folder = self.working
        while folder and folder != "/":
            path = os.path.join(folder, ".env")
            if os.path.lexists(path):
                return self.places.is_env(path)
            folder = os.path.dirname(folder)
        return False
