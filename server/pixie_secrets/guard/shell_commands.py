"""What the commands of a shell do with what they are given, by classes: a command is a line in the table of its class.

NAMES_ONLY   looks at names, sizes and modes
STARTERS     starts the command behind its own options
STRINGS      runs a string, or what it reads, as a script for the shell
CODE         runs what it is given as code of another language
TEXTS        takes words that are text and no files: patterns, titles, programs
RECURSIVE    goes through folders
LISTS        takes the names of files from a list, or from what it reads
FOLDERS      works in a folder that an option names
LOADERS      reads the folder's `.env` of its own accord

Whatever stands in none of them is taken to read or write every file that is named to it. `git`, `find` and containers
have rooms of their own.
"""
# ruff: noqa: SIM905  lists of words read best as words

from __future__ import annotations

NAMES_ONLY = frozenset(
    "ls dir vdir exa eza lsd stat test [ [[ chmod chown chgrp chattr lsattr setfacl getfacl lsof fuser namei file du df"
    " realpath readlink basename dirname echo printf true false : pwd sleep type which alias unset tree mkdir rmdir"
    " inotifywait mountpoint".split()
)
SAYS_WORDS = frozenset("echo printf realpath readlink ls dir vdir exa eza lsd".split())  # names that a pipe takes on
# Options of the above whose file is read after all, line by line, into messages.
READS_AFTER_ALL = {
    "file": "-f --files-from -m --magic-file".split(),
    "du": "--files0-from -X --exclude-from".split(),
    "tree": "--fromfile --fromtabfile --gitfile --infofile".split(),
    "lsof": [],
    "setfacl": "--restore -M -X --modify-file --remove-file".split(),
}

# The command behind these; their options that take a word; and how many words of their own come before the command.
STARTERS: dict[str, tuple[str, int]] = {
    "sudo": ("-u -g -C -h -p -U -D --chdir --user --group", 0),
    "doas": ("-u -C", 0),
    "env": ("-u -C -S --unset --chdir --split-string", 0),
    "nohup": ("", 0),
    "time": ("-f -o --format --output", 0),
    "timeout": ("-k -s --signal --kill-after", 1),
    "nice": ("-n --adjustment", 0),
    "ionice": ("-c -n -p", 0),
    "chrt": ("-T -P -D", 1),
    "taskset": ("", 1),
    "stdbuf": ("-i -o -e", 0),
    "setsid": ("", 0),
    "setarch": ("", 1),
    "command": ("", 0),
    "builtin": ("", 0),
    "exec": ("-a", 0),
    "xargs": ("-I -n -P -L -d -E -s -a --max-args --max-procs --max-lines --delimiter --arg-file", 0),
    "parallel": ("-j --jobs -I -a --arg-file --colsep", 0),
    "strace": ("-o -e -p -s", 0),
    "ltrace": ("-o -e -p -s", 0),
    "valgrind": ("", 0),
    "chronic": ("", 0),
    "unbuffer": ("", 0),
    "ts": ("", 0),
    "flock": ("-w -E --timeout --conflict-exit-code", 1),
    "chroot": ("", 1),
    "unshare": ("--wd -w --root -R", 0),
    "nsenter": ("-t --target --wd", 0),
    "systemd-run": ("-p -u -t --property --unit --working-directory", 0),
    "runuser": ("-u -g", 0),
    "setpriv": ("--reuid --regid", 0),
    "fakeroot": ("", 0),
    "faketime": ("", 1),
    "proot": ("-r -b -w", 0),
    "firejail": ("", 0),
    "xvfb-run": ("-n -s", 0),
    "rlwrap": ("", 0),
    "entr": ("", 0),
    "busybox": ("", 0),
    "toybox": ("", 0),
    "npx": ("-p --package", 0),
    "bunx": ("", 0),
    "uvx": ("--from --with -p --python", 0),
    "hyperfine": ("-w -r --warmup --runs --prepare", 0),
    "watch": ("-n --interval", 0),
}
TAKES_ASSIGNMENTS = frozenset({"env", "sudo", "doas"})
FED_BY_PIPE = {"xargs": "", "parallel": "{}"}  # and what of their words stands for what they read
PLACEHOLDER_OPTIONS = ("-I", "-i", "--replace")
# `PROGRAM WORD …` that starts a command too.
STARTING_WORDS = {
    "uv": ("run",),
    "poetry": ("run",),
    "pipenv": ("run",),
    "pdm": ("run",),
    "hatch": ("run",),
    "rye": ("run",),
    "bundle": ("exec",),
    "npm": ("exec", "x"),
    "pnpm": ("exec", "dlx"),
    "yarn": ("exec",),
    "mise": ("exec", "x"),
    "direnv": ("exec",),
    "perf": ("stat", "record"),
    "dotenvx": ("run",),
    "dotenv": ("run",),
}

