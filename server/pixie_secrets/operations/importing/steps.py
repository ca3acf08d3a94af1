"""The order of an import. Everything is decided before the last step, and that step is one rename."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from pixie_secrets.archives import staging
from pixie_secrets.archives.accept import SHARE_MANIFEST, accept
from pixie_secrets.archives.unpack import unpack
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
    with staging.staging(project.root / "tools") as private, staging.new_folder(private, place.target.name) as new:
        digests = unpack(source, accepted, new.descriptor, judge.look)
        sender = judge.verdict(digests)
        with suppress(FileNotFoundError):
            os.unlink(SHARE_MANIFEST, dir_fd=new.descriptor)
        migration = None
        if announcement.migrated:
            digests["tool.json"] = old_format.write(announcement.migrated, new.descriptor)
            migration = old_format.described(announcement.migrated, new.path)
            del judge.looked["tool.json"]
        lint = linted(project, new.path, announcement.manifest, accepted, judge.looked)
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
        )
        imported = result_of(request, place, judged)
        if request.dry_run:
            return imported
        if place.inode is None:
            staging.place(new, place.target)
        else:
            staging.replace(new, place.target, place.inode)
    return imported
