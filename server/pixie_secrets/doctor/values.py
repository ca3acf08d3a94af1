"""The files with values: whose they are, who can read them, and whether git would take them along."""

from __future__ import annotations

import os
import shlex
import stat
from typing import TYPE_CHECKING

from pixie_secrets.doctor.check import Check, CheckState
from pixie_secrets.env_file import unreadable_lines
from pixie_secrets.errors import FileRefused
from pixie_secrets.files import read_private
from pixie_secrets.git.coverage import Coverage, coverage_warning, env_coverage
from pixie_secrets.lint.trackable import holds_settings
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.layouts.project import Project


def checks(project: Project) -> Iterator[Check]:
    """Two of each tool's `.env`: the file's mode, where there is a file, and git's view of it in any case.

    Of an app, every file of values that is there, and the one that a new value would go to.
    """
    folders = [tool.folder for tool in project.tools] + [broken.folder for broken in project.broken_tools]
    for folder in folders:
        path = folder / ".env"
        name = f"tools/{shown(folder.name)}/.env"
        if os.path.lexists(path):
            yield _mode(path, name)
        yield _git(path, name)
        yield from _unread(path, name)
    yield from _of_apps(project)


def _of_apps(project: Project) -> Iterator[Check]:
    for app in project.apps:
        for path in dict.fromkeys((*app.value_files, app.env_path)):
            name = shown(path.relative_to(project.root).as_posix())
            if os.path.lexists(path):
                yield _mode(path, name)
            if not _holds_settings(path, name):
                yield _git(path, name)
            yield from _unread(path, name)


def _holds_settings(path: Path, name: str) -> bool:
    """Whether git may have it: frameworks have plain settings tracked."""
    try:
        return holds_settings(name, read_private(path) or b"")
    except FileRefused:
        return False


def _unread(path: Path, name: str) -> Iterator[Check]:
    """Lines that hold something and that no tool reads; a file that cannot be read is said by others."""
    try:
        lines = unreadable_lines((read_private(path) or b"").decode())
    except (FileRefused, UnicodeDecodeError):
        return
    for line in lines:
        message = "python-dotenv passes over this line, so the tool does not get what it holds"
        yield Check(name=f"{name} line {line.number}", state=CheckState.BROKEN, message=message, fix=line.fix)


def _mode(path: Path, name: str) -> Check:
    about = path.lstat()
    title = f"{name} mode"
    if not stat.S_ISREG(about.st_mode):
        return Check(
            name=title, state=CheckState.BROKEN, message="is not a regular file", fix="put a regular file in its place"
        )
    if os.name == "posix" and about.st_uid != os.geteuid():
        return Check(name=title, state=CheckState.BROKEN, message="belongs to another user", fix="make it yours")
    mode = stat.S_IMODE(about.st_mode)
    if os.name == "posix" and mode & 0o077:
        return Check(
            name=title,
            state=CheckState.BROKEN,
            message=f"others can get at it: mode {mode:o}",
            fix=f"chmod 600 {shlex.quote(str(path))}",
        )
    return Check(name=title, state=CheckState.OK, message="only you can read it")


def _git(path: Path, name: str) -> Check:
    coverage = env_coverage(path)
    title = f"{name} git"
    if coverage is Coverage.IGNORED:
        return Check(name=title, state=CheckState.OK, message="git ignores it")
    if coverage is Coverage.NO_GIT:
        return Check(name=title, state=CheckState.OK, message="no git repository here")
    what = "git tracks it" if coverage is Coverage.TRACKED else "git does not ignore it"
    return Check(name=title, state=CheckState.BROKEN, message=what, fix=coverage_warning(path, coverage))
