"""Share a tool: a zip of what belongs to it, without a value, that anybody can import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.archives.refusals import ShareRefused
from pixie_secrets.frozen import Frozen
from pixie_secrets.operations.context import Progress
from pixie_secrets.secret.key import KeyName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.operations.context import Context


class ShareToolRequest(NamedTuple):
    """What a finding of lint may be allowed is no part of this: that is for a person to say, on the command line."""

    tool_id: str
    output: Annotated[
        str | None,
        "the archive to write, a file that does not exist yet; left out: <id>-<version>.zip in the project",
    ] = None
    dry_run: Annotated[bool, "only list what would go in and what would stay out, and why"] = False


class SharedFile(Frozen):
    path: str
    size: int


class NotShared(Frozen):
    """path: one of a folder ends in `/`; nothing in it was looked at."""

    path: str
    reason: str


class ToolShared(Frozen):
    """files: what went in, the first of `file_count`. total: bytes before packing. size, sha256: of the archive, 0 and
    null with a dry run. generated: files of the archive that are not in the folder. hosts: those that the code names.
    """

    tool_id: str
    dry_run: bool
    path: str
    size: int
    sha256: str | None
    files: tuple[SharedFile, ...]
    file_count: int
    total: int
    left_out: tuple[NotShared, ...]
    left_out_count: int
    generated: tuple[str, ...]
    secrets: tuple[KeyName, ...]
    hosts: tuple[str, ...]
    allowed: tuple[str, ...] = ()


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
