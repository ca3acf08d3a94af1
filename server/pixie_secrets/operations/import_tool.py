"""Import a tool from an archive: judged whole before it is a tool, all of it or nothing, and nothing of it is run."""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING

from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.operations.importing.shapes import (
    Changes,
    ImportToolRequest,
    ManifestMigrated,
    SecretToSet,
    Sender,
    ToolImported,
)

if TYPE_CHECKING:
    from pixie_secrets.operations.context import Context

__all__ = ["Changes", "ImportToolRequest", "ManifestMigrated", "SecretToSet", "Sender", "ToolImported", "import_tool"]

_NO_ROOM = "make room and import again; nothing was kept"


def import_tool(context: Context, request: ImportToolRequest) -> ToolImported:
    """Import it, or with a dry run only judge it. Both refuse for the same reasons.

    Raises:
        ArchiveRefused: with the reason; `tools/` is as it was.
        ManifestError: the archive's tool.json breaks the format.
    """
    if sys.platform == "win32":
        raise ArchiveRefused("tools cannot be imported on Windows yet", "use WSL")
    from pixie_secrets.changeover.leftovers import clear  # noqa: PLC0415  archives and lint come with the first import
    from pixie_secrets.operations.importing.archive_file import opened  # noqa: PLC0415  as above

    project = context.project
    try:
        clear(project.root / "tools")
        with opened(request.path) as source:
            from pixie_secrets.operations.importing import steps  # noqa: PLC0415  as above

            return steps.run(project, request, source)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        hint = _NO_ROOM if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else "nothing was kept"
    raise ArchiveRefused(f"the tool could not be written: {reason}", hint)
