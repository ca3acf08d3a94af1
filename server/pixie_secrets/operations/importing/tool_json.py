"""What the archive's tool.json says, read before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives import inflate
from pixie_secrets.archives.refusals import ArchiveRefused, display_name
from pixie_secrets.errors import Hint, ManifestError
from pixie_secrets.known_values import KNOWN
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.manifest.text import SIZE_MAX
from pixie_secrets.operations.importing.old_format import migrated

if TYPE_CHECKING:
    from pixie_secrets.archives.accept import Accepted
    from pixie_secrets.archives.source import OpenFile
    from pixie_secrets.manifest.models import Manifest
    from pixie_secrets.operations.importing.old_format import Migrated

_WHERE = "the archive's tool.json"
_REWRITTEN = "tool.json is rewritten to today's format, every other byte of the tool stays"


class Announced(NamedTuple):
    """data: tool.json as it stands in the archive. migrated: what becomes of an old one."""

    data: bytes
    manifest: Manifest
    migrated: Migrated | None


def announced(source: OpenFile, accepted: Accepted, *, migrate: bool) -> Announced:
    """What the archive says it is.

    Raises:
        ArchiveRefused: it is something else, or of an old format that was not to be migrated.
        ManifestError: it breaks the format, or an old one that cannot be migrated.
    """
    member = accepted.files["tool.json"]
    if member.size > SIZE_MAX:
        raise ArchiveRefused(f"{_WHERE} is larger than 1 MiB", "a manifest only describes the tool")
    data = inflate.whole(source, member)
    manifest, migrated = _read(data, migrate=migrate)
    if accepted.top not in {"", manifest.id} and not accepted.top.startswith(f"{manifest.id}-"):  # `id-main`, `id-1.2`
        raise ArchiveRefused(
            f"the archive's folder is called {display_name(accepted.top)}, but its tool.json says id {manifest.id}",
            f"rename the folder in the archive to {manifest.id}, or have the sender share it with share-tool",
        )
    if manifest.entrypoint not in accepted.files:
        raise ArchiveRefused(
            f"the archive has no {display_name(manifest.entrypoint)}, which its tool.json starts",
            "ask for it to be packed again",
        )
    return Announced(data, manifest, migrated)


def _read(data: bytes, *, migrate: bool) -> tuple[Manifest, Migrated | None]:
    """The manifest, or why not; an old format is named as such."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ArchiveRefused(f"{_WHERE} is not UTF-8 text", "ask for it to be saved as UTF-8") from None
    try:
        return parse_manifest(text, _WHERE), None
    except ManifestError as error:
        refused = error
    try:
        found = migrated(text, _WHERE)
    except ManifestError as error:  # it may repeat what stands in the manifest
        raise ManifestError(KNOWN.mask(error.message), error.hint) from None
    if found is None:
        raise refused
    if not migrate:
        raise ArchiveRefused(
            f"{_WHERE} is of an old format ({'; '.join(found.changes)})",
            Hint(
                f"see the diff with --migrate --dry-run, then import it with --migrate: {_REWRITTEN}",
                for_agent=f"see the diff with migrate and dry_run, then import it with migrate: {_REWRITTEN}",
            ),
        )
    return parse_manifest(found.text, f"{_WHERE}, migrated"), found
