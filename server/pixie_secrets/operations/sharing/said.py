"""What a share says of itself, in its `pixie-share.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.archives import share_manifest
from pixie_secrets.archives.kinds import TREATMENTS
from pixie_secrets.archives.refusals import told
from pixie_secrets.known_values import KNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.archives.contents import Contents
    from pixie_secrets.archives.share_manifest import Digest, ShareManifest
    from pixie_secrets.layouts.project import Tool
    from pixie_secrets.operations.sharing.judging import Judge


def said_of(tool: Tool, found: Contents, digests: Mapping[str, Digest], judge: Judge) -> ShareManifest:
    """What only says something of the sender's machine (caches, litter) is not in it."""
    return share_manifest.ShareManifest(
        format=share_manifest.FORMAT,
        tool=share_manifest.tool_of(tool.manifest),
        files={
            path: share_manifest.FileSaid(sha256=one.sha256, size=one.size) for path, one in sorted(digests.items())
        },
        secrets=share_manifest.secrets_of(tool.manifest),
        hosts=tuple(sorted(judge.hosts)),
        left_out=tuple(
            share_manifest.LeftOut(path=KNOWN.mask(told(entry.path)), reason=entry.reason)
            for entry in found.left_out
            if not (entry.kind and TREATMENTS[entry.kind].noise)
        ),
        allowed=tuple(share_manifest.Allowed(code=code, reason=reason) for code, reason in judge.allowed),
    )
