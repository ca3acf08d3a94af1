"""What a replacement keeps of the old tool, and how the two differ.

Kept is what no archive may hold, so that nothing can be meant to take its place: every `.env`, the virtual environment,
a repository, key files, and `data/` at the root.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives.contents import walk
from pixie_secrets.archives.kinds import Kind
from pixie_secrets.archives.limits import CHUNK
from pixie_secrets.archives.refusals import ArchiveRefused, told
from pixie_secrets.archives.staging import Kept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pixie_secrets.archives.share_manifest import FileSaid

_REMADE = frozenset({Kind.CACHE, Kind.COMPILED, Kind.LITTER})


class Difference(NamedTuple):
    """Paths below the tool's folder, sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def kept_of(old: Path, new: Path) -> tuple[Kept, ...]:
    """What moves from the old tool into the new one; whatever the archive has in its place is taken out of `new`.

    Raises:
        ArchiveRefused: the archive has a file where the person's own needs a folder.
    """
    kept = []
    for entry in sorted(walk(old), key=lambda entry: entry.path):
        if not entry.personal:
            continue
        path = entry.path.rstrip("/")
        place = new / path
        for parent in place.relative_to(new).parents:
            if (new / parent).is_file():
                raise ArchiveRefused(
                    f"{told(path)} of the tool that is there would have no place in the new one",
                    "move it away, then import again",
                )
        if place.is_dir():
            shutil.rmtree(place)
        elif os.path.lexists(place):
            place.unlink()
        kept.append(Kept(path, copied=stat.S_ISREG(entry.status.st_mode)))
    return tuple(kept)


def compared(old: Path, new: Mapping[str, FileSaid]) -> Difference:
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
        if stat.S_ISREG(status.st_mode) and status.st_size == said.size and _sha256(old / path) == said.sha256:
            unchanged += 1
        else:
            changed.append(path)
    return Difference(
        tuple(sorted(new.keys() - before.keys())),
        tuple(sorted(changed)),
        tuple(sorted(before.keys() - new.keys())),
        unchanged,
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
