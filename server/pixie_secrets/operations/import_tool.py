"""Import a tool from an archive: judged whole before it is a tool, all of it or nothing, and nothing of it is run.

Everything is decided before the last step, and that step is one rename.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.archives import staging
from pixie_secrets.archives.accept import SHARE_MANIFEST, accept
from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.archives.unpack import unpack
from pixie_secrets.archives.zip_check import read_members
from pixie_secrets.audit.entry import Change
from pixie_secrets.changeover.leftovers import clear
from pixie_secrets.operations.importing import old_format, sealed_values
from pixie_secrets.operations.importing.archive_file import opened
from pixie_secrets.operations.importing.destination import destination
from pixie_secrets.operations.importing.judging import Judge, linted
from pixie_secrets.operations.importing.result import Judged, ToolImported, changes_of, result_of
from pixie_secrets.operations.importing.tool_json import announced
from pixie_secrets.operations.leaks import learn_or_refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.archives.source import OpenFile
    from pixie_secrets.layouts.project import Project
from pixie_secrets.filenames import SEALED_NAME
from pixie_secrets.operations.context import Context

_NO_ROOM = "make room and import again; nothing was kept"


class ImportToolRequest(NamedTuple):
    """What to import, and how."""

    path: Annotated[str, "the archive, a .zip on this machine, absolute or from the working directory"]
    replace: Annotated[bool, "exchange a tool that has the same id; its .env, data/ and .venv are kept"] = False
    migrate: Annotated[bool, "take a tool.json of an old format in as one of today's; a dry run shows the diff"] = False
    dry_run: Annotated[bool, "judge everything, show what would change, and change nothing"] = False


def import_tool(context: Context, request: ImportToolRequest) -> ToolImported:
    """Import it, or with a dry run only judge it. Both refuse for the same reasons.

    Raises:
        ArchiveRefused: with the reason; `tools/` is as it was.
        ManifestError: the archive's tool.json breaks the format.
    """
    if sys.platform == "win32":
        raise ArchiveRefused("tools cannot be imported on Windows yet", "use WSL")
    try:
        clear(context.project.root / "tools")
        with opened(request.path) as source, _there(context.project.root / "tools"):
            imported = _imported(context.project, request, source)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        hint = _NO_ROOM if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else "nothing was kept"
    else:
        if request.dry_run:
            return imported
        return imported._replace(warnings=(*imported.warnings, *context.record(Change.IMPORTED, imported.tool_id)))
    raise ArchiveRefused(f"the tool could not be written: {reason}", hint)


@contextmanager
def _there(tools: Path) -> Iterator[None]:
    """The folder of tools, which the first import of a project makes; without a tool in it, it goes again."""
    is_new = not os.path.lexists(tools)
    tools.mkdir(exist_ok=True)
    try:
        yield
    finally:
        if is_new:
            with suppress(OSError):
                tools.rmdir()


def _imported(project: Project, request: ImportToolRequest, source: OpenFile) -> ToolImported:
    learn_or_refuse(project)
    accepted = accept(read_members(source))
    announcement = announced(source, accepted, migrate=request.migrate)
    place = destination(project, announcement.manifest.id, replace=request.replace)
    judge = Judge(project, announcement, accepted)
    with staging.staging(project.root / "tools") as private, staging.new_folder(private, place.target.name) as new:
        digests = unpack(source, accepted, new.descriptor, judge.look)
        sender = judge.verdict(digests)
        sealed = sealed_values.judged(judge.texts, announcement.manifest.id)
        with suppress(FileNotFoundError):
            os.unlink(SHARE_MANIFEST, dir_fd=new.descriptor)
        if not sealed.opens:
            os.unlink(SEALED_NAME, dir_fd=new.descriptor)
            del digests[SEALED_NAME]
        migration = None
        if announcement.migrated:
            digests["tool.json"] = old_format.write(announcement.migrated, new.descriptor)
            migration = old_format.described(announcement.migrated, new.path)
            del judge.scanned["tool.json"]
        lint = linted(project, new.path, announcement.manifest, accepted, judge.scanned)
        changes = changes_of(place.old, announcement.manifest, new.path, digests) if place.old else None
        judged = Judged(
            announcement.manifest,
            digests,
            accepted.dropped,
            judge.texts,
            sender,
            migration,
            lint,
            judge.not_linted,
            changes,
            sealed,
        )
        imported = result_of(judged, place, dry_run=request.dry_run)
        if request.dry_run:
            return imported
        if place.inode is None:
            staging.place(new, place.target)
        else:
            staging.replace(new, place.target, place.inode)
    return imported
