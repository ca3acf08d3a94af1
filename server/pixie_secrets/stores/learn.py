"""Makes the values of every tool known, also those that were written into a `.env` by hand.

Called at start and before every use: a file is read again only when it is another one than last time, by its time,
size and place on the disk. A file that cannot be read does not stop the others and is reported once, until it changes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pixie_secrets import env_file
from pixie_secrets.errors import FileRefused
from pixie_secrets.files import read_private
from pixie_secrets.known_values import KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.layouts.project import Project

_Look = tuple[int, int, int] | None  # what tells two versions of a file apart; None: there is none
_seen: dict[Path, _Look] = {}


def learn_project(project: Project) -> tuple[FileRefused, ...]:
    """Read what is new or has changed; what could not be read, unless it was said before.

    A folder whose `tool.json` is broken counts too: its values are no less secret.
    """
    refused = []
    for folder, tool_id in _folders(project):
        path = folder / ".env"
        look = _look(path)
        if _seen.get(path) == look:
            continue
        _seen[path] = look  # as it was before it is read: a change during the reading is seen next time
        try:
            _learn(path, tool_id)
        except FileRefused as error:
            refused.append(error)
    return tuple(refused)


def _folders(project: Project) -> Iterator[tuple[Path, str]]:
    for tool in project.tools:
        yield tool.folder, tool.id
    for broken in project.broken_tools:
        yield broken.folder, broken.folder.name


def _look(path: Path) -> _Look:
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _learn(path: Path, tool_id: str) -> None:
    """Learn what can be read of the file, then say when it was not all of it."""
    data = read_private(path) or b""
    try:
        for key, value in env_file.read_every_value(data.decode("utf-8", "surrogateescape")):
            KNOWN.add(value, key=key, tool=tool_id)
    except FileRefused as error:
        raise FileRefused(f"{path}: {error.message}", error.hint) from None
    try:
        data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return
    raise FileRefused(f"{path} is not UTF-8 text", "save it again as UTF-8, or move it away")
