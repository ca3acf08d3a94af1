"""A tool.json of an old format becomes one of today's on its way in, by the steps that `migrate-tool-format` takes.

The archive is judged by its own bytes; what is migrated is what was unpacked of it.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.archives.share_manifest import Digest
from pixie_secrets.archives.unpack import FILE_MODE
from pixie_secrets.files import create_plain, write_all
from pixie_secrets.frozen import Frozen
from pixie_secrets.known_values import KNOWN
from pixie_secrets.manifest.text import SIZE_MAX
from pixie_secrets.migrations.remarks import remarks
from pixie_secrets.migrations.steps import migrate_text
from pixie_secrets.operations.text_diff import text_diff
from pixie_secrets.operations.tool_source import tool_source
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

DIFF_MAX = 20_000  # characters; somebody else wrote the document, and it may be one line of a megabyte


class ManifestMigrated(Frozen):
    """What differs in tool.json from the archive's. changes: in words; diff: the same, unified, known values masked.
    warnings: what is odd about it and was not changed.
    """

    changes: tuple[str, ...]
    diff: str
    warnings: tuple[str, ...]


class Migrated(NamedTuple):
    """before, text: the document as it was and is. changes: what was done, in words."""

    before: str
    text: str
    changes: tuple[str, ...]


def migrated(text: str, where: str) -> Migrated | None:
    """The document of today; None: it is of no old format. Whether it is a manifest then is for the caller to see.

    Raises:
        ManifestError: it cannot be migrated without guessing.
        ArchiveRefused: it is too large then.
    """
    migration = migrate_text(text, where)
    if not migration.changes:
        return None
    if len(migration.text.encode()) > SIZE_MAX:
        raise ArchiveRefused(f"{where} would be larger than 1 MiB, migrated", "a manifest only describes the tool")
    return Migrated(text, migration.text, migration.changes)


def write(found: Migrated, folder: int) -> Digest:
    """Put it in the place of the one that was unpacked into the open `folder`; what it is now."""
    data = found.text.encode()
    os.unlink("tool.json", dir_fd=folder)
    descriptor = create_plain("tool.json", FILE_MODE, folder=folder)
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)
    return Digest(hashlib.sha256(data).hexdigest(), len(data))


def described(found: Migrated, folder: Path) -> ManifestMigrated:
    """What the answer says of it. A terminal obeys what it is sent, so of the diff only what is text comes through."""
    diff = KNOWN.mask(text_diff(found.before, found.text, "tool.json"))
    plain = re.sub(r"[^\n\t]+", lambda line: shown(line[0]), diff)
    odd = remarks(found.text, "tool.json", tool_source(folder))
    return ManifestMigrated(
        changes=found.changes,
        diff=f"{plain[:DIFF_MAX]}\n… and more" if len(plain) > DIFF_MAX else plain,
        warnings=tuple(KNOWN.mask(shown(remark)) for remark in odd),
    )
