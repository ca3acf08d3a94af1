"""The files with values: whose they are, who can read them, and whether git would take them along.

What is wrong with a mode or with git's rules can be repaired without a doubt; all else is the person's to decide.
"""

from __future__ import annotations

import os
import shlex
import stat
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.doctor.check import Check, CheckState, Repair
from pixie_secrets.env_file import unreadable_lines
from pixie_secrets.errors import FileRefused
from pixie_secrets.filenames import UNFINISHED_ENDING
from pixie_secrets.files import edit_private, read_private, remove_unfinished
from pixie_secrets.git.coverage import Coverage, coverage_warning, env_coverage, in_repository
from pixie_secrets.git.ignore_rule import ensure_ignored
from pixie_secrets.lint.trackable import holds_settings
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pixie_secrets.layouts.project import Project


class Repairable(NamedTuple):
    """A check, and what repairs it: called, it says what it did, or does nothing and says None."""

    check: Callable[[], Check]
    repair: Callable[[], Repair | None] | None = None


def checks(project: Project) -> Iterator[Repairable]:
    """Two of each tool's `.env`: the file's mode, where there is a file, and git's view of it in any case.

    Of an app, every file of values that is there, and the one that a new value would go to.
    """
    folders = [tool.folder for tool in project.tools] + [broken.folder for broken in project.broken_tools]
    for folder in folders:
        path = folder / ".env"
        name = f"tools/{shown(folder.name)}/.env"
        yield from _unfinished(path, name)
        if os.path.lexists(path):
            yield _file(path, name)
        yield _rule(path, name)
        yield from _unread(path, name)
    yield from _of_apps(project)


def _file(path: Path, name: str) -> Repairable:
    return Repairable(partial(_mode, path, name), partial(_made_private, path, name))


def _rule(path: Path, name: str) -> Repairable:
    return Repairable(partial(_git, path, name), partial(_made_ignored, path, name))


def _of_apps(project: Project) -> Iterator[Repairable]:
    for app in project.apps:
        for path in dict.fromkeys((*app.value_files, app.env_path)):
            name = shown(path.relative_to(project.root).as_posix())
            yield from _unfinished(path, name)
            if os.path.lexists(path):
                yield _file(path, name)
            if not _holds_settings(path, name):
                yield _rule(path, name)
            yield from _unread(path, name)


def _holds_settings(path: Path, name: str) -> bool:
    """Whether git may have it: frameworks have plain settings tracked."""
    try:
        return holds_settings(name, read_private(path) or b"")
    except FileRefused:
        return False


def _unread(path: Path, name: str) -> Iterator[Repairable]:
    """Lines that hold something and that no tool reads; a file that cannot be read is said by others."""
    try:
        lines = unreadable_lines((read_private(path) or b"").decode())
    except (FileRefused, UnicodeDecodeError):
        return
    for line in lines:
        message = "python-dotenv passes over this line, so the tool does not get what it holds"
        check = Check(name=f"{name} line {line.number}", state=CheckState.BROKEN, message=message, fix=line.fix)
        yield Repairable(partial(_same, check))


def _same(check: Check) -> Check:
    return check


def _unfinished(path: Path, name: str) -> Iterator[Repairable]:
    """What a killed process left of an edit: it holds values as the file itself does."""
    if not os.path.lexists(f"{path}{UNFINISHED_ENDING}"):
        return

    def check() -> Check:
        title = f"{name}{UNFINISHED_ENDING}"
        if not os.path.lexists(f"{path}{UNFINISHED_ENDING}"):
            return Check(name=title, state=CheckState.OK, message="is gone")
        message = "an edit that was killed left it, with the values in it"
        fix = "pixie-secrets doctor --fix; the next set-secret removes it, too"
        return Check(name=title, state=CheckState.BROKEN, message=message, fix=fix)

    yield Repairable(check, partial(_swept, path, name))


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
    if coverage is Coverage.NO_GIT and in_repository(path):
        message = "there is a repository and no git on PATH to ask"
        return Check(name=title, state=CheckState.UNKNOWN, message=message, fix="install git")
    if coverage is Coverage.NO_GIT:
        return Check(name=title, state=CheckState.OK, message="no git repository here")
    what = "git tracks it" if coverage is Coverage.TRACKED else "git does not ignore it"
    return Check(name=title, state=CheckState.BROKEN, message=what, fix=coverage_warning(path, coverage))


def _made_private(path: Path, name: str) -> Repair | None:
    """Written anew with its own bytes, for the owner alone; a file that is not plainly ours is left alone."""
    try:
        edit_private(path, lambda data: data)
    except FileRefused:
        return None
    return Repair(name=f"{name} mode", action=f"chmod 600 {shlex.quote(name)}")


def _swept(path: Path, name: str) -> Repair | None:
    try:
        remove_unfinished(path)
    except FileRefused:
        return None
    return Repair(name=f"{name}{UNFINISHED_ENDING}", action=f"rm {shlex.quote(name + UNFINISHED_ENDING)}")


def _made_ignored(path: Path, name: str) -> Repair | None:
    rule = ensure_ignored(path)
    return Repair(name=f"{name} git", action=f"added the line {rule.line} to {rule.file}") if rule else None
