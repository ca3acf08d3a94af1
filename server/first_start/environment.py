"""Builds the environment with the pinned packages: aside, under a lock, and in place by one rename.

So two sessions that start at once build it once, and a crash half way leaves nothing that looks ready. An update with
other pins builds another one beside it; the old one stays while a session runs in it, and a week after the last start.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from first_start import paths
from pixie_secrets.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST, NEWEST = (3, 11), (3, 14)
KEPT_UNUSED = 7 * 24 * 3600.0  # seconds
# Settings for somebody's own Python and pip that would break an environment or send the packages elsewhere.
NOT_FOR_US = {
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
}


def log_path() -> Path:
    """What uv and pip said during the last quiet installation."""
    return Path(paths.data_folder(), "install.log")


def install(*, quiet: bool) -> bool:
    """Make the environment ready, and say whether it is.

    quiet: what uv and pip say goes to the log instead of to the terminal; stdout is never theirs.
    """
    data = Path(paths.data_folder())
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(data / "lock"):
        if paths.ready_python():
            return True
        sweep(data)
        with output(quiet=quiet) as said:
            return build(data, said)


def build(data: Path, said: int) -> bool:
    """Try one way after the other in a folder of its own; rename the first that succeeds in place."""
    target = Path(paths.environment_folder())
    for way in (with_uv, with_pip):
        aside = litter(data)
        try:
            commands = way(aside)
            if not commands or not all(run_logged(command, data, said) for command in commands):
                continue
            if target.exists():  # its interpreter went away, else it would have been ready
                target.rename(litter(data))
            os.sync()  # the rename must not reach the disk before what it names
            aside.rename(target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return True
    return False


def with_uv(folder: Path) -> list[list[str]]:
    """The quick way; uv can also bring a Python."""
    uv = find_program("uv")
    if not uv:
        return []
    python = new_enough() or f">={OLDEST[0]}.{OLDEST[1]}"
    packages = ["--require-hashes", "--compile-bytecode", "-r", paths.REQUIREMENTS]
    return [
        [uv, "venv", "--no-project", "--python", python, str(folder)],
        [uv, "pip", "install", "--python", str(folder / "bin" / "python"), *packages],
    ]


def with_pip(folder: Path) -> list[list[str]]:
    """The way every Python has (on Debian with python3-venv)."""
    python = new_enough()
    if not python:
        return []
    packages = ["--require-hashes", "--no-input", "--disable-pip-version-check", "-r", paths.REQUIREMENTS]
    return [
        [python, "-m", "venv", str(folder)],
        [str(folder / "bin" / "python"), "-m", "pip", "install", *packages],
    ]


def new_enough() -> str | None:
    """An interpreter this program runs on: this one, else the newest on PATH that really starts."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = find_program(f"python3.{minor}")
        if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
            return found  # version switchers also put programs on PATH that only say they are not installed
    return None


def run_logged(command: list[str], folder: Path, said: int) -> bool:
    """Whether it succeeded. Runs in the data folder, so that no project's settings for uv or pip count."""
    surroundings = {name: value for name, value in os.environ.items() if name not in NOT_FOR_US}
    os.write(said, f"$ {' '.join(command)}\n".encode())
    try:
        done = subprocess.run(
            command, cwd=folder, env=surroundings, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False
        )
    except OSError as error:
        os.write(said, f"{error}\n".encode())
        return False
    return done.returncode == 0


def litter(data: Path) -> Path:
    """A new folder that the next builder sweeps away if this one does not."""
    return Path(tempfile.mkdtemp(prefix="building-", dir=data))


def sweep(data: Path) -> None:
    """Remove what builders that crashed left, and environments nobody uses any more; the lock is held."""
    current = Path(paths.environment_folder())
    for path in data.iterdir():
        if path.name.startswith("env-") and path != current and unused(path):
            path.rename(litter(data))
    for path in data.glob("building-*"):
        shutil.rmtree(path, ignore_errors=True)


def unused(environment: Path) -> bool:
    """No process holds it and none was started in it for a week (see paths.hold)."""
    try:
        marker = os.open(environment / "in-use", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return False
    try:
        fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return time.time() - os.fstat(marker).st_mtime > KEPT_UNUSED
    except OSError:
        return False
    finally:
        os.close(marker)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One builder at a time; the lock ends with the process, however that ends."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def output(*, quiet: bool) -> Iterator[int]:
    """Where uv and pip may write: the log, fresh for this attempt, or the terminal."""
    if not quiet:
        yield sys.stderr.fileno()
        return
    log = os.open(log_path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        yield log
    finally:
        os.close(log)