SHELLS = frozenset("sh bash zsh dash ksh ash mksh fish at batch".split())
# Options whose word is a script, or OPERAND: the first word that is none, or REST: all of them together.
OPERAND, REST = "operand", "rest"
STRINGS = {
    "env": ("-S", "--split-string"),
    "su": ("-c", "--command", "--session-command"),
    "runuser": ("-c", "--command"),
    "script": ("-c", "--command"),
    "flock": ("-c", "--command"),
    "trap": (OPERAND,),
    "watch": (REST,),
    "hyperfine": (REST,),
    "eval": (REST,),
    "parallel": (REST,),
    "entr": ("-s",),
    "npx": ("-c", "--call"),
    "npm": ("-c", "--call"),
    "expect": ("-c",),
    "tmux": (REST,),
    "screen": (REST,),
    "dash": ("-c",),
    "valgrind": (),
}

# Names, also with a version behind them (`python3.12`).
CODE = (
    "python",
    "pypy",
    "ipython",
    "node",
    "nodejs",
    "tsx",
    "ts-node",
    "perl",
    "ruby",
    "irb",
    "php",
    "deno",
    "bun",
    "lua",
    "luajit",
    "tclsh",
    "wish",
    "expect",
    "Rscript",
    "julia",
    "jshell",
    "groovy",
    "osascript",
    "pwsh",
    "powershell",
    "sqlite",
    "duckdb",
    "psql",
    "mysql",
    "mariadb",
    "gdb",
    "lldb",
    "vi",
    "vim",
    "nvim",
    "ex",
    "ed",
    "emacs",
    "red",
    "m4",
    "dc",
    "bc",
    "guile",
    "ghc",
    "scala",
    "elixir",
    "erl",
    "make",
    "gmake",
    "ncat",
    "socat",
)
PROGRAMS = frozenset("awk gawk mawk nawk original-awk".split())  # their code is text until it opens files
READING_IN_AWK = ("getline", "system(", "ARGV", "@include", "@load", "|", ">")

# How many words before the files are text; options whose word is text; options whose word is a file or what a program
# may open. `INSTEAD` are those that take the place of the words before the files.
INSTEAD = frozenset("-e -f --regexp --file --expression --source --from-file --files".split())
TEXTS: dict[str, tuple[int, str, str]] = {
    **dict.fromkeys(
        "grep egrep fgrep zgrep rgrep ugrep ack".split(),
        (
            1,
            "-e --regexp -m -A -B -C --color --colour --include --exclude --exclude-dir --label -d --directories",
            "-f --file",
        ),
    ),
    "rg": (
        1,
        "-e --regexp -m -A -B -C -g --glob --iglob -t -T --type --type-not --sort --color --colors -r --replace -j",
        "-f --file --files",
    ),
    "ag": (1, "-m -A -B -C -G --ignore --ignore-dir", ""),
    **dict.fromkeys("sed gsed".split(), (1, "-e --expression -l", "-f --file")),
    **dict.fromkeys(PROGRAMS, (1, "-F -e --source", "-v --assign -f --file")),
    **dict.fromkeys("jq jaq gojq yq".split(), (1, "--arg --argjson --indent", "-f --from-file")),
    "gh": (
        0,
        (
            "-t --title -b --body -l --label --add-label -m --milestone -a --assignee --search -q --jq -n --notes -d"
            " --description -s --subject -c --comment -H --head -B --base -R --repo"
        ),
        "",
    ),
    "glab": (0, "-t --title -d --description -l --label -m --message", ""),
    "tr": (2, "", ""),
    **dict.fromkeys("notify-send say wall".split(), (99, "", "")),
    "logger": (99, "-t -p", ""),
    "touch": (0, "-d -t", ""),
}

