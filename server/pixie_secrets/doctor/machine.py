"""What this machine has: ways to ask a person, pipes for the shell filter, the environments that tools run in."""

from __future__ import annotations

import os
import subprocess
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pixie_secrets.doctor.check import Check, CheckState
from pixie_secrets.errors import PixieError
from pixie_secrets.guard import shell_filter
from pixie_secrets.programs import find_program, with_absolute_path
from pixie_secrets.running import interpreter
from pixie_secrets.where import Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pixie_secrets.layouts.project import Project

# A line has to come through, so that a folder on which pipes can be made and not opened is none.
PIPES_TRIAL = """[ -n "$_pixie_dir" ] || exit 1
{ echo seen >&8 && read -r _pixie_seen <&8; } 8<>"$_pixie_dir/seen" && printf %s "$_pixie_try"
_pixie_status=$?
rm -rf "$_pixie_dir"
exit $_pixie_status
"""
PIPES_SECONDS = 10
PACKAGES = ("ahocorasick_rs", "re2", "pydantic")


def checks(project: Project, environment: Mapping[str, str]) -> Iterator[Check]:
    """One of each thing that this machine has to have, and of each tool. Starts programs; up to ten seconds."""
    yield _packages()
    yield _shell_filter(environment)
    yield from _ways_to_ask(environment)
    for broken in project.broken_tools:
        yield Check(
            name=f"tools/{broken.name}", state=CheckState.BROKEN, message=broken.error.message, fix=broken.error.hint
        )
    for tool in project.tools:
        try:
            interpreter.command(tool, environment)
        except (PixieError, OSError) as error:
            message, hint = (error.message, error.hint) if isinstance(error, PixieError) else ("cannot be read", "")
            yield Check(name=f"tools/{tool.folder.name} environment", state=CheckState.OFF, message=message, fix=hint)
        else:
            yield Check(name=f"tools/{tool.folder.name} environment", state=CheckState.OK, message="installed")


def _packages() -> Check:
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        return Check(
            name="packages",
            state=CheckState.OFF,
            message=f"{', '.join(missing)} not installed: the guard knows values, not what others look like",
            fix="python3 server/bootstrap.py --install",
        )
    return Check(name="packages", state=CheckState.OK, message="installed")


def _shell_filter(environment: Mapping[str, str]) -> Check:
    """Whether some folder takes its pipes: without them, what a failing command prints is shown as it is."""
    name = "shell filter"
    if os.name != "posix":
        return Check(
            name=name, state=CheckState.OFF, message="needs a POSIX shell: output of failing commands is not masked"
        )
    first = environment.get("TMPDIR") or shell_filter.FOLDERS[1]
    folder = _folder_of_pipes(environment)
    if folder is None:
        return Check(
            name=name,
            state=CheckState.BROKEN,
            message="no folder takes its pipes: what a failing command prints is shown as it is",
            fix="set TMPDIR to a folder you can write to, with space left; mktemp and mkfifo have to be on PATH",
        )
    place = f"its pipes go into {folder}"
    message = place if folder == first else f"{first} takes nothing; {place}"
    return Check(name=name, state=CheckState.OK, message=message)


def _folder_of_pipes(environment: Mapping[str, str]) -> str | None:
    """Make the pipes with the filter's own lines, send one through, remove them: the folder that took them, or None."""
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", shell_filter.pipes() + PIPES_TRIAL],
            env=with_absolute_path(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PIPES_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return os.fsdecode(done.stdout) if done.returncode == 0 else None


def _ways_to_ask(environment: Mapping[str, str]) -> Iterator[Check]:
    """The browser and tmux; where one of them can ask, the other is not missed."""
    ways = [_desktop(environment), _tmux(environment)]
    some = any(way.state is CheckState.OK for way in ways)
    yield from (way for way in ways if way.state is CheckState.OK or not some)


def _tmux(environment: Mapping[str, str]) -> Check:
    if environment.get("TMUX"):
        return Check(name="tmux", state=CheckState.OK, message="you are in it: a popup can ask for a value")
    found = "installed, but this is not in it" if find_program("tmux", environment) else "not installed"
    return Check(
        name="tmux",
        state=CheckState.OFF,
        message=f"{found}; only needed without a desktop",
        fix="start the agent inside tmux",
    )


def _desktop(environment: Mapping[str, str]) -> Check:
    where = Where(environment)
    if where.desktop:
        return Check(name="browser", state=CheckState.OK, message="a page can ask for a value")
    found = "over SSH a page would open on the other machine" if where.remote else "no desktop"
    return Check(
        name="browser", state=CheckState.OFF, message=found, fix="use tmux, or the command that the agent names"
    )
