"""Import a tool from an archive: judged whole before it is a tool, all of it or nothing, and nothing of it is run."""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from pydantic import Field

from pixie_secrets import store
from pixie_secrets.archives.refusals import ArchiveRefused, told
from pixie_secrets.frozen import Frozen
from pixie_secrets.known_values import KNOWN
from pixie_secrets.lint.findings import Finding  # noqa: TC001  pydantic reads the annotations
from pixie_secrets.operations import incoming
from pixie_secrets.operations.status import Status, status_of
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.archives.accept import Accepted
    from pixie_secrets.archives.share_manifest import Digest, ShareManifest
    from pixie_secrets.archives.source import OpenFile
    from pixie_secrets.manifest import Manifest
    from pixie_secrets.project import Project, Tool

LISTED_MAX = 200  # of a list; how many there are is said beside it
FINDINGS_MAX = 100
SHARE_MANIFEST = "pixie-share.json"
PYTHON_MAX = 5_000_000  # bytes of Python from which on lint only looks for secrets: the rest takes its time

_NO_ROOM = "make room and import again; nothing was kept"


class ImportToolRequest(Frozen):
    path: str = Field(description="the archive, a .zip on this machine, absolute or from the working directory")
    replace: bool = Field(
        default=False,
        description="true: exchange a tool that has the same id; its .env, data/ and virtual environment are kept",
    )
    dry_run: bool = Field(default=False, description="true: judge everything and change nothing")


class SecretToSet(Frozen):
    """status: `set` only where a tool was replaced that had it."""

    key: str
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
    secrets_added: tuple[str, ...]
    secrets_removed: tuple[str, ...]


class Sender(Frozen):
    """What the archive says of itself, checked against what is in it."""

    hosts: tuple[str, ...]
    left_out: tuple[str, ...]
    allowed: tuple[str, ...]


