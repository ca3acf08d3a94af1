"""What a replacement keeps of the old tool, and how the two differ.

Kept is what no archive may hold, so that nothing can be meant to take its place: every `.env`, the virtual environment,
a repository, key files, and `data/` at the root. What a `.gitignore` says is no reason: a `.env` in an ignored folder
is the person's as well.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives.contents import ELSEWHERE, walk
from pixie_secrets.archives.limits import CHUNK
from pixie_secrets.archives.refusals import ArchiveRefused, display_name
from pixie_secrets.filenames import CACHE, COMPILED, LITTER
from pixie_secrets.files import open_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pixie_secrets.archives.contents import Entry
    from pixie_secrets.archives.share_manifest import Digest

_REMADE = frozenset({CACHE, COMPILED, LITTER})
_ESCAPED = re.compile(rb"\\([0-7]{3})")  # how /proc writes a space


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
    """What moves from the old tool into the new one.

    Raises:
        ArchiveRefused: something is mounted in the old tool; it cannot be moved, and to remove the old tool would be to
            empty what is mounted.
    """
    entries = sorted(_all(old), key=lambda entry: entry.path)
    mounted = [*_mount_points_below(old), *(entry.path for entry in entries if entry.reason == ELSEWHERE)]
    if mounted:
        raise ArchiveRefused(
            f"{display_name(mounted[0].rstrip('/'))} of the tool that is there is mounted from elsewhere",
            "unmount it, import, then mount it again",
        )
    return tuple(
        Kept(entry.path.rstrip("/"), copied=stat.S_ISREG(entry.status.st_mode)) for entry in entries if entry.personal
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
                    f"{display_name(path)} of the tool that is there would have no place in the new one",
                    "move it away, then import again",
                )
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def compared(old: Path, new: Mapping[str, Digest]) -> Difference:
    """How the files differ, those aside that are kept or remade by programs."""
    before = {entry.path: entry.status for entry in _all(old) if not entry.personal and entry.kind not in _REMADE}
    changed, unchanged = [], 0
    for path, digest in new.items():
        if (status := before.get(path)) is None:
            continue
        same = stat.S_ISREG(status.st_mode) and status.st_size == digest.size and _sha256(old / path) == digest.sha256
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


def _mount_points_below(folder: Path) -> list[str]:
    """Where something is mounted in `folder`, relative to it; only Linux says so of what is on the same device."""
    try:
        table = Path("/proc/self/mountinfo").read_bytes()
    except OSError:
        return []
    above = os.fsencode(folder.resolve()) + b"/"
    places = (_ESCAPED.sub(lambda octal: bytes([int(octal[1], 8)]), line.split()[4]) for line in table.splitlines())
    return sorted(os.fsdecode(place.removeprefix(above)) for place in places if place.startswith(above))


def _all(folder: Path) -> Iterator[Entry]:
    return walk(folder, obeying_gitignores=False)


def _sha256(path: Path) -> str | None:
    """None: it is gone since."""
    digest = hashlib.sha256()
    with (
        suppress(FileNotFoundError),
        os.fdopen(open_plain(path).descriptor, "rb") as file,
    ):
        while piece := file.read(CHUNK):
            digest.update(piece)
        return digest.hexdigest()
    return None