# Commands that walk through folders, and which option makes them: none given, always; `-d=recurse`, with that word.
RECURSIVE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        "grep egrep fgrep zgrep".split(),
        ("-r", "-R", "--recursive", "--dereference-recursive", "-d=recurse", "--directories=recurse"),
    ),
    "rgrep": (),
    "rg": ("-.", "--hidden", "-uu", "-uuu"),
    "ag": ("--hidden", "-u", "--unrestricted", "-a"),
    "ugrep": ("-r", "-R", "--hidden"),
    "cp": ("-r", "-R", "-a", "--recursive", "--archive"),
    "scp": ("-r",),
    "rsync": ("-a", "-r", "--archive", "--recursive"),
    "tar": ("-c", "-r", "-u", "--create", "--append", "--update", "c"),
    "bsdtar": ("-c", "c"),
    "zip": ("-r", "--recurse-paths"),
    "7z": (),
    "7za": (),
    "diff": ("-r", "--recursive"),
    "mv": (),
    "pax": ("-w",),
    "install": (),
    "ditto": (),
    "rclone": (),
}
WALKS_HERE = frozenset("grep egrep fgrep rgrep rg ag ugrep".split())  # where no folder is named

# The names of files come from a list: what of it is on the command line, and the word that means standard input.
LISTS = {
    "tar": ("-T=-", "--files-from=-", "--files-from=/dev/stdin"),
    "bsdtar": ("-T=-",),
    "cpio": ("-o", "--create", "-p", "-oc", "-ov", "-pd", "-pdm"),
    "zip": ("-@", "-@-"),
    "rsync": ("--files-from=-",),
    "wc": ("--files0-from=-",),
    "sort": ("--files0-from=-",),
    "git": ("--pathspec-from-file=-",),
    "cat": (),
}

FOLDERS = {
    "git": ("-C", "--work-tree"),
    "env": ("-C", "--chdir"),
    "sudo": ("-D", "--chdir"),
    "uv": ("--directory", "--project"),
    "make": ("-C", "--directory"),
    "gmake": ("-C", "--directory"),
    "tar": ("-C", "--directory"),
    "bsdtar": ("-C", "--directory"),
    "npm": ("--prefix", "-C"),
    "pnpm": ("--dir", "-C"),
    "yarn": ("--cwd",),
    "bun": ("--cwd",),
    "poetry": ("-C", "--directory"),
    "just": ("-d", "--working-directory"),
    "ninja": ("-C",),
    "cargo": ("-C",),
    "systemd-run": ("--working-directory",),
    "unshare": ("--wd",),
    "nsenter": ("--wd",),
    "docker": ("--project-directory",),
    "docker-compose": ("--project-directory",),
}

# Programs that read the folder's `.env` by themselves, and the words with which they show what is in it.
SHOWS_ENVIRONMENT = frozenset("env printenv export set declare typeset".split())
LOADERS: dict[str, tuple[str, ...]] = {
    "dotenvx": ("get", "ls", "decrypt", "encrypt", "keypair"),
    "dotenv": ("list", "get", "set", "unset"),
    "direnv": ("export", "show_dump"),
    "docker-compose": ("config", "convert"),
    "just": ("--evaluate", "--variables"),
}
COMPOSE_NAMES_ONLY = (
    "--no-interpolate -q --quiet --services --images --volumes --profiles --networks --hash --help".split()
)
COMPOSE = ("config", "convert")


