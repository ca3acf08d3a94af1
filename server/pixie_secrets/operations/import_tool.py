"""Import a tool from an archive: judged whole before it is a tool, all of it or nothing, and nothing of it is run."""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.frozen import Frozen
from pixie_secrets.lint.findings import Finding
from pixie_secrets.operations.status import Status
from pixie_secrets.secret.key import KeyName

if TYPE_CHECKING:
    from pixie_secrets.operations.context import Context

_NO_ROOM = "make room and import again; nothing was kept"


class ImportToolRequest(NamedTuple):
    """What to import, and how."""

    path: Annotated[str, "the archive, a .zip on this machine, absolute or from the working directory"]
    replace: Annotated[bool, "exchange a tool that has the same id; its .env, data/ and .venv are kept"] = False
    migrate: Annotated[bool, "take a tool.json of an old format in as one of today's; a dry run shows the diff"] = False
    dry_run: Annotated[bool, "judge everything, show what would change, and change nothing"] = False


class SecretToSet(Frozen):
    """status: `set` only where a tool was replaced that had it."""

    key: KeyName
    description: str | None
    required: bool
    status: Status


class Changes(Frozen):
    """What a replacement does: files by path, the first of each; kept are the person's own."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged_count: int
    more: int
    secrets_added: tuple[KeyName, ...]
    secrets_removed: tuple[KeyName, ...]


class Sender(Frozen):
    """What the archive says of itself, checked against what is in it."""

    hosts: tuple[str, ...]
    left_out: tuple[str, ...]
    allowed: tuple[str, ...]


class ManifestMigrated(Frozen):
    """What differs in tool.json from the archive's. changes: in words; diff: the same, unified, known values masked.
    warnings: what is odd about it and was not changed.
    """

    changes: tuple[str, ...]
    diff: str
    warnings: tuple[str, ...]


class ToolImported(Frozen):
    """folder: relative to the project. sender: null when the archive says nothing of itself. migration: null when
    tool.json comes in as it is. files: the first of `file_count`. dropped: what editors and systems had left in the
    archive. next_steps: for the person, in order.
    """

    tool_id: str
    name: str
    folder: str
    dry_run: bool
    replaced: bool
    files: tuple[str, ...]
    file_count: int
    total: int
    dropped: tuple[str, ...]
    secrets: tuple[SecretToSet, ...]
    changes: Changes | None
    sender: Sender | None
    migration: ManifestMigrated | None
    findings: tuple[Finding, ...]
    finding_count: int
    warnings: tuple[str, ...]
    next_steps: tuple[str, ...]


def import_tool(context: Context, request: ImportToolRequest) -> ToolImported:
    """Import it, or with a dry run only judge it. Both refuse for the same reasons.

    Raises:
        ArchiveRefused: with the reason; `tools/` is as it was.
        ManifestError: the archive's tool.json breaks the format.
    """
    if sys.platform == "win32":
        raise ArchiveRefused("tools cannot be imported on Windows yet", "use WSL")
    from pixie_secrets.operations.importing import steps  # noqa: PLC0415  archives and lint come with the first import

    try:
        return steps.run(context.project, request)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        hint = _NO_ROOM if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else "nothing was kept"
    raise ArchiveRefused(f"the tool could not be written: {reason}", hint)
