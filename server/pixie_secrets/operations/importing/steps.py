"""The order of an import. Everything is decided before the last step, and that step is one rename."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.archives import staging
from pixie_secrets.archives.accept import SHARE_MANIFEST, accept
from pixie_secrets.archives.unpack import FOLDER_MODE, unpack
from pixie_secrets.archives.zip_check import read_members
from pixie_secrets.changeover.leftovers import clear
from pixie_secrets.operations.importing import old_format
from pixie_secrets.operations.importing.archive_file import opened
from pixie_secrets.operations.importing.destination import destination
from pixie_secrets.operations.importing.judging import Judge, linted
from pixie_secrets.operations.importing.result import Judged, changes_of, result_of
from pixie_secrets.operations.importing.tool_json import announced
from pixie_secrets.operations.leaks import learn_or_refuse

if TYPE_CHECKING:
    from pixie_secrets.archives.source import OpenFile
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.import_tool import ImportToolRequest, ToolImported


def run(project: Project, request: ImportToolRequest) -> ToolImported:
    """Judge the archive, and unless it is a dry run make it a tool. See `import_tool`."""
    clear(project.root / "tools")
    with opened(request.path) as source:
        return _imported(project, request, source)


def _imported(project: Project, request: ImportToolRequest, source: OpenFile) -> ToolImported:
    learn_or_refuse(project)
    accepted = accept(read_members(source))
    announcement = announced(source, accepted, migrate=request.migrate)
    place = destination(project, announcement.manifest.id, replace=request.replace)
    judge = Judge(project, announcement, accepted)
    with staging.staging(project.root / "tools") as private:
        folder = private / "tool" / place.target.name
        folder.mkdir(FOLDER_MODE)
        digests = unpack(source, accepted, folder, judge.look)
        sender = judge.verdict(digests)
        (folder / SHARE_MANIFEST).unlink(missing_ok=True)
        migration = None
        if announcement.migrated:
            digests["tool.json"] = old_format.write(announcement.migrated, folder)
            migration = old_format.described(announcement.migrated, folder)
            del judge.looked["tool.json"]
        lint = linted(project, folder, announcement.manifest, accepted, judge.looked)
        changes = changes_of(place.old, announcement.manifest, folder, digests) if place.old else None
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
        )
        imported = result_of(request, place, judged)
        if request.dry_run:
            return imported
        if place.inode is None:
            staging.place(folder, place.target)
        else:
            staging.replace(folder, place.target, place.inode)
    return imported
