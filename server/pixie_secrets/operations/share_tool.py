"""Share a tool: a zip of what belongs to it, without a value, that anybody can import."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from pixie_secrets.archives.refusals import ShareRefused, told
from pixie_secrets.frozen import Frozen
from pixie_secrets.known_values import KNOWN
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pixie_secrets.archives.contents import Contents
    from pixie_secrets.archives.share_manifest import Digest, ShareManifest
    from pixie_secrets.project import Project, Tool

    Progress = Callable[[int, int], None]

SHARE_MANIFEST = "pixie-share.json"
LINT_APART = 24 * 1024 * 1024  # bytes; below that, starting processes costs more than they save
LISTED_MAX = 200  # of a list; how many there are is said beside it

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


class ShareToolRequest(Frozen):
    """What a finding of lint may be allowed is no part of this: that is for a person to say, on the command line."""

    tool_id: str
    output: str | None = Field(
        default=None,
        description="the archive to write, a file that does not exist yet; left out: <id>-<version>.zip in the project",
    )
    dry_run: bool = Field(
        default=False, description="true: only list what would go in and what would stay out, and why"
    )


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
    secrets: tuple[str, ...]
    hosts: tuple[str, ...]
    allowed: tuple[str, ...] = ()


def share_tool(
    project: Project,
    request: ShareToolRequest,
    allow: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> ToolShared:
    """Write the archive, or with a dry run only say what would be in it. Both refuse for the same reasons.

    allow: codes of lint that may be in it, each with the reason; it goes into the archive. progress: called with bytes
    done and bytes in all.

    Raises:
        UnknownTool, ManifestError: no such tool, or its manifest is broken.
        ShareRefused: a secret is in what would ship, the output cannot be written, or no import would take it.
        FileRefused: a file of values cannot be read, so nobody can say what would leak.
    """
    _check_allowed(allow or {})
    try:
        return _Share(project, request, dict(allow or {}), progress or (lambda _done, _all: None)).run()
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
    raise ShareRefused(f"the archive could not be written: {reason}", "nothing was kept; see whether there is room")


class _Share:
    """One share."""

    def __init__(self, project: Project, request: ShareToolRequest, allow: dict[str, str], progress: Progress) -> None:
        from pixie_secrets.operations.leaks import Leaks  # noqa: PLC0415  lint comes with the first share

        self._project = project
        self._tool = project.tool(request.tool_id)
        self._target = _target(project, self._tool, request.output)
        self._dry_run = request.dry_run
        self._allow = allow
        self._progress = progress
        self._done = 0
        self._leaks = Leaks(project, lint=True)
        self._hosts: set[str] = set()
        self._manifest_shipped = b""

    def run(self) -> ToolShared:
        from pixie_secrets.archives import output  # noqa: PLC0415  as above
        from pixie_secrets.archives.contents import contents  # noqa: PLC0415  as above

        output.check(self._target, self._tool.folder)
        listed = contents(self._tool.folder)
        self._learn(listed)
        found = self._without_filled_templates(listed)
        _require(found)
        if self._dry_run:
            return self._write(listed, found, None)
        with output.appearing(self._target) as descriptor:
            return self._write(listed, found, descriptor)

    def _learn(self, found: Contents) -> None:
        """Know the values of the project, and of every other file of values that lies in this tool."""
        from pixie_secrets.archives.kinds import Kind  # noqa: PLC0415  as above
        from pixie_secrets.operations.leaks import learn  # noqa: PLC0415  as above

        learn(
            self._project,
            {
                self._tool.folder / entry.path: self._tool.id
                for entry in found.left_out
                if entry.reason == Kind.ENV and stat.S_ISREG(entry.status.st_mode)
            },
        )

    def _without_filled_templates(self, found: Contents) -> Contents:
        from pixie_secrets.archives.contents import Contents  # noqa: PLC0415  as above
        from pixie_secrets.archives.kinds import Kind, kind_of  # noqa: PLC0415  as above
        from pixie_secrets.operations.leaks import value_in_template  # noqa: PLC0415  as above

        declared = {secret.key for secret in self._tool.manifest.secrets}
        ships, stays = [], []
        for entry in found.files:
            if kind_of(entry.path.rpartition("/")[2]) is Kind.TEMPLATE:
                text = (self._tool.folder / entry.path).read_bytes().decode("utf-8", "replace")
                if key := value_in_template(text, declared):
                    stays.append(entry._replace(reason=f"a template that has a value for {key}"))
                    continue
            ships.append(entry)
        return Contents(tuple(ships), tuple(sorted((*found.left_out, *stays))))

    def _write(self, listed: Contents, found: Contents, descriptor: int | None) -> ToolShared:
        """listed: what was there; found: the same, judged."""
        from pixie_secrets.archives.packing import Made, Packing  # noqa: PLC0415  as above
        from pixie_secrets.archives.zip_write import ZipWriter, pack  # noqa: PLC0415  as above

        made = [Made(path, data) for path, data in self._generated(found).items()]
        total = sum(entry.status.st_size for entry in found.files)

        def advance(size: int) -> None:
            self._done += size
            self._progress(min(self._done, total), total)

        writer = ZipWriter(descriptor)
        packing = Packing(self._tool.folder, self._tool.id, writer, self._look, advance)
        with self._lint_beside(found):
            digests = packing.add(sorted((*found.files, *made), key=lambda entry: entry.path))
        self._check()
        packing.unchanged(listed)
        manifest = self._manifest(found, digests)
        written = manifest.written()
        self._leaks.look(SHARE_MANIFEST, written)
        self._check()
        writer.add(f"{self._tool.id}/{SHARE_MANIFEST}", pack(written))
        size = writer.finish()
        return ToolShared(
            tool_id=self._tool.id,
            dry_run=self._dry_run,
            path=str(self._target),
            size=0 if descriptor is None else size,
            sha256=None if descriptor is None else _sha256(descriptor, size),
            files=tuple(SharedFile(path=path, size=one.size) for path, one in sorted(digests.items())[:LISTED_MAX]),
            file_count=len(digests),
            total=sum(one.size for one in digests.values()),
            left_out=tuple(
                NotShared(path=KNOWN.mask(told(entry.path)), reason=entry.reason)
                for entry in found.left_out[:LISTED_MAX]
            ),
            left_out_count=len(found.left_out),
            generated=(*(one.path for one in made), SHARE_MANIFEST),
            secrets=tuple(secret.key for secret in self._tool.manifest.secrets),
            hosts=manifest.hosts,
            allowed=tuple(one.code for one in manifest.allowed),
        )

    @contextmanager
    def _lint_beside(self, found: Contents) -> Iterator[None]:
        """Lint a large tool in other processes while it is packed; a file that changes meanwhile is refused later."""
        from pixie_secrets.lint.files import SIZE_MAX, Listed  # noqa: PLC0415  as above

        listed = [
            Listed(str(self._tool.folder / entry.path), entry.path, entry.status.st_size)
            for entry in found.files
            if entry.status.st_size <= SIZE_MAX
        ]
        if sum(one.size for one in listed) < LINT_APART:
            yield
            return
        self._leaks.elsewhere(one.shown for one in listed)
        with ThreadPoolExecutor(1) as beside:
            linted = beside.submit(self._leaks.lint_in_processes, listed)
            yield
            linted.result()

    def _generated(self, found: Contents) -> dict[str, bytes]:
        """`.env.example`, where there are secrets to fill in and the tool has no such file of its own."""
        from pixie_secrets import env_example  # noqa: PLC0415  as above

        if not self._tool.manifest.secrets or any(entry.path == env_example.NAME for entry in found.files):
            return {}
        return {env_example.NAME: env_example.text(self._tool.manifest).encode()}

    def _look(self, path: str, data: bytes) -> None:
        """What every file is shown to, while its bytes are at hand."""
        from pixie_secrets.archives.hosts import hosts  # noqa: PLC0415  as above

        self._leaks.look(path, data)
        if path == "tool.json":
            self._manifest_shipped = data
        if path.endswith(".py"):
            self._hosts |= hosts(data)

    def _check(self) -> None:
        """Raises ShareRefused when a secret would ship, or another tool.json than the one that was read."""
        from pixie_secrets.manifest import parse_manifest  # noqa: PLC0415  as above
        from pixie_secrets.operations.leaks import listed  # noqa: PLC0415  as above

        if known := self._leaks.known:
            raise ShareRefused(
                f"values of secrets stand in what would be shared: {listed(known)}",
                "take them out of these files (a tool reads them from its environment), and replace them where they"
                " were issued if the files were ever shared; this cannot be overridden",
            )
        if others := [leak for leak in self._leaks.others if leak.code not in self._allow]:
            codes = ", ".join(sorted({leak.code for leak in others}))
            raise ShareRefused(
                f"there seem to be secrets in what would be shared: {listed(others)} ({codes})",
                f"see `pixie-secrets lint-tool {self._tool.id}`; if it is none, a person can say so:"
                f" --allow {others[0].code}=REASON",
            )
        if parse_manifest(self._manifest_shipped.decode(), "tool.json") != self._tool.manifest:
            raise ShareRefused("tool.json changed while the tool was packed", "share again when nothing writes there")

    def _manifest(self, found: Contents, digests: dict[str, Digest]) -> ShareManifest:
        from pixie_secrets.archives import share_manifest  # noqa: PLC0415  as above

        manifest = self._tool.manifest
        return share_manifest.ShareManifest(
            format=share_manifest.FORMAT,
            tool=share_manifest.tool_of(manifest),
            files={
                path: share_manifest.FileSaid(sha256=one.sha256, size=one.size) for path, one in sorted(digests.items())
            },
            secrets=share_manifest.secrets_of(manifest),
            hosts=tuple(sorted(self._hosts)),
            left_out=tuple(
                share_manifest.LeftOut(path=KNOWN.mask(told(entry.path)), reason=entry.reason)
                for entry in found.left_out
                if not entry.noise
            ),
            allowed=tuple(
                share_manifest.Allowed(code=code, reason=reason)
                for code, reason in sorted(self._allow.items())
                if any(leak.code == code for leak in self._leaks.others)
            ),
        )


def _target(project: Project, tool: Tool, output: str | None) -> Path:
    """Where the archive goes: as named, from the working directory, else beside the project's `tools/`."""
    if output is not None:
        if not output or "\0" in output:
            raise ShareRefused("the output has no name", "name a file that does not exist yet, such as my-tool.zip")
        return Path(os.path.abspath(os.path.expanduser(output)))  # noqa: PTH100, PTH111  `resolve` would follow a link
    version = tool.manifest.version
    suffix = f"-{version}" if version and _VERSION.fullmatch(version) else ""
    return project.root / f"{tool.id}{suffix}.zip"


