"""Reads the files of a tool: regular ones only, none through a link, none that blocks, none from outside."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets import filenames
from pixie_secrets.filenames import file_kind
from pixie_secrets.files import NotPlainError, open_plain
from pixie_secrets.lint.file_hits import as_utf8
from pixie_secrets.lint.hits import SourceFile

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

SIZE_MAX = 16 << 20
_SKIPPED_FOLDERS = frozenset(
    {filenames.CACHE, filenames.ENVIRONMENT, filenames.REPOSITORY}
)  # remade, or shipped nowhere


class Skipped(StrEnum):
    """Why a file was not read."""

    BINARY = "binary"
    HUGE = "huge"
    LINK = "link"
    NOT_REGULAR = "not regular"
    UNREADABLE = "unreadable"


class ListedFile(NamedTuple):
    """path: where it is. shown: the same, relative to the project, with `/`. size: as listed, a guess by now."""

    path: str
    shown: str
    size: int = 0


def walk(folder: Path, shown: str, skipped: Counter[Skipped]) -> Iterator[ListedFile]:
    """The files below `folder`, folders in order of their names; links and what else is no file are counted."""
    todo = [(str(folder), shown)]
    while todo:
        path, name = todo.pop()
        try:
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError:
            skipped[Skipped.UNREADABLE] += 1
            continue
        if path != str(folder) and _is_environment(entries):
            continue
        below = []
        for entry in entries:
            here = f"{name}/{entry.name}" if name else entry.name
            if entry.is_symlink():
                skipped[Skipped.LINK] += 1
            elif entry.is_dir():
                if file_kind(entry.name) not in _SKIPPED_FOLDERS:
                    below.append((entry.path, here))
            elif entry.is_file():
                yield ListedFile(entry.path, here, _size(entry))
            else:
                skipped[Skipped.NOT_REGULAR] += 1
        todo += reversed(below)


def _is_environment(entries: list[os.DirEntry[str]]) -> bool:
    """Whether a folder is a virtual environment, whatever its name: Python finds one by its `pyvenv.cfg`."""
    names = {entry.name for entry in entries}
    return "pyvenv.cfg" in names and not names.isdisjoint({"bin", "Scripts"})


def _size(entry: os.DirEntry[str]) -> int:
    """A guess for a file that is gone, or in a folder that may be listed and not entered; `read` will say."""
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0


def read(listed: ListedFile, skipped: Counter[Skipped]) -> SourceFile | None:
    """The file as the rules see it; None, and counted, when it is not to be read."""
    try:
        descriptor, about = open_plain(listed.path)
    except NotPlainError:
        skipped[Skipped.NOT_REGULAR] += 1
        return None
    except OSError:
        skipped[Skipped.LINK if os.path.islink(listed.path) else Skipped.UNREADABLE] += 1  # noqa: PTH114  a plain string
        return None
    try:
        if about.st_size > SIZE_MAX:
            skipped[Skipped.HUGE] += 1
            return None
        raw = _all(descriptor, about.st_size)
    except OSError:
        skipped[Skipped.UNREADABLE] += 1
        return None
    finally:
        os.close(descriptor)
    return source(raw, listed.shown, skipped)


def source(raw: bytes, shown: str, skipped: Counter[Skipped]) -> SourceFile | None:
    """The same for bytes that come from elsewhere, such as git's index."""
    data = as_utf8(raw) if len(raw) <= SIZE_MAX else None
    if data is None:
        skipped[Skipped.BINARY if len(raw) <= SIZE_MAX else Skipped.HUGE] += 1
        return None
    return SourceFile(shown, data)


def holds_values(name: str) -> bool:
    """`.env`, `.env.local`, a copy of one, …: where values belong. Not `prod.env`, in which may be settings only: that
    is read.
    """
    return file_kind(name) in filenames.HOLDING_VALUES


def is_template(name: str) -> bool:
    """`.env.example` and its kin: made to be shared."""
    return file_kind(name) == filenames.TEMPLATE


def _all(descriptor: int, size: int) -> bytes:
    """At most SIZE_MAX bytes and one, so that a file that grows meanwhile is seen to be huge."""
    data = os.read(descriptor, size + 1)
    if len(data) <= size and (not data or len(data) == size):
        return data
    parts = [data]
    total = len(data)
    while total <= SIZE_MAX and (part := os.read(descriptor, 1 << 20)):
        parts.append(part)
        total += len(part)
    return b"".join(parts)
