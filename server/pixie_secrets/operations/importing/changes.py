"""What a replacement keeps and changes. The person's own wins over what the archive has in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.archives.replacement import compared, kept_of, make_way
from pixie_secrets.operations.importing.lists import LISTED_MAX, first
from pixie_secrets.operations.importing.shapes import Changes

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.archives.share_manifest import Digest
    from pixie_secrets.layouts.project import Tool
    from pixie_secrets.manifest.models import Manifest


def changes_of(old: Tool, manifest: Manifest, folder: Path, digests: dict[str, Digest]) -> Changes:
    """What becomes of `old`. What has to make way for the person's own leaves `folder` and `digests`."""
    kept = kept_of(old.folder)
    make_way(kept, folder)
    for path in [path for path in digests if not (folder / path).exists()]:
        del digests[path]
    difference = compared(old.folder, digests)
    before = {secret.key for secret in old.manifest.secrets}
    after = {secret.key for secret in manifest.secrets}
    lists = (difference.added, difference.changed, difference.removed)
    return Changes(
        added=first(difference.added),
        changed=first(difference.changed),
        removed=first(difference.removed),
        kept=first([keep.path for keep in kept]),
        unchanged_count=difference.unchanged,
        more=sum(max(0, len(one) - LISTED_MAX) for one in lists),
        secrets_added=tuple(sorted(after - before)),
        secrets_removed=tuple(sorted(before - after)),
    )
