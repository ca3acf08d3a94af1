"""What the commands of a shell do with the files they name: nothing, walk through them, run them, read them.

Whatever is not listed is taken to read or write every file that is named to it.
"""
# ruff: noqa: SIM905  lists of words read best as words

from __future__ import annotations

# Names, sizes and modes; not what is in a file. `git` is judged by its subcommand.
HARMLESS = frozenset(
    "ls dir vdir stat test [ [[ chmod chown chgrp file du df realpath readlink basename dirname echo printf true false"
    " : pwd sleep type alias unset find fd fdfind tree mkdir rmdir".split()
)
SAYS_NAMES = frozenset("ls dir vdir find fd fdfind echo printf realpath readlink".split())
GIT_HARMLESS = frozenset(
    "status ls-files check-ignore check-attr commit branch checkout-index rev-parse log tag".split()
)
GIT_READS_IN_LOG = ("-p", "-u", "--patch", "-S", "-G", "-L")

# Commands that start the command behind them, and their options that take a word.
WRAPPERS = {
    "sudo": "-u -g -C -h -p -U".split(),
    "doas": ["-u"],
    "env": "-u -C -S --unset --chdir".split(),
    "nohup": [],
    "time": "-f -o".split(),
    "timeout": "-k -s --signal --kill-after".split(),
    "nice": ["-n"],
    "ionice": "-c -n".split(),
    "stdbuf": "-i -o -e".split(),
    "setsid": [],
    "command": [],
    "builtin": [],
    "exec": ["-a"],
    "xargs": "-I -n -P -L -d -E -s -a --max-args --max-procs --delimiter --replace".split(),
    "parallel": "-j --jobs -I".split(),
    "strace": "-o -e".split(),
    "watch": "-n --interval".split(),
    "chronic": [],
    "unbuffer": [],
}
FED_BY_PIPE = frozenset({"xargs", "parallel"})
BARE_WORDS = {"timeout": 1}  # operands of its own before the command

SHELLS = frozenset("sh bash zsh dash ksh ash".split())
INTERPRETERS = (
    "python",
    "pypy",
    "node",
    "nodejs",
    "perl",
    "ruby",
    "php",
    "deno",
    "bun",
    "lua",
    "awk",
    "gawk",
    "mawk",
    "sed",
)

# Commands that walk through folders: what makes them, and with which option they leave something out.
RECURSIVE = {
    "grep": ("-r", "-R", "--recursive", "--dereference-recursive"),
    "egrep": ("-r", "-R", "--recursive"),
    "fgrep": ("-r", "-R", "--recursive"),
    "zgrep": ("-r",),
    "rgrep": (),
    "rg": ("-.", "--hidden", "-uu", "-uuu"),
    "ag": ("--hidden", "-u", "--unrestricted", "-a"),
    "ugrep": ("-r", "-R", "--hidden"),
    "cp": ("-r", "-R", "-a", "--recursive", "--archive"),
    "scp": ("-r",),
    "rsync": ("-a", "-r", "--archive", "--recursive"),
    "tar": ("-c", "-r", "-u", "--create", "c"),
    "bsdtar": ("-c", "c"),
    "zip": ("-r", "--recurse-paths"),
    "7z": (),
    "diff": ("-r", "--recursive"),
    "mv": (),
    "ln": (),
    "pax": ("-w",),
}
WALKS_HERE = frozenset("grep egrep fgrep rgrep rg ag ugrep".split())  # where no folder is named
FIND_RUNS = ("-exec", "-execdir", "-ok", "-okdir", "-fprint", "-fls")
FIND_FILTERS = ("-name", "-iname", "-path", "-ipath", "-wholename")


def has_option(words: list[str], options: tuple[str, ...]) -> bool:
    """Whether one of `options` is given, also as one letter among others (`-rn`); an empty tuple: always."""
    if not options:
        return True
    for place, word in enumerate(words):
        if word == "--":
            return False
        for option in options:
            if word == option:
                return True
            if len(option) == 2 and option[0] == "-" and word[:1] == "-" and word[1:2] != "-":  # noqa: PLR2004  `-r`
                if option[1] in word[1:] and word[1:].isalpha():
                    return True
            elif option.isalpha() and not place and word.isalpha() and option in word:  # tar czf
                return True
    return False


def operands(words: list[str]) -> list[str]:
    """What is no option; all of it behind `--`."""
    found: list[str] = []
    for place, word in enumerate(words):
        if word == "--":
            return found + words[place + 1 :]
        if not word.startswith("-") or word == "-":
            found.append(word)
    return found


def without_wrapper(name: str, words: list[str]) -> list[str]:
    """The command that wrapper `name` starts with `words`; empty when it starts none."""
    taking = WRAPPERS[name]
    bare = BARE_WORDS.get(name, 0)
    place = 0
    while place < len(words):
        word = words[place]
        if word == "--":
            return words[place + 1 :]
        if word.startswith("-") and len(word) > 1:
            place += 2 if word in taking else 1
        elif name in {"env", "sudo"} and "=" in word:
            place += 1
        elif bare:
            bare -= 1
            place += 1
        else:
            return words[place:]
    return []
