"""The files of a tool or an app that somebody wrote, as far as they are looked through for what it needs.

No link is followed; packages, caches and apps further in are passed over, and there is an end to it.
"""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING

from pixie_secrets.files import read_plain
from pixie_secrets.layouts.env_folders import is_own_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

FILES_MAX = 3000
BYTES_MAX = 1 << 19  # of one file
WHOLE_MAX = 1 << 24  # of all together


def own_texts(folder: Path, others: Collection[Path], wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Each file in `folder` whose name is `wanted`: its path from there, with slashes, and its text.

    others: apps further in, which are their own. Of a large file it is the beginning; what cannot be read is left out.
    """
    left = WHOLE_MAX
    for path in _files_below(folder, {str(other) for other in others if other != folder}, wanted):
        try:
            data = read_plain(path, BYTES_MAX)
        except OSError:
            continue
        left -= len(data)
        if left < 0:
            return
        yield os.path.relpath(path, folder).replace(os.sep, "/"), data.decode("utf-8", "replace")


def _files_below(folder: Path, others: set[str], wanted: Callable[[str], bool]) -> Iterator[str]:
    """The paths of them, at most 3,000; none of packages."""
    todo = deque([str(folder)])
    left = FILES_MAX
    while todo and left:
        try:
            with os.scandir(todo.popleft()) as opened:
                entries = sorted(opened, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.path not in others and is_own_folder(entry.name):
                    todo.append(entry.path)
            elif wanted(entry.name) and entry.is_file(follow_symlinks=False):
                left -= 1
                yield entry.path
                if not left:
                    return
