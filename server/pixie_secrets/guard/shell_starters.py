"""Commands that start another one, or run a script: what of their words is theirs, and what is the other's."""

from __future__ import annotations

from pixie_secrets.guard.shell_options import operands, values_of
from pixie_secrets.guard.shell_patterns import plain
from pixie_secrets.guard.shell_words import ANY

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
    "dotenv-cli": ("-e -v -c -p", 0),
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
    "foreman": ("run",),
    "honcho": ("run",),
}
WITH_WORD = frozenset({"--with", "--extra", "--group", "-f", "--python", "-p"})  # of what stands behind that word

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
    "rsync": ("-e", "--rsh", "--rsync-path"),
    "tar": ("-I", "--use-compress-program", "--to-command", "--rsh-command", "--checkpoint-action"),
    "bsdtar": ("--use-compress-program",),
    "scp": ("-S",),
    "pip": ("--editor",),
    "man": ("-P", "--pager"),
    "less": ("-+",),
    "ssh": ("-o",),
}

THIS_MACHINE = frozenset(["localhost", "127.0.0.1", "::1", "ip6-localhost"])
SSH_WITH_WORD = "BbcDEeFIiJLlmOoPpQRSWw"

# Variables whose value a program runs as a command, and those that name a file, or options with one, which it reads.
RUN_FROM_VARIABLES = frozenset(
    "PAGER GIT_PAGER MANPAGER EDITOR VISUAL GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_SSH_COMMAND GIT_EXTERNAL_DIFF"
    " GIT_ASKPASS SSH_ASKPASS GIT_PROXY_COMMAND LESSOPEN LESSCLOSE PROMPT_COMMAND FCEDIT BROWSER RSYNC_RSH"
    " RSYNC_CONNECT_PROG MAKEFLAGS CC CXX PS0 PS1 PS2 PS4".split()
)
READ_FROM_VARIABLES = frozenset(
    "BASH_ENV ENV UV_ENV_FILE NODE_OPTIONS PYTHONSTARTUP MAKEFILES TAR_OPTIONS GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM"
    " CURL_HOME NETRC PIP_REQUIREMENT NPM_CONFIG_USERCONFIG npm_config_userconfig".split()
)

# Options that name a folder in which the command works.
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
    "mise": ("-C", "--cd"),
    "systemd-run": ("--working-directory",),
    "unshare": ("--wd",),
    "nsenter": ("--wd",),
    "docker": ("--project-directory",),
    "docker-compose": ("--project-directory",),
}


def scripts(name: str, words: list[str]) -> list[str]:
    """What `name` is given to run as a script."""
    options = STRINGS.get(name, ())
    if OPERAND in options:
        return [plain(each) for each in operands(words)[:1]]
    if REST in options:
        return [" ".join(plain(word) for word in words if not word.startswith("-"))]
    found = [plain(each) for each in values_of(words, options)]
    if name == "ssh":
        found += _on_this_machine(words)
    return [each.partition("=")[2] if each.startswith(("exec=", "ProxyCommand=")) else each for each in found]


def _on_this_machine(words: list[str]) -> list[str]:
    """What ssh runs on the machine that it comes from."""
    place = 0
    while place < len(words) and words[place].startswith("-"):
        place += 2 if len(words[place]) == 2 and words[place][1] in SSH_WITH_WORD else 1
    host = plain(words[place]).rpartition("@")[2] if place < len(words) else ""
    return [" ".join(map(plain, words[place + 1 :]))] if host in THIS_MACHINE else []


def started(name: str, words: list[str]) -> tuple[list[str], list[str]]:
    """The words of starter `name` that may be files which it reads itself, and the command that it starts.

    The latter is empty when it starts none.
    """
    if name in STARTERS:
        inner = _behind_options(name, words)
        return values_of(words[: len(words) - len(inner)], ("-a", "--arg-file", "-E")), inner
    if name == "dotenv" and words[:1] == ["--"]:  # npm's
        return [], words[1:]
    if name not in STARTING_WORDS:
        return [], []
    folders = values_of(words, FOLDERS.get(name, ()))
    rest = [word for word in operands(words) if word not in folders]
    if not rest or rest[0] not in STARTING_WORDS[name]:
        return [], []
    behind = words[words.index(rest[0]) + 1 :]
    if name == "direnv":  # …and its folder
        behind = behind[1:]
    place = 0
    while place < len(behind) and behind[place].startswith("-") and behind[place] != "-":
        place += 2 if behind[place] in WITH_WORD else 1
    if name == "uv" and behind[place : place + 1] == ["-"]:  # Python, which reads its code
        return behind[:place], ["python", *behind[place:]]
    return behind[: place + 1], behind[place:]


def _behind_options(name: str, words: list[str]) -> list[str]:
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


def fed_with(name: str, options: list[str], words: list[str], fed: list[str]) -> list[str]:
    """The command `words` that xargs or parallel, given `options`, starts with what it reads: `fed`."""
    return filled(words, fed, _placeholder(name, options))


def _placeholder(name: str, options: list[str]) -> str:
    """What in the words of xargs or parallel stands for what they read; "" when it goes to their end."""
    for place, option in enumerate(options):
        for known in PLACEHOLDER_OPTIONS:
            if option.startswith(known):
                behind = option[len(known) :].lstrip("=")
                following = options[place + 1] if known == "-I" and place + 1 < len(options) else ""
                return plain(behind or following or "{}")
    return FED_BY_PIPE[name]


def _is_within_path(word: str, placeholder: str) -> bool:
    return placeholder in word and word != placeholder and "/" in word


def filled(words: list[str], fed: list[str], placeholder: str) -> list[str]:
    """`words` with what is fed to them, once for each, in place of the placeholder or at the end.

    Where nothing known is fed, a placeholder within a path (`tools/{}/x`) stands for whatever it may be.
    """
    if not fed and placeholder:
        return [
            plain(word).replace(placeholder, ANY) if _is_within_path(plain(word), placeholder) else word
            for word in words
        ]
    if placeholder and any(placeholder in plain(word) for word in words):
        filled: list[str] = []
        for word in words:
            text = plain(word)
            filled += [text.replace(placeholder, plain(each)) for each in fed[:64]] if placeholder in text else [word]
        return filled
    return [*words, *fed]
