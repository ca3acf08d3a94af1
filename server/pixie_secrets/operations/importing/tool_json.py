"""What the archive's tool.json says, read before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives import inflate
from pixie_secrets.archives.refusals import ArchiveRefused, told
from pixie_secrets.errors import ManifestError, PixieError
from pixie_secrets.manifest import SIZE_MAX, parse_manifest

if TYPE_CHECKING:
    from pixie_secrets.archives.accept import Accepted
    from pixie_secrets.archives.source import OpenFile
    from pixie_secrets.manifest import Manifest

_WHERE = "the archive's tool.json"


class Announced(NamedTuple):
    """data: tool.json as it stands in the archive."""

    data: bytes
    manifest: Manifest


def announced(source: OpenFile, accepted: Accepted) -> Announced:
    """What the archive says it is.

    Raises:
        ArchiveRefused: it is something else, or of an old format.
        ManifestError: it breaks the format.
    """
    member = accepted.files["tool.json"]
    if member.size > SIZE_MAX:
        raise ArchiveRefused(f"{_WHERE} is larger than 1 MiB", "a manifest only describes the tool")
    data = inflate.whole(source, member)
    manifest = _manifest(data)
    if manifest.id != accepted.top:
        raise ArchiveRefused(
            f"the archive's folder is called {told(accepted.top)}, but its tool.json says id {manifest.id}",
            f"rename the folder in the archive to {manifest.id}, or have the sender share it with share-tool",
        )
    if manifest.entrypoint not in accepted.files:
        raise ArchiveRefused(
            f"the archive has no {told(manifest.entrypoint)}, which its tool.json starts",
            "ask for it to be packed again",
        )
    return Announced(data, manifest)


def _manifest(data: bytes) -> Manifest:
    """The manifest, or why not; an old format is named as such."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ArchiveRefused(f"{_WHERE} is not UTF-8 text", "ask for it to be saved as UTF-8") from None
    try:
        return parse_manifest(text, _WHERE)
    except ManifestError as error:
        refused = error
    from pixie_secrets.migrations.ladder import climb  # noqa: PLC0415  only for one that is refused

    try:
        old = climb(text, "tool.json")
    except PixieError:
        raise refused from None
    if old.changes and old.problem is None:
        raise ArchiveRefused(
            f"{_WHERE} is of an old format ({'; '.join(old.changes)})",
            "ask the sender to run `pixie-secrets migrate-tool-format` on the tool and to share it again",
        )
    raise refused
