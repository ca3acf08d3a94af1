"""The order of an import. Everything is decided before the last step, and that step is one rename."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.archives import staging
from pixie_secrets.archives.accept import SHARE_MANIFEST, accept
from pixie_secrets.archives.unpack import FOLDER_MODE, unpack
from pixie_secrets.archives.zip_check import read_members
from pixie_secrets.operations.importing import old_format
from pixie_secrets.operations.importing.answer import Judged, answer
from pixie_secrets.operations.importing.changes import changes_of
from pixie_secrets.operations.importing.destination import destination
from pixie_secrets.operations.importing.judging import Judge
from pixie_secrets.operations.importing.linted import linted
from pixie_secrets.operations.importing.tool_json import announced
from pixie_secrets.operations.leaks import learn_or_refuse

if TYPE_CHECKING:
    from pixie_secrets.archives.source import OpenFile
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.importing.shapes import ImportToolRequest, ToolImported


def run(project: Project, request: ImportToolRequest, source: OpenFile) -> ToolImported:
    """Judge the archive, and unless it is a dry run make it a tool."""
    learn_or_refuse(project)
    accepted = accept(read_members(source))
    told = announced(source, accepted, migrate=request.migrate)
    place = destination(project, told.manifest.id, replace=request.replace)
    judge = Judge(project, told, accepted)
    with staging.staging(project.root / "tools") as private:
        folder = private / "tool" / place.target.name
        folder.mkdir(FOLDER_MODE)
        digests = unpack(source, accepted, folder, judge.look)
        sender = judge.verdict(digests)
        (folder / SHARE_MANIFEST).unlink(missing_ok=True)
        migration = None
        if told.migrated:
            digests["tool.json"] = old_format.write(told.migrated, folder)
            migration = old_format.told_of(told.migrated, folder)
            del judge.looked["tool.json"]
        lint = linted(project, folder, told.manifest, accepted, judge.looked)
        changes = changes_of(place.old, told.manifest, folder, digests) if place.old else None
        judged = Judged(told.manifest, digests, accepted.dropped, judge.texts, sender, migration, lint, changes)
        imported = answer(request, place, judged)
        if request.dry_run:
            return imported
        if place.old is None:
            staging.place(folder, place.target)
        else:
            staging.replace(folder, place.target)
    return imported