def has_option(words: list[str], options: tuple[str, ...]) -> bool:
    """Whether one of `options` is given, also as one letter among others (`-rn`); an empty tuple: always.

    `-d=recurse` is an option with its word, which may follow it, stand behind `=`, or right behind the letter.
    """
    if not options:
        return True
    for place, word in enumerate(words):
        if word == "--":
            return False
        following = words[place + 1] if place + 1 < len(words) else ""
        if any(_is_option(word, following, option, first=not place) for option in options):
            return True
    return False


def _is_option(word: str, following: str, option: str, *, first: bool) -> bool:
    option, with_word, wanted = option.partition("=")
    if with_word:
        value = value_of(word, following, option)
        return value is not None and value == wanted
    if word == option:
        return True
    if len(option) == 2 and option[0] == "-" and word[:1] == "-" and word[1:2] != "-":  # noqa: PLR2004  `-r`
        return option[1] in word[1:] and word[1:].isalpha()
    return option.isalpha() and first and word.isalpha() and option in word  # tar czf


def value_of(word: str, following: str, option: str) -> str | None:
    """What `option` is given, if `word` is it: the word that follows, or what stands behind `=` or the letter."""
    if word == option:
        return following
    if option.startswith("--"):
        return word[len(option) + 1 :] if word.startswith(option + "=") else None
    if word[1:].isalpha() and word[:1] == "-" and word.endswith(option[1:]):  # `-qc`
        return following
    return word[len(option) :] if word.startswith(option) and not word.startswith("--") else None


def values_of(words: list[str], options: tuple[str, ...] | list[str]) -> list[str]:
    """Every word that one of `options` is given."""
    found = []
    for place, word in enumerate(words):
        if not word.startswith("-"):
            continue
        following = words[place + 1] if place + 1 < len(words) else ""
        found += [value for option in options if (value := value_of(word, following, option)) is not None]
    return found


def operands(words: list[str]) -> list[str]:
    """What is no option; all of it behind `--`."""
    found: list[str] = []
    for place, word in enumerate(words):
        if word == "--":
            return found + words[place + 1 :]
        if not word.startswith("-") or word == "-":
            found.append(word)
    return found


def files_named(name: str, words: list[str]) -> list[str]:
    """`words` without those that are text for command `name`."""
    if name not in TEXTS:
        return words
    texts, with_text, with_file = TEXTS[name]
    options, files = tuple(with_text.split()), tuple(with_file.split())
    replacing = INSTEAD.intersection([*options, *files])
    first = 0 if any(word.split("=")[0] in replacing or word[:2] in replacing for word in words) else texts
    found: list[str] = []
    ended = False
    rest = iter(words)
    for word in rest:
        if ended or not word.startswith("-") or word == "-":
            found += [] if first else [word]
            first = max(0, first - 1)
        elif word == "--":
            ended = True
        elif word in options:
            next(rest, "")
        elif word in files:
            found += [] if word == "--files" else [next(rest, "")]
        elif word.partition("=")[0] not in options and word[:2] not in options:
            found.append(word)
    return found


def without_starter(name: str, words: list[str]) -> list[str]:
    """The command that starter `name` starts with `words`; empty when it starts none."""
    options, own = STARTERS[name]
    taking = options.split()
    place = 0
    while place < len(words):
        word = words[place]
        if word == "--":
            return words[place + 1 + own :]
        if word.startswith("-") and len(word) > 1:
            place += 2 if word in taking else 1
        elif name in TAKES_ASSIGNMENTS and "=" in word:
            place += 1
        elif own:
            own -= 1
            place += 1
        else:
            return words[place:]
    return []
