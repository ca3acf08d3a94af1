"""Which files of an app are linted: those that a commit could take along, and those with values."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from pixie_secrets.git.command import run_git
from pixie_secrets.layouts.apps import TOP
from pixie_secrets.layouts.env_folders import is_own_path
from pixie_secrets.lint.files import ListedFile, Skipped, walk

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pixie_secrets.layouts.apps import App

SECONDS_MAX = 60.0


def files_of_apps(
    root: Path, apps: Iterable[App], tools: Iterable[Path], skipped: Counter[Skipped]
) -> Iterator[ListedFile]:
    """The files of the apps, each once, and none of a tool; where git cannot be asked, whatever lies there.

    root: the project's folder. tools: the folders of the tools that are linted by themselves. skipped: counts links.
    """
    of_tools = tuple(f"{tool.relative_to(root).as_posix()}/" for tool in tools)
    seen: set[str] = set()
    for app in apps:
        for one in _files(app, skipped):
            if one.shown in seen or one.shown.startswith(of_tools) or not _is_there(one, skipped):
                continue
            seen.add(one.shown)
            yield one


def _is_there(listed: ListedFile, skipped: Counter[Skipped]) -> bool:
    """Whether it is a file: what git lists may be gone, a link, or another repository."""
    try:
        mode = os.lstat(listed.path).st_mode
    except OSError:
        return False
    if stat.S_ISLNK(mode):
        skipped[Skipped.LINK] += 1
    return stat.S_ISREG(mode)


def _files(app: App, skipped: Counter[Skipped]) -> Iterator[ListedFile]:
    answer = run_git(app.folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", seconds=SECONDS_MAX)
    prefix = "" if app.path == TOP else f"{app.path}/"
    if answer is None or answer.status != 0:
        listed = walk(app.folder, prefix.rstrip("/"), skipped)
        yield from (one for one in listed if is_own_path(one.shown.rpartition("/")[0]))
        return
    names = [name for name in os.fsdecode(answer.output).split("\0") if name]
    for name in [*names, *(path.name for path in app.value_files)]:
        yield ListedFile(f"{app.folder}/{name}", prefix + name)
