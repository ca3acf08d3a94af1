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
from pixie_secrets.filenames import SEALED_NAME
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.env_names import is_value_file
from pixie_secrets.layouts.work_trees import other_work_trees
from pixie_secrets.sealed.key_places import PREFIX, TEXT_VARIABLE, key_files
from pixie_secrets.secret.setting import is_setting
from pixie_secrets.stores.canaries import CANARY, bell, canaries, canaries_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pixie_secrets.known_values import KnownValues
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.sealed.sealed_file import SealedFile

    _Version = tuple[int, ...] | None  # what tells two versions of a file apart; None: there is none

_canaries: dict[str, _Version] = {}
_learned: dict[Path, tuple[_Version, FileRefused | None]] = {}


class UnreadFile(NamedTuple):
    """A file of values that could not be read, or not all of it. is_new: no earlier call has named this version."""

    path: Path
    tool: str
    error: FileRefused
    is_new: bool


def learn(project: Project, others: Mapping[Path, str] | None = None) -> tuple[UnreadFile, ...]:
    """Make every value of the project known; says what could not be read.

    A folder whose `tool.json` is broken counts too, and so do the repository's other work trees: their values are no
    less secret. others: further files that are written as a `.env`, each with its tool.
    """
    _learn_canaries()
    unread = []
    stores = project.value_files | {path: tool for path, tool in project.sealed_files.items() if os.path.lexists(path)}
    stores |= others or {}
    apps = project.app_files | {path for app in project.apps if (path := app.sealed_path)}
    for path, tool, is_app in list(_elsewhere(project, stores)):
        if path not in stores:
            stores[path] = tool
            apps |= {path} if is_app else set()
    if any(path.name == SEALED_NAME for path in stores):
        stores |= {type(project.root)(path): "keys" for path in key_files()}
        learn_keys(os.environ.get(TEXT_VARIABLE, ""))  # programs that we start inherit it
    with_keys = _versions_of_keys() if any(path.name == SEALED_NAME for path in stores) else ()
    for path, tool in stores.items():
        version = _version(path)
        if version and path.name == SEALED_NAME:
            version += with_keys  # another key may open what did not open before
        before = _learned.get(path)
        if before is None or before[0] != version:
            # the version from before the reading: a change during it is seen next time
            refused = None if version is None else _learn_file(path, tool, is_app=path in apps)
            _learned[path] = version, refused
        refused = _learned[path][1]
        if refused:
            unread.append(UnreadFile(path, tool, refused, is_new=_learned[path] is not before))
    return tuple(unread)


def learn_text(
    text: str,
    *,
    tool: str,
    known: KnownValues | None = None,
    unless: Callable[[str], bool] | None = None,
    is_app: bool = False,
) -> FileRefused | None:
    """Make every reading of a `.env` known, overridden duplicates too; says why when not all of it could be read.

    known: another index than the one that everything here asks. unless: which values are passed over. is_app: plain
    settings are, too: an app's `.env` is full of them, and with `shop` or `production` masked no output could be read.
    """
    index = KNOWN if known is None else known
    refused: list[FileRefused] = []
    for key, value, _ in readings(text, refused.append):
        if not (unless and unless(value)) and not (is_app and is_setting(key, value)):
            index.add(value, key=key, tool=tool)
    return FileRefused(refused[0].message, refused[0].hint) if refused else None


def learn_sealed(found: SealedFile, *, tool: str, is_app: bool = False, known: KnownValues | None = None) -> None:
    """Make the values of an opened sealed file known, wherever they stand in it. known, is_app: as `learn_text`."""
    index = KNOWN if known is None else known
    for key, value in found.every_value:
        if not (is_app and is_setting(key, value)):
            index.add(value, key=key, tool=tool)


def learn_keys(text: str, known: KnownValues | None = None) -> None:
    """Make the keys of age in a text known: what opens sealed values is no less secret than they are."""
    index = KNOWN if known is None else known
    for line in text.split():
        if line.startswith(PREFIX):
            index.add(line, key="AGE_SECRET_KEY", tool="keys")


def learn_value(value: str, *, key: str, tool: str) -> None:
    """Make a value known that a person typed, or that another program keeps elsewhere."""
    KNOWN.add(value, key=key, tool=tool)


def learn_canaries(known: KnownValues) -> tuple[str, ...]:
    """Make every canary a known value whose appearance is recorded; the values."""
    found = canaries()
    for canary in found:
        known.add(canary.value, key=canary.key, tool=canary.tool_id + CANARY)
        known.watch(canary.value, bell(canary))
    return tuple(canary.value for canary in found)


def _learn_canaries() -> None:
    path = canaries_path()
    version = _version(path)
    if version != _canaries.get(path):
        _canaries[path] = version
        learn_canaries(KNOWN)


def _elsewhere(project: Project, stores: Mapping[Path, str]) -> Iterator[tuple[Path, str, bool]]:
    """The stores of the project in the repository's other work trees, and whether they are an app's.

    A link there is followed: it is only read. A new work tree has no `.env` yet, so each app's folder is looked into.
    """
    for tree in other_work_trees(str(project.root)):
        apps = project.app_files | {app.sealed_path for app in project.apps}
        twins = {f"{tree}/{path.relative_to(project.root)}": (tool, path in apps) for path, tool in stores.items()}
        for name in _names(f"{tree}/tools"):
            twins.setdefault(f"{tree}/tools/{name}/.env", (name, False))
            twins.setdefault(f"{tree}/tools/{name}/{SEALED_NAME}", (name, False))
        for app in project.apps:
            names = [name for name in _names(f"{tree}/{app.path}") if name == SEALED_NAME or is_value_file(name)]
            twins |= {f"{tree}/{app.path}/{name}": (app.id, True) for name in names}
        for path, (tool, is_app) in twins.items():
            real = project.root / os.path.realpath(path)
            if real.is_file():
                yield real, tool, is_app


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _versions_of_keys() -> tuple[int, ...]:
    return tuple(number for path in key_files() for number in (_version(path) or (0,)))


def _version(path: Path | str) -> _Version:
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _learn_file(path: Path, tool: str, *, is_app: bool) -> FileRefused | None:
    """Learn what can be read of the file; why when it was not all of it."""
    from pixie_secrets.files import read_private

    try:
        data = read_private(path) or b""
        if path.name == SEALED_NAME:
            from pixie_secrets.stores.opened import opened

            opened(path, data, tool=tool, is_app=is_app)
            return None
    except FileRefused as error:
        return type(error)(error.message, error.hint)
    if str(path) in key_files():
        learn_keys(data.decode("utf-8", "replace"))
        return None
    refused = learn_text(data.decode("utf-8", "surrogateescape"), tool=tool, is_app=is_app)
    if refused:
        return FileRefused(f"{path}: {refused.message}", refused.hint)
    try:
        data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return None
    return FileRefused(f"{path} is not UTF-8 text", "save it again as UTF-8, or move it away")
