"""Share a tool: a zip of what belongs to it, without a value, that anybody can import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.archives.refusals import ShareRefused
from pixie_secrets.operations.context import Progress
from pixie_secrets.operations.sharing.shapes import NotShared, SharedFile, ShareToolRequest, ToolShared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.operations.context import Context

__all__ = ["NotShared", "ShareToolRequest", "SharedFile", "ToolShared", "share_tool"]


def share_tool(
    context: Context,
    request: ShareToolRequest,
    allow: Mapping[str, str] | None = None,
) -> ToolShared:
    """Write the archive, or with a dry run only say what would be in it. Both refuse for the same reasons.

    allow: codes of lint that may be in it, each with the reason; it goes into the archive. Progress counts bytes.

    Raises:
        UnknownTool, ManifestError: no such tool, or its manifest is broken.
        ShareRefused: a secret is in what would ship, the output cannot be written, or no import would take it.
        FileRefused: a file of values cannot be read, so nobody can say what would leak.
    """
    from pixie_secrets.operations.sharing import steps  # noqa: PLC0415  archives and lint come with the first share

    def progress(done: int, total: int) -> None:
        if context.is_cancelled:
            raise ShareRefused("cancelled, nothing was written")
        context.progress(Progress(done, total))

    try:
        return steps.run(context.project, request, allow or {}, progress)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
    raise ShareRefused(f"the archive could not be written: {reason}", "nothing was kept; see whether there is room")