def _check_allowed(allow: Mapping[str, str]) -> None:
    from pixie_secrets.lint.codes import SECRET_CODES  # noqa: PLC0415  lint comes with the first share
    from pixie_secrets.operations.leaks import KNOWN_VALUE  # noqa: PLC0415  as above

    for code, reason in allow.items():
        if code == KNOWN_VALUE:
            raise ShareRefused("a known value is never shared", "take it out of the file")
        if code not in SECRET_CODES:
            raise ShareRefused(
                "there is no such code to allow",
                one_of(code, SECRET_CODES - {KNOWN_VALUE}, "codes that can be allowed"),
            )
        if not reason.strip():
            raise ShareRefused(
                f"{code} needs a reason", f"such as --allow {code}='the example key of the documentation'"
            )


def _require(found: Contents) -> None:
    from pixie_secrets.archives.accept import REQUIRED  # noqa: PLC0415  as above

    paths = {entry.path for entry in found.files}
    reasons = {entry.path: entry.reason for entry in found.left_out}
    for needed in REQUIRED:
        if needed not in paths:
            why = f": it is {reasons[needed]}" if needed in reasons else ""
            raise ShareRefused(
                f"{needed} would not be in the archive{why}", "a tool has tool.json, main.py and pyproject.toml"
            )


def _sha256(descriptor: int, size: int) -> str:
    digest = hashlib.sha256()
    for start in range(0, size, 2**20):
        digest.update(os.pread(descriptor, min(2**20, size - start), start))
    return digest.hexdigest()
