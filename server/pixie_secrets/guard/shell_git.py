"""`git`, by its subcommands: which of the files named to one it reads or writes, and what it goes through or starts.

What git already has in its history is not looked at here: a value in a commit is for lint, and for rotating it.
"""

from __future__ import annotations

from pixie_secrets.guard.shell_options import has_option, operands, values_of
from pixie_secrets.guard.shell_patterns import plain, walked
from pixie_secrets.guard.shell_walks import left_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixie_secrets.guard.places import Places

WITH_WORD = frozenset("-C -c --git-dir --work-tree --namespace --exec-path --config-env".split())
NAMES_ONLY = frozenset(
    "status ls-files check-ignore check-attr branch checkout-index rev-parse log tag update-index rev-list shortlog"
    " describe reflog remote fetch".split()
)
PATCHES = tuple(  # with these, `log` and its kin show what is in the files
    "-p -u -c --cc -m --patch --patch-with-raw --patch-with-stat --unified --word-diff --word-diff-regex"
    " --color-words --binary --ext-diff --textconv --remerge-diff --full-index -W --function-context".split()
)
GLUED = ("-S", "-G", "-L", "-U", "--unified=", "--word-diff=", "--color-words=", "--diff-merges", "--dd")
# Options of subcommands whose word is text; of all of them, those whose word is a file that goes into history.
TEXT = {
    "commit": "-m --message --author --date -C -c --reuse-message --fixup --squash --trailer --cleanup".split(),
    "tag": "-m --message -u --local-user".split(),
    "stash": "-m --message".split(),
    "merge": "-m --message -s -X".split(),
    "notes": "-m --message".split(),
    "log": "--grep --author --since --until --format --pretty -n --committer -S -G".split(),
    "grep": "-e -m -A -B -C --max-depth".split(),
    "config": [],
}
FROM_FILE = ("-F", "--file", "-t", "--template", "--pathspec-from-file", "-f")
STARTS = {  # subcommands that run a string
    "rebase": ("-x", "--exec"),
    "difftool": ("-x", "--extcmd"),
    "filter-branch": ("--tree-filter", "--index-filter", "--env-filter", "--msg-filter"),
}


class Git:
    """What one git command does with files. folder: where it works, when an option says so."""

    def __init__(self, words: list[str]) -> None:
        self.folder = ""
        self._settings: list[str] = []  # values of `-c`: a file that is read, or a command that is run
        self.aliases: list[str] = []  # scripts that `-c alias.x=!…` or `git config alias.x` bring
        rest = list(words)
        while rest and rest[0].startswith("-"):
            option, value = rest[0], rest[1] if len(rest) > 1 else ""
            name, equals, behind = option.partition("=")
            if option == "-C" or name == "--work-tree":
                self.folder = behind if equals else value
            if option == "-c":
                self._alias(value)
                self._settings.append(plain(value).partition("=")[2])
            rest = rest[2 if option in WITH_WORD else 1 :]
        self.command, self.words = (rest[0], rest[1:]) if rest else ("", [])
        if self.command == "config":
            names = operands(self.words)
            self._alias("=".join(map(plain, names[-2:])))
            self._settings += values_of(self.words, ("-f", "--file"))
            self.words = []
        if self.command == "update-index" and {"--add", "--stdin"} <= set(self.words):
            self.words = [*self.words, "--pathspec-from-file=-"]  # what it reads are names too

    def _alias(self, setting: str) -> None:
        key, _, value = plain(setting).partition("=")
        if key.startswith("alias.") and value.startswith("!"):
            self.aliases.append(value[1:])

    def scripts(self) -> list[str]:
        """Strings that it runs in a shell."""
        found = [*self.aliases, *(value for value in self._settings if not value.startswith("!"))]
        if self.command in STARTS:
            found += map(plain, values_of(self.words, STARTS[self.command]))
        if self.command == "submodule" and self.words[:1] == ["foreach"]:
            found.append(" ".join(map(plain, operands(self.words[1:]))))
        if self.command == "bisect" and self.words[:1] == ["run"]:
            found.append(" ".join(map(plain, self.words[1:])))
        return found

    def files(self) -> list[str]:
        """The words that name files which it reads or writes."""
        if self.command == "rm" and "--cached" in self.words:
            return []
        from_file = [*values_of(self.words, FROM_FILE), *self._settings]
        text = TEXT.get(self.command, [])
        words = self._without(text)
        patch = has_option(self.words, PATCHES) or any(word.startswith(GLUED) for word in self.words)
        adds = self.command == "update-index" and "--add" in self.words
        if self.command in NAMES_ONLY and not patch and not adds:
            named = values_of(self.words, ("--pathspec-from-file",))
            return from_file if self.command in {"tag", "check-ignore"} else [*named, *self._settings]
        if self.command == "grep" and not has_option(self.words, ("-e", "-f")):
            named = operands(words)
            words = [word for word in words if word not in named[:1]] + named[1:]
        return [*from_file, *words]

    def _without(self, text: list[str]) -> list[str]:
        found, skip = [], False
        for word in self.words:
            if skip:
                skip = False
            elif self.command == "log" and word.startswith(("-S", "-G")) and len(word) > 2:  # what a change must have
                continue
            elif word in text or (word[:1] == "-" and word[:2] != "--" and word[-1:] == "m" and "-m" in text):
                skip = True  # `-am "…"`
            elif word.partition("=")[0] not in text:
                found.append(word)
        return found

    def walks(self, working: str | None, places: Places) -> list[str]:
        """The files with values that it comes by in folders."""
        words = self.words
        folders = operands(words)
        if self.command == "grep":
            outside = has_option(words, ("--no-index",)) and "--exclude-standard" not in words
            unignored = "--no-exclude-standard" in words
            if not (outside or unignored):
                return []
            folders = folders[0 if has_option(words, ("-e", "-f")) else 1 :]
        elif self.command == "add":
            if not has_option(words, ("-f", "--force")):
                return []
            if not folders and not has_option(words, ("-A", "--all")):
                return []
        elif self.command == "stash":
            if not has_option(words, ("-a", "--all")):
                return []
            folders = []
        elif self.command != "diff" or "--no-index" not in words:
            return []
        found = [path for folder in folders or ["."] for path in walked(folder, working, places)]
        return [path for path in found if not _excluded(folders, path) and not left_out("git", words, path)]

    def lists(self, working: str | None, places: Places) -> list[str]:
        """The files with values whose names it prints."""
        if self.command != "ls-files" or not has_option(self.words, ("-o", "--others", "-i", "--ignored")):
            return []
        if "--exclude-standard" in self.words and not has_option(self.words, ("-i", "--ignored")):
            return []
        folders = operands(self.words) or ["."]
        return [path for folder in folders for path in walked(folder, working, places)]


def _excluded(pathspecs: list[str], path: str) -> bool:
    """`:!*.env`: a pathspec that leaves out."""
    from fnmatch import fnmatchcase

    out = [plain(spec).lstrip(":!^") for spec in pathspecs if spec.startswith((":!", ":^", ":(exclude)"))]
    return any(fnmatchcase(path, "*" + spec.replace("(exclude)", "")) for spec in out)
