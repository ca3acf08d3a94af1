"""What a replacement keeps of the old tool, and how the two differ.

Kept is what no archive may hold, so that nothing can be meant to take its place: every `.env`, the virtual environment,
a repository, key files, and `data/` at the root.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives.contents import walk
from pixie_secrets.archives.kinds import Kind
from pixie_secrets.archives.limits import CHUNK
from pixie_secrets.archives.refusals import ArchiveRefused, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pixie_secrets.archives.share_manifest import Digest

_REMADE = frozenset({Kind.CACHE, Kind.COMPILED, Kind.LITTER})


class Kept(NamedTuple):
    """Something of the person's that moves into the new tool. path: below the tool's folder.

    copied: a file, copied, so that the old tool has it until the very step. Else a folder, which is moved.
    """

    path: str
    copied: bool


class Difference(NamedTuple):
    """Paths below the tool's folder, sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def kept_of(old: Path) -> tuple[Kept, ...]:
    """What moves from the old tool into the new one."""
    return tuple(
        Kept(entry.path.rstrip("/"), copied=stat.S_ISREG(entry.status.st_mode))
        for entry in sorted(walk(old), key=lambda entry: entry.path)
        if entry.personal
    )


def make_way(kept: Iterable[Kept], new: Path) -> None:
    """Take out of `new` whatever the archive has in the place of what is kept.

    Raises:
        ArchiveRefused: the archive has a file where a folder is needed for it.
    """
    for path, _ in kept:
        place = new / path
        for parent in place.relative_to(new).parents:
            if (new / parent).is_file():
                raise ArchiveRefused(
                    f"{told(path)} of the tool that is there would have no place in the new one",
                    "move it away, then import again",
                )
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def compared(old: Path, new: Mapping[str, Digest]) -> Difference:
    """How the files differ, those aside that are kept or remade by programs."""
    before = {
        entry.path: entry.status
        for entry in walk(old)
        if not entry.personal and not entry.reason.startswith(tuple(_REMADE))
    }
    changed, unchanged = [], 0
    for path, said in new.items():
        if (status := before.get(path)) is None:
            continue
        same = stat.S_ISREG(status.st_mode) and status.st_size == said.size and _sha256(old / path) == said.sha256
        if same:
            unchanged += 1
        else:
            changed.append(path)
    return Difference(
        tuple(sorted(new.keys() - before.keys())),
        tuple(sorted(changed)),
        tuple(sorted(before.keys() - new.keys())),
        unchanged,
    )


def _sha256(path: Path) -> str | None:
    """None: it is gone since."""
    digest = hashlib.sha256()
    with (
        suppress(FileNotFoundError),
        os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file,
    ):
        while piece := file.read(CHUNK):
            digest.update(piece)
        return digest.hexdigest()
    return None
