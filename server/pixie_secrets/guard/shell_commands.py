"""What the commands of a shell do with the files that are named to them, by classes: a command is a line in a table.

NAMES_ONLY   looks at names, sizes and modes
CODE         runs what it is given as code of another language
RECURSIVE    goes through folders
LISTS        takes the names of files from a list, or from what it reads
LOADERS      reads the folder's `.env` of its own accord

Whatever stands in none of them is taken to read or write every file that is named to it. Commands that start others
are in `shell_starters`, words that are no files in `shell_texts`; `git`, `find` and containers have rooms of their own.
"""

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
    "swift",
    "sftp",
    "lftp",
    "ftp",
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
PASSES_HIDDEN_BY = frozenset({"rg", "ag"})  # goes through folders anyway, with the option through hidden ones too
WALKS_HERE = frozenset("grep egrep fgrep rgrep rg ag ugrep".split())  # where no folder is named

# The names of files come from a list: what of it is on the command line, and the word that means standard input.
# Codex's own, which it also understands as a command of the shell.
PATCHING = frozenset({"apply_patch", "applypatch"})
LISTS = {
    "tar": ("-T=-", "--files-from=-", "--files-from=/dev/stdin", "-T=/dev/fd/63", "--files-from=/dev/fd/63"),
    "bsdtar": ("-T=-",),
    "cpio": ("-o", "--create", "-p", "-oc", "-ov", "-pd", "-pdm"),
    "zip": ("-@", "-@-"),
    "rsync": ("--files-from=-",),
    "wc": ("--files0-from=-",),
    "sort": ("--files0-from=-",),
    "git": ("--pathspec-from-file=-",),
    "cat": (),
}


# Programs that read the folder's `.env` by themselves, and the words with which they show what is in it.
SHOWS_ENVIRONMENT = frozenset("env printenv export set declare typeset".split())
LOADERS: dict[str, tuple[str, ...]] = {
    "dotenvx": ("get", "ls", "decrypt", "encrypt", "keypair"),
    "dotenv": ("list", "get", "set", "unset"),
    "direnv": ("export", "show_dump"),
    "docker-compose": ("config", "convert"),
    "just": ("--evaluate", "--variables"),
    "mise": ("env", "set"),
    "foreman": (),
    "honcho": (),
    "pipenv": (),
    "dotenv-cli": (),
}
COMPOSE_NAMES_ONLY = (
    "--no-interpolate -q --quiet --services --images --volumes --profiles --networks --hash --help".split()
)
COMPOSE = ("config", "convert")
