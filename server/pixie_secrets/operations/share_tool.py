"""Share a tool: a zip of what belongs to it, without a value, that anybody can import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.archives.refusals import ShareRefused
from pixie_secrets.operations.sharing.shapes import NotShared, SharedFile, ShareToolRequest, ToolShared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.sharing.steps import Progress

__all__ = ["NotShared", "ShareToolRequest", "SharedFile", "ToolShared", "share_tool"]


def share_tool(
    project: Project,
    request: ShareToolRequest,
    allow: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> ToolShared:
    """Write the archive, or with a dry run only say what would be in it. Both refuse for the same reasons.

    allow: codes of lint that may be in it, each with the reason; it goes into the archive. progress: called with bytes
    done and bytes in all.

    Raises:
        UnknownTool, ManifestError: no such tool, or its manifest is broken.
        ShareRefused: a secret is in what would ship, the output cannot be written, or no import would take it.
        FileRefused: a file of values cannot be read, so nobody can say what would leak.
    """
    from pixie_secrets.operations.sharing import steps  # noqa: PLC0415  archives and lint come with the first share

    try:
        return steps.run(project, request, allow or {}, progress or (lambda _done, _all: None))
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
    raise ShareRefused(f"the archive could not be written: {reason}", "nothing was kept; see whether there is room")
