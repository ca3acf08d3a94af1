"""Share a tool: a zip of what belongs to it, without a value, that anybody can import.

What ships is listed, packed and judged in one pass, and the archive appears at the end.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.archives import limits, output, share_manifest
from pixie_secrets.archives.accept import SHARE_MANIFEST
from pixie_secrets.archives.contents import Contents, contents, too_large
from pixie_secrets.archives.kinds import TREATMENTS
from pixie_secrets.archives.packing import GeneratedFile, Packing
from pixie_secrets.archives.refusals import ShareRefused, display_name
from pixie_secrets.archives.zip_write import ZipWriter, pack
from pixie_secrets.audit.entry import Change
from pixie_secrets.filenames import SEALED_NAME
from pixie_secrets.frozen import Frozen
from pixie_secrets.known_values import KNOWN
from pixie_secrets.oauth.registration import token_hosts
from pixie_secrets.operations.context import Progress
from pixie_secrets.operations.sharing.judging import Judge
from pixie_secrets.operations.sharing.selection import (
    generated,
    learn_values,
    require,
    require_readable,
    sealed_values,
    without_filled_templates,
)
from pixie_secrets.sealed.recipients import recipients_of, shown_recipient
from pixie_secrets.secret.key import KeyName

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from pixie_secrets.archives.share_manifest import Digest, ShareManifest
    from pixie_secrets.layouts.project import Project, Tool
    from pixie_secrets.operations.context import Context

LISTED_MAX = 200  # of a list; how many there are is said beside it

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


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
    null with a dry run. sealed_for: who can open the values that go along, encrypted. generated: files of the archive
    that are not in the folder. hosts: those that the code names, and those that its tokens come from.
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
    sealed_for: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def share_tool(
    context: Context,
    request: ShareToolRequest,
    allow: Mapping[str, str] | None = None,
    sealed_for: Collection[str] = (),
) -> ToolShared:
    """Write the archive, or with a dry run only say what would be in it. Both refuse for the same reasons.

    allow: codes of lint that may be in it, each with the reason; it goes into the archive. sealed_for: public keys, or
    files with some, of those who are to have the values, encrypted for them alone; for a person to say. Progress
    counts bytes.

    Raises:
        UnknownTool, ManifestError: no such tool, or its manifest is broken.
        ShareRefused: a secret is in what would ship, the output cannot be written, or no import would take it.
        FileRefused: a file of values cannot be read, so nobody can say what would leak.
    """

    def progress(done: int, total: int) -> None:
        if context.is_cancelled:
            raise ShareRefused("cancelled, nothing was written")
        context.progress(Progress(done, total))

    try:
        shared = _shared(context.project, request, allow or {}, sealed_for, progress)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
    else:
        if request.dry_run:
            return shared
        warnings = context.record(Change.SHARED, shared.tool_id, detail=Path(shared.path).name)
        return shared.model_copy(update={"warnings": warnings})
    raise ShareRefused(f"the archive could not be written: {reason}", "nothing was kept; see whether there is room")


def _shared(
    project: Project,
    request: ShareToolRequest,
    allow: Mapping[str, str],
    sealed_for: Collection[str],
    progress: Callable[[int, int], None],
) -> ToolShared:
    tool = project.tool(request.tool_id)
    judge = Judge(project, tool, allow)
    target = _target(project, tool, request.output)
    output.check(target, tool.folder)
    listed = contents(tool.folder)
    learn_values(project, tool, listed)
    require_readable(listed)
    found = without_filled_templates(tool, listed)
    require(tool, found)
    recipients = recipients_of(sealed_for).keys if sealed_for else ()
    if recipients:
        found = Contents(found.files, tuple(entry for entry in found.left_out if entry.path != SEALED_NAME))
    share = _Share(tool, target, judge, listed, found, recipients=recipients)
    if request.dry_run:
        return share.write(None, progress)
    with output.appearing(target) as descriptor:
        return share.write(descriptor, progress)


class _Share:
    """One share. listed: what was there; found: the same, judged. recipients: who is to have the values."""

    def __init__(
        self,
        tool: Tool,
        target: Path,
        judge: Judge,
        listed: Contents,
        found: Contents,
        *,
        recipients: tuple[str, ...],
    ) -> None:
        self._recipients = recipients
        self._tool = tool
        self._target = target
        self._judge = judge
        self._listed = listed
        self._found = found

    def write(self, descriptor: int | None, progress: Callable[[int, int], None]) -> ToolShared:
        """Pack, judge, and say what was packed; without a descriptor nothing is written."""
        made = [GeneratedFile(path, data) for path, data in generated(self._tool, self._found).items()]
        if self._recipients:
            made.append(GeneratedFile(SEALED_NAME, sealed_values(self._tool, self._recipients)))
        writer = ZipWriter(descriptor)
        packing = Packing(self._tool.folder, self._tool.id, writer, self._judge.look, self._advance(progress))
        with self._judge.lint_beside(self._found):
            digests = packing.add(sorted((*self._found.files, *made), key=lambda entry: entry.path))
        self._judge.verdict()
        packing.unchanged(self._listed)
        about = _manifest_of(self._tool, self._found, digests, self._judge)
        written = about.written()
        if len(written) > limits.WHOLE_MAX:
            raise ShareRefused(
                f"what the archive would say of itself ({SHARE_MANIFEST}) is too large for any import",
                "leave whole folders out, not their files: `logs/` in the tool's .gitignore, not `*.log`",
            )
        self._judge.look(SHARE_MANIFEST, written)
        self._judge.verdict()
        writer.add(f"{self._tool.id}/{SHARE_MANIFEST}", pack(written))
        size = writer.finish()
        if size > limits.ARCHIVE_MAX:
            raise too_large(f"the archive would be larger than {limits.ARCHIVE_MAX // limits.MIB} MiB")
        names = (*(one.path for one in made), SHARE_MANIFEST)
        if descriptor is None:
            return self._shared(about, digests, names, size=0, sha256=None)
        return self._shared(about, digests, names, size=size, sha256=_sha256(descriptor, size))

    def _advance(self, progress: Callable[[int, int], None]) -> Callable[[int], None]:
        total = sum(entry.status.st_size for entry in self._found.files)
        done = 0

        def advance(size: int) -> None:
            nonlocal done
            done += size
            progress(min(done, total), total)

        return advance

    def _shared(
        self,
        about: ShareManifest,
        digests: Mapping[str, Digest],
        made: tuple[str, ...],
        *,
        size: int,
        sha256: str | None,
    ) -> ToolShared:
        left_out = self._found.left_out
        return ToolShared(
            tool_id=self._tool.id,
            dry_run=sha256 is None,
            path=str(self._target),
            size=size,
            sha256=sha256,
            files=tuple(SharedFile(path=path, size=one.size) for path, one in sorted(digests.items())[:LISTED_MAX]),
            file_count=len(digests),
            total=sum(one.size for one in digests.values()),
            left_out=tuple(
                NotShared(path=KNOWN.mask(display_name(entry.path)), reason=entry.reason)
                for entry in left_out[:LISTED_MAX]
            ),
            left_out_count=len(left_out),
            generated=made,
            secrets=tuple(secret.key for secret in self._tool.secrets),
            hosts=about.hosts,
            allowed=tuple(one.code for one in about.allowed),
            sealed_for=tuple(map(shown_recipient, self._recipients)),
        )


def _target(project: Project, tool: Tool, named: str | None) -> Path:
    """Where the archive goes: as named, from the working directory, else beside the project's `tools/`."""
    if named is not None:
        if not named or "\0" in named:
            raise ShareRefused("the output has no name", "name a file that does not exist yet, such as my-tool.zip")
        return Path(os.path.abspath(os.path.expanduser(named)))
    version = tool.manifest.version
    suffix = f"-{version}" if version and _VERSION.fullmatch(version) else ""
    return project.root / f"{tool.id}{suffix}.zip"


def _sha256(descriptor: int, size: int) -> str:
    digest = hashlib.sha256()
    for start in range(0, size, 2**20):
        digest.update(os.pread(descriptor, min(2**20, size - start), start))
    return digest.hexdigest()


def _manifest_of(tool: Tool, found: Contents, digests: Mapping[str, Digest], judge: Judge) -> ShareManifest:
    """What the archive says of itself; nothing of what only the sender's machine has (caches, litter)."""
    return share_manifest.ShareManifest(
        format=share_manifest.FORMAT,
        tool=share_manifest.tool_of(tool.manifest),
        files={
            path: share_manifest.FileRecord(sha256=one.sha256, size=one.size) for path, one in sorted(digests.items())
        },
        secrets=share_manifest.secrets_of(tool.manifest),
        hosts=tuple(sorted(judge.hosts | token_hosts(tool.secrets))),
        left_out=tuple(
            share_manifest.LeftOut(path=KNOWN.mask(display_name(entry.path)), reason=entry.reason)
            for entry in found.left_out
            if not (entry.kind and TREATMENTS[entry.kind].noise)
        ),
        allowed=tuple(share_manifest.Allowed(code=code, reason=reason) for code, reason in judge.allowed),
    )
