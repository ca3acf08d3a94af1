"""Makes values known, so that they are masked, found in files and kept out of archives: the only place that does it.

`learn` is called at start and before every use. A file is read again only when it is another one than last time, by
its times, size and place on the disk. A file that cannot be read, or not all of it, costs only itself: what can be
read of it is known, the others are, and the caller is told its name.

The guard comes here too, in a Python without any package: at the top is what only the standard library needs.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.env_file.readings import readings
from pixie_secrets.errors import FileRefused
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.work_trees import other_work_trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pixie_secrets.known_values import KnownValues
    from pixie_secrets.layouts.project import Project

    _Version = tuple[int, ...] | None  # what tells two versions of a file apart; None: there is none

_learned: dict[Path, tuple[_Version, FileRefused | None]] = {}


class Unread(NamedTuple):
    """A file of values that could not be read, or not all of it. is_new: no earlier call has named this version."""

    path: Path
    tool: str
    error: FileRefused
    is_new: bool


def learn(project: Project, others: Mapping[Path, str] | None = None) -> tuple[Unread, ...]:
    """Make every value of the project known; says what could not be read.

    A folder whose `tool.json` is broken counts too, and so do the repository's other work trees: their values are no
    less secret. others: further files that are written as a `.env`, each with its tool.
    """
    unread = []
    stores = dict(_stores(project))
    stores |= others or {}
    for path, tool in (
        stores | {path: tool for path, tool in _elsewhere(project, stores) if path not in stores}
    ).items():
        version = _version(path)
        before = _learned.get(path)
        if before is None or before[0] != version:
            # the version from before the reading: a change during it is seen next time
            _learned[path] = version, None if version is None else _learn_file(path, tool)
        refused = _learned[path][1]
        if refused:
            unread.append(Unread(path, tool, refused, is_new=_learned[path] is not before))
    return tuple(unread)


def learn_text(
    text: str, *, tool: str, known: KnownValues | None = None, unless: Callable[[str], bool] | None = None
) -> FileRefused | None:
    """Make every reading of a `.env` known, overridden duplicates too; says why when not all of it could be read.

    known: another index than the one that everything here asks. unless: which values are passed over.
    """
    index = KNOWN if known is None else known
    refused: list[FileRefused] = []
    for key, value, _ in readings(text, refused.append):
        if not (unless and unless(value)):
            index.add(value, key=key, tool=tool)
    return FileRefused(refused[0].message, refused[0].hint) if refused else None


def learn_value(value: str, *, key: str, tool: str) -> None:
    """Make a value known that a person typed, or that another program keeps elsewhere."""
    KNOWN.add(value, key=key, tool=tool)


def _stores(project: Project) -> Iterator[tuple[Path, str]]:
    for tool in project.tools:
        yield tool.env_path, tool.id
    for broken in project.broken_tools:
        yield broken.folder / ".env", broken.folder.name


def _elsewhere(project: Project, stores: Mapping[Path, str]) -> Iterator[tuple[Path, str]]:
    """The stores of the project in the repository's other work trees. A link there is followed: it is only read."""
    for tree in other_work_trees(str(project.root)):
        twins = {f"{tree}/{path.relative_to(project.root)}": tool for path, tool in stores.items()}
        try:
            names = os.listdir(f"{tree}/tools")  # half the time of pathlib's, in each command
        except OSError:
            names = []
        for name in names:
            twins.setdefault(f"{tree}/tools/{name}/.env", name)
        for path, tool in twins.items():
            real = project.root / os.path.realpath(path)
            if real.is_file():
                yield real, tool


def _version(path: Path) -> _Version:
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _learn_file(path: Path, tool: str) -> FileRefused | None:
    """Learn what can be read of the file; why when it was not all of it."""
    from pixie_secrets.files import read_private  # noqa: PLC0415  the guard reads files in a way of its own

    try:
        data = read_private(path) or b""
    except FileRefused as error:
        return FileRefused(error.message, error.hint)
    refused = learn_text(data.decode("utf-8", "surrogateescape"), tool=tool)
    if refused:
        return FileRefused(f"{path}: {refused.message}", refused.hint)
    try:
        data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return None
    return FileRefused(f"{path} is not UTF-8 text", "save it again as UTF-8, or move it away")
