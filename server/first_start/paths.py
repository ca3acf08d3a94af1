"""Where the environment with the pinned packages is, and the command that starts the program in it.

What is here decides which interpreter runs with a person's secrets. So the folder it is looked for in is nobody's but
theirs: never one below the folder that a program happens to stand in (a cloned repository could bring its own), never
one that others own or can write to.
"""

from __future__ import annotations

import os
import stat
import sys
import zlib

SERVER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BOOTSTRAP = os.path.join(SERVER, "bootstrap.py")
REQUIREMENTS = os.path.join(os.path.dirname(SERVER), "requirements", "runtime.txt")
INTERPRETER = "PIXIE_SECRETS_PYTHON"
NAMED = ("PIXIE_SECRETS_DATA", "CLAUDE_PLUGIN_DATA")


class NoDataFolder(Exception):
    """There is no folder that environments may be kept in, or no interpreter to obey; says why and what to do."""


def data_folder() -> str:
    """Where environments are kept: outlives an update of the plugin. It need not exist yet.

    Raises:
        NoDataFolder: it is not absolute, others own it or can write to it, or there is no home folder for it.
    """
    for variable in NAMED:
        named = os.environ.get(variable)
        if named:
            return private(named, variable)
    shared = os.environ.get("XDG_DATA_HOME")
    if shared:
        return private(os.path.join(shared, "pixie-secrets"), "XDG_DATA_HOME")
    home = home_folder()
    if not os.path.isdir(home):
        raise NoDataFolder(f"the home folder {home} does not exist; name a folder with PIXIE_SECRETS_DATA")
    return private(os.path.join(home, ".local", "share", "pixie-secrets"), "HOME")


def home_folder() -> str:
    """Of HOME, else of the passwd entry."""
    home = os.environ.get("HOME")
    if home:
        return home
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        raise NoDataFolder("this user has no home folder; name a folder with PIXIE_SECRETS_DATA") from None


def private(folder: str, variable: str) -> str:
    """`folder`, if it and all folders above it are such that only this user and root can put something there."""
    if not os.path.isabs(folder):
        raise NoDataFolder(f"{variable} does not name an absolute path; a folder of the project must not be obeyed")
    folder = os.path.normpath(folder)
    path = os.path.realpath(folder)
    inner = True
    while True:
        try:
            found = os.stat(path)
        except OSError:
            pass  # not there yet: whoever makes it needs the folder above
        else:
            if found.st_uid not in (0, os.geteuid()):
                raise NoDataFolder(f"{path} belongs to somebody else; name another folder with PIXIE_SECRETS_DATA")
            if writable_by_others(found) and (inner or not found.st_mode & stat.S_ISVTX):
                raise NoDataFolder(f"others can write to {path}; take that right away: chmod go-w {quoted(path)}")
            inner = False
        above = os.path.dirname(path)
        if above == path:
            return folder
        path = above


def writable_by_others(found: os.stat_result) -> bool:
    """A group of its own is this user's: many systems give every user one, and let it write."""
    if found.st_mode & stat.S_IWOTH:
        return True
    return bool(found.st_mode & stat.S_IWGRP) and found.st_gid not in (0, os.getegid())


def environment_folder() -> str:
    """The environment of these pins; it exists only once it is complete (first_start/environment.py renames it there).

    Named by the pins and by the Python that asks. The checksum tells pins apart and protects nothing: the hashes do,
    when packages are installed. Importing hashlib would take as long as all the rest of a usual start.
    """
    with open(REQUIREMENTS, "rb") as file:
        pins = zlib.crc32(file.read())
    major, minor = sys.version_info[:2]
    return os.path.join(data_folder(), f"env-{pins:08x}-py{major}.{minor}")


def hold(environment: str) -> None:
    """Mark an environment as in use for as long as this process lives, across exec: a shared lock it never lets go."""
    import fcntl

    try:
        marker = os.open(os.path.join(environment, "in-use"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.utime(marker)
        fcntl.flock(marker, fcntl.LOCK_SH)
        os.set_inheritable(marker, True)  # the standard library's signature
    except OSError:
        return  # a file system without locks: the time of the last start alone must do


def ready_python() -> str | None:
    """The interpreter that has every package, or None when it must be installed first.

    Raises:
        NoDataFolder: as `data_folder`; or an interpreter is named by a path from wherever one stands.
    """
    named = os.environ.get(INTERPRETER)
    if named and not os.path.isabs(named):
        raise NoDataFolder(f"{INTERPRETER} does not name an absolute path; a folder of the project must not be obeyed")
    if named:
        return named
    environment = environment_folder()
    python = os.path.join(environment, "bin", "python")
    if not os.access(python, os.X_OK):
        return None
    hold(environment)
    return python if os.access(python, os.X_OK) else None  # it may have been swept away between the two looks


def command_line(python: str, arguments: list[str]) -> list[str]:
    """The real program; `-I` because a PYTHONPATH meant for somebody's project has no business in here."""
    return [python, "-I", os.path.join(SERVER, "first_start", "run.py"), *arguments]


def quoted(path: str) -> str:
    """One word of a shell; shlex would be half a usual start to import."""
    if all(letter.isalnum() or letter in "/._-+@" for letter in path):
        return path
    return "'" + path.replace("'", "'\"'\"'") + "'"


def launcher() -> str:
    """A short command to paste into another terminal, where CLAUDE_PLUGIN_DATA is not set and python3 may be another.

    It lies in the data folder, so its path outlives an update; the first start after one writes it anew.
    """
    bootstrap = f"{quoted(sys.executable)} -IS {quoted(BOOTSTRAP)}"
    try:
        data = data_folder()
    except NoDataFolder:
        return bootstrap
    path = os.path.join(data, "pixie-secrets")
    python = os.environ.get(INTERPRETER, "")
    surroundings = {"PIXIE_SECRETS_DATA": data, INTERPRETER: python if os.path.isabs(python) else ""}
    settings = " ".join(f"{name}={quoted(value)}" for name, value in surroundings.items() if value)
    text = f'#!/bin/sh\n{settings} exec {bootstrap} "$@"\n'
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return quoted(path)
    except OSError:
        pass
    try:
        os.makedirs(data, mode=0o700, exist_ok=True)
        aside = f"{path}.{os.getpid()}"
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o700), "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(aside, path)
    except OSError:
        return bootstrap  # a data folder that cannot be written: the long form does the same
    return quoted(path)