class ToolImported(Frozen):
    """folder: relative to the project. sender: null when the archive says nothing of itself. files: the first of
    `file_count`. dropped: what editors and systems had left in the archive. next_steps: for the person, in order.
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
    findings: tuple[Finding, ...]
    finding_count: int
    warnings: tuple[str, ...]
    next_steps: tuple[str, ...]


def import_tool(project: Project, request: ImportToolRequest) -> ToolImported:
    """Import it, or with a dry run only judge it. Both refuse for the same reasons.

    Raises:
        ArchiveRefused: with the reason; `tools/` is as it was.
        ManifestError: the archive's tool.json breaks the format.
    """
    if sys.platform == "win32":
        raise ArchiveRefused("tools cannot be imported on Windows yet", "use WSL")
    from pixie_secrets.archives.source import OpenFile  # noqa: PLC0415  archives and lint come with the first import
    from pixie_secrets.archives.staging import clear  # noqa: PLC0415  as above

    try:
        clear(project.root / "tools")
        descriptor = incoming.opened(request.path)
        try:
            return _Import(project, request, OpenFile(descriptor)).run()
        finally:
            os.close(descriptor)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        hint = _NO_ROOM if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else "nothing was kept"
    raise ArchiveRefused(f"the tool could not be written: {reason}", hint)


class _Import:
    """One import: the archive is read from one open file from the first look to the last."""

    def __init__(self, project: Project, request: ImportToolRequest, source: OpenFile) -> None:
        from pixie_secrets.archives.accept import accept  # noqa: PLC0415  as above
        from pixie_secrets.archives.zip_check import read_members  # noqa: PLC0415  as above
        from pixie_secrets.operations.leaks import Leaks, learn  # noqa: PLC0415  as above

        learn(project, {})
        self._project = project
        self._request = request
        self._source = source
        self._accepted: Accepted = accept(read_members(source))
        self._texts: dict[str, bytes] = {}
        self._leaks = Leaks(project, lint=False)
        self._manifest = self._announced()
        self._target, self._old = self._destination()
        self._python = sum(one.size for path, one in self._accepted.files.items() if path.endswith(".py"))

    def run(self) -> ToolImported:
        from pixie_secrets.archives import staging  # noqa: PLC0415  as above
        from pixie_secrets.archives.unpack import unpack  # noqa: PLC0415  as above

        with staging.staging(self._project.root / "tools") as private:
            folder = private / "tool" / self._target.name
            folder.mkdir()
            digests = unpack(self._source, self._accepted, folder, self._look)
            said = self._judge(digests)
            (folder / SHARE_MANIFEST).unlink(missing_ok=True)
            findings = self._findings(folder)
            changes = self._changes(folder, digests) if self._old else None
            imported = self._result(digests, said, findings, changes)
            if self._request.dry_run:
                return imported
            if self._old is None:
                staging.place(folder, self._target)
            else:
                staging.replace(folder, self._target)
        return imported

    def _announced(self) -> Manifest:
        """The archive's tool.json, read before anything is written."""
        from pixie_secrets.archives import inflate  # noqa: PLC0415  as above
        from pixie_secrets.manifest import SIZE_MAX  # noqa: PLC0415  as above

        member = self._accepted.files["tool.json"]
        if member.size > SIZE_MAX:
            raise ArchiveRefused("the archive's tool.json is larger than 1 MiB", "a manifest only describes the tool")
        self._texts["tool.json"] = inflate.whole(self._source, member)
        manifest = incoming.manifest_of(self._texts["tool.json"])
        if manifest.id != self._accepted.top:
            raise ArchiveRefused(
                f"the archive's folder is called {told(self._accepted.top)}, but its tool.json says id {manifest.id}",
                f"rename the folder in the archive to {manifest.id}, or have the sender share it with share-tool",
            )
        if manifest.entrypoint not in self._accepted.files:
            raise ArchiveRefused(
                f"the archive has no {told(manifest.entrypoint)}, which its tool.json starts",
                "ask for it to be packed again",
            )
        return manifest

    def _destination(self) -> tuple[Path, Tool | None]:
        """Where the tool goes, and the tool that is there."""
        from pixie_secrets.archives.names import folded  # noqa: PLC0415  as above

        tools = self._project.root / "tools"
        tool_id = self._manifest.id
        same = [tool for tool in self._project.tools if tool.id == tool_id]
        if len(same) > 1:
            self._project.tool(tool_id)  # refuses, and names the folders
        old = same[0] if same else None
        target = old.folder if old else tools / tool_id
        twins = [path.name for path in tools.iterdir() if folded(path.name) == folded(tool_id) and path != target]
        if twins or (old is None and os.path.lexists(target)):
            name = twins[0] if twins else tool_id
            raise ArchiveRefused(
                f"tools/{shown(name)} exists already and is not the tool {tool_id}",
                "rename or remove it, then import again",
            )
        if old and not self._request.replace:
            raise ArchiveRefused(
                f"there is a tool {tool_id} already, in tools/{old.folder.name}",
                "look at what would change with a dry run and replace, then import with replace; its .env, data/ and"
                " virtual environment are kept",
            )
        return target, old

    def _look(self, path: str, data: bytes) -> None:
        """What every file is shown to, while its bytes are at hand."""
        from pixie_secrets.archives.kinds import Kind, kind_of  # noqa: PLC0415  as above

        self._leaks.look(path, data)
        name = path.rpartition("/")[2]
        if (
            path in {"pyproject.toml", "uv.lock", SHARE_MANIFEST}
            or name == ".gitignore"
            or kind_of(name) is Kind.TEMPLATE
        ):
            self._texts[path] = data
        elif path == "tool.json" and data != self._texts[path]:
            raise ArchiveRefused("the archive was changed while it was read", "import it again")

    def _judge(self, digests: dict[str, Digest]) -> ShareManifest | None:
        """What can only be said once everything is unpacked."""
        from pixie_secrets.archives import share_manifest  # noqa: PLC0415  as above
        from pixie_secrets.archives.kinds import Kind, kind_of  # noqa: PLC0415  as above
        from pixie_secrets.operations.leaks import listed, value_in_template  # noqa: PLC0415  as above

        if self._leaks.known:
            raise ArchiveRefused(
                f"values of secrets of this project stand in the archive: {listed(self._leaks.known)}",
                "replace them where they were issued: somebody else has them",
            )
        declared = {secret.key for secret in self._manifest.secrets}
        for path, data in sorted(self._texts.items()):
            name = path.rpartition("/")[2]
            if path in digests and digests[path].size != len(data):  # it came in pieces
                raise ArchiveRefused(f"{told(path)} is far too large for what it is", "ask for a tool without it")
            if kind_of(name) is Kind.TEMPLATE and (key := value_in_template(data.decode("utf-8", "replace"), declared)):
                raise ArchiveRefused(
                    f"{told(path)} has a value for {told(key)}, so it is a .env",
                    "ask the sender to leave values empty there",
                )
            if name == ".gitignore" and incoming.shows_env(data):
                raise ArchiveRefused(f"{told(path)} makes git see the .env", "ask for the tool without that line")
        said = digests.pop(SHARE_MANIFEST, None)
        if said is None:
            return None
        manifest = share_manifest.read(self._texts[SHARE_MANIFEST])
        share_manifest.compare(manifest, self._manifest, digests)
        return manifest

    def _findings(self, folder: Path) -> list[Finding]:
        from pixie_secrets.lint import suppress  # noqa: PLC0415  as above
        from pixie_secrets.lint.check import Lint, Toolbox  # noqa: PLC0415  as above
        from pixie_secrets.lint.files import walk  # noqa: PLC0415  as above
        from pixie_secrets.lint.findings import Severity  # noqa: PLC0415  as above

        private = folder.parent
        lint = Lint(private, suppress.choice([suppress.table_of(self._project.root / "pyproject.toml")], (), ("GT",)))
        if self._python > PYTHON_MAX:
            lint.files(walk(folder, folder.name, Counter()))
        else:
            lint.tool(Toolbox(folder, self._manifest))
        order = list(Severity)
        told_of = (one for one in lint.report.findings if one.severity is not Severity.ADVICE)  # taste is the author's
        found = sorted(told_of, key=lambda one: (order.index(one.severity), one.file, one.line, one.code))
        return [one.model_copy(update={"file": f"tools/{one.file}"}) for one in found]

    def _changes(self, folder: Path, digests: dict[str, Digest]) -> Changes:
        """What a replacement keeps and changes. The person's own wins over what the archive has in its place."""
        from pixie_secrets.archives.replacement import compared, kept_of, make_way  # noqa: PLC0415  as above

        assert self._old is not None  # noqa: S101  only called where there is one
        kept = kept_of(self._old.folder)
        make_way(kept, folder)
        for path in [path for path in digests if not (folder / path).exists()]:
            del digests[path]
        difference = compared(self._old.folder, digests)
        before = {secret.key for secret in self._old.manifest.secrets}
        after = {secret.key for secret in self._manifest.secrets}
        lists = (difference.added, difference.changed, difference.removed)
        return Changes(
            added=_first(difference.added),
            changed=_first(difference.changed),
            removed=_first(difference.removed),
            kept=_first([keep.path for keep in kept]),
            unchanged_count=difference.unchanged,
            more=sum(max(0, len(one) - LISTED_MAX) for one in lists),
            secrets_added=tuple(sorted(after - before)),
            secrets_removed=tuple(sorted(before - after)),
        )

    def _result(
        self, digests: dict[str, Digest], said: ShareManifest | None, findings: list[Finding], changes: Changes | None
    ) -> ToolImported:
        from pixie_secrets.archives.dependencies import warnings  # noqa: PLC0415  as above

        values = store.values(self._old) if self._old else {}
        secrets = tuple(
            SecretToSet(
                key=secret.key,
                description=secret.description,
                required=secret.required,
                status=status_of(secret.key, values),
            )
            for secret in self._manifest.secrets
        )
        cautions = warnings(self._texts["pyproject.toml"], self._texts.get("uv.lock"))
        return ToolImported(
            tool_id=self._manifest.id,
            name=self._manifest.name,
            folder=f"tools/{self._target.name}",
            dry_run=self._request.dry_run,
            replaced=self._old is not None,
            files=_first(sorted(digests)),
            file_count=len(digests),
            total=sum(one.size for one in digests.values()),
            dropped=_first(self._accepted.dropped),
            secrets=secrets,
            changes=changes,
            sender=_sender(said) if said else None,
            findings=tuple(findings[:FINDINGS_MAX]),
            finding_count=len(findings),
            warnings=(*_unsaid(said), *self._for_agents(digests), *cautions, *self._unlinted()),
            next_steps=self._next_steps(secrets, careful=bool(cautions)),
        )

    @staticmethod
    def _for_agents(digests: dict[str, Digest]) -> list[str]:
        names = {"claude.md", "agents.md", "gemini.md", "copilot-instructions.md", "skill.md"}
        return [
            f"{told(path)} gives instructions to coding agents: read it before one works in this folder"
            for path in sorted(digests)
            if path.rpartition("/")[2].lower() in names
        ]

    def _unlinted(self) -> tuple[str, ...]:
        if self._python <= PYTHON_MAX:
            return ()
        return (f"it has much code, lint only looked for secrets; see `pixie-secrets lint-tool {self._manifest.id}`",)

    def _next_steps(self, secrets: tuple[SecretToSet, ...], *, careful: bool) -> tuple[str, ...]:
        if self._request.dry_run:
            return ("nothing was changed; import without dry_run to take it in",)
        missing = [secret.key for secret in secrets if secret.status is Status.NOT_SET]
        steps = ["read its code before it runs: it was not run, and nobody vouches for it"]
        if missing:
            steps.append(f"set its secrets with set-secret ({self._manifest.id}): {', '.join(missing)}")
        care = ", once the warnings above are understood" if careful else ""
        steps.append(f"install its dependencies: cd tools/{self._target.name} && uv sync{care}")
        return tuple(steps)


def _sender(said: ShareManifest) -> Sender:
    return Sender(
        hosts=_first(said.hosts),
        left_out=_first([f"{one.path} ({one.reason})" for one in said.left_out]),
        allowed=_first([f"{one.code}: {one.reason}" for one in said.allowed]),
    )


def _unsaid(said: ShareManifest | None) -> tuple[str, ...]:
    if said is not None:
        return ()
    return ("the archive says nothing of itself (it has no pixie-share.json): only what is in it could be checked",)


def _first(names: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(KNOWN.mask(told(name)) for name in names[:LISTED_MAX])
