"""What Claude Code starts: finds the environment with the pinned packages and becomes the real program in it.

    python3 -IS bootstrap.py mcp          the server; answers at once even while the packages are being installed
    python3 -IS bootstrap.py COMMAND …    the command line; installs first, telling so on stderr
    python3 -IS bootstrap.py --install    only installs, showing what uv or pip say

Nothing but the standard library, in words Python 3.8 understands, because this is the system's python3: an older one
only has to find a newer one. A script is compiled at every start, so the usual way is all this file holds; what a
first start needs is in first_start/.

PIXIE_SECRETS_PYTHON names an interpreter that has the packages already; nothing is installed then.
PIXIE_SECRETS_DATA names the folder for environments; after it come CLAUDE_PLUGIN_DATA and the XDG data folder.
"""
# ruff: noqa: PTH100, PTH103, PTH105, PTH111, PTH118, PTH120, PTH123  importing pathlib takes as long as the rest

from __future__ import annotations

import os
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
REQUIREMENTS = os.path.join(os.path.dirname(HERE), "requirements", "runtime.txt")


def data_folder() -> str:
    """Where environments are kept: outlives an update of the plugin."""
    named = os.environ.get("PIXIE_SECRETS_DATA") or os.environ.get("CLAUDE_PLUGIN_DATA")
    if named:
        return os.path.abspath(named)
    shared = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(shared, "pixie-secrets")


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
    import fcntl  # noqa: PLC0415  not everywhere, and not needed with PIXIE_SECRETS_PYTHON

    try:
        marker = os.open(os.path.join(environment, "in-use"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.utime(marker)
        fcntl.flock(marker, fcntl.LOCK_SH)
        os.set_inheritable(marker, True)  # noqa: FBT003  the standard library's signature
    except OSError:
        return  # a file system without locks: the time of the last start alone must do


def ready_python() -> str | None:
    """The interpreter that has every package, or None when it must be installed first."""
    named = os.environ.get("PIXIE_SECRETS_PYTHON")
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
    return [python, "-I", os.path.join(HERE, "first_start", "run.py"), *arguments]


def quoted(path: str) -> str:
    """One word of a shell; shlex would be half a usual start to import."""
    if all(letter.isalnum() or letter in "/._-+@" for letter in path):
        return path
    return "'" + path.replace("'", "'\"'\"'") + "'"


def launcher() -> str:
    """A short command to paste into another terminal, where CLAUDE_PLUGIN_DATA is not set and python3 may be another.

    It lies in the data folder, so its path outlives an update; the first start after one writes it anew.
    """
    data = data_folder()
    path = os.path.join(data, "pixie-secrets")
    bootstrap = f"{quoted(sys.executable)} -IS {quoted(os.path.join(HERE, 'bootstrap.py'))}"
    surroundings = {"PIXIE_SECRETS_DATA": data, "PIXIE_SECRETS_PYTHON": os.environ.get("PIXIE_SECRETS_PYTHON")}
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


def main() -> int:
    arguments = sys.argv[1:]
    os.environ["PIXIE_SECRETS_COMMAND"] = launcher()
    python = None if arguments[:1] == ["--install"] else ready_python()
    if python:
        try:
            os.execv(python, command_line(python, arguments))  # noqa: S606  becoming it is the point
        except OSError as error:
            sys.stderr.write(f"pixie-secrets: cannot start {python}: {error.strerror}\n")
            return 1
    sys.path.insert(0, HERE)
    from first_start import door  # noqa: PLC0415  only a first start pays for it

    return door.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
