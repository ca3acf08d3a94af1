"""Judges what is in the files: every byte passes here once while it is unpacked, and the verdict comes at the end;
then lint has its say of the whole.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives import share_manifest
from pixie_secrets.archives.accept import SHARE_MANIFEST, is_judged, is_read
from pixie_secrets.archives.hosts import hosts
from pixie_secrets.archives.limits import has_long_lines
from pixie_secrets.archives.refusals import ArchiveRefused, display_name
from pixie_secrets.filenames import SEALED_NAME
from pixie_secrets.lint import suppress
from pixie_secrets.lint.check import Lint, ToolToLint
from pixie_secrets.lint.codes import Severity
from pixie_secrets.lint.file_hits import TOGETHER_BYTES, TOGETHER_FILES, scan_files
from pixie_secrets.lint.files import source, walk
from pixie_secrets.lint.hits import ScanResult
from pixie_secrets.manifest.essentials import essentials_of
from pixie_secrets.oauth.registration import token_hosts
from pixie_secrets.operations.leaks import Leaks, listed
from pixie_secrets.operations.words import Problem, wrong_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pixie_secrets.archives.accept import Accepted
    from pixie_secrets.archives.share_manifest import Digest, ShareManifest
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.lint.findings import Finding
    from pixie_secrets.lint.hits import SourceFile
    from pixie_secrets.manifest.models import Manifest
    from pixie_secrets.operations.importing.tool_json import Announced

PYTHON_MAX = 5_000_000  # bytes of Python from which on lint only looks for secrets: the rest takes its time


class Judge:
    """texts: the few files of the tool that are read, by path. scanned: what lint sees in each file. not_linted: those
    with lines so long that only known values were looked for in them.
    """

    def __init__(self, project: Project, announced: Announced, accepted: Accepted) -> None:
        self._manifest = announced.manifest
        self._leaks = Leaks(project, lint=False)
        self._declared = {secret.key for secret in announced.manifest.secrets}
        self._files = accepted.files
        self._hosts = token_hosts(essentials_of(announced.manifest).secrets)
        self._wrong: list[Problem] = []
        self.texts = {"tool.json": announced.data}
        self.scanned: dict[str, ScanResult] = {}
        self._waiting: list[SourceFile] = []
        self._lock = threading.Lock()
        self.not_linted: list[str] = []

    def look(self, path: str, data: bytes) -> None:
        """What every file is shown to, while its bytes are at hand."""
        self._leaks.look(path, data)
        self._lint(path, data)
        if path.endswith(".py") and SHARE_MANIFEST in self._files and self._is_whole(path, data):
            self._hosts |= hosts(data)
        if path == SEALED_NAME:
            self._read(path, data)
            self.texts[path] = data
        elif is_read(path):
            self._read(path, data)
        elif path == "tool.json" and data != self.texts[path]:
            raise ArchiveRefused("the archive was changed while it was read", "import it again")

    def _lint(self, path: str, data: bytes) -> None:
        """Now, and not when it is a file: these are the bytes that were judged, and reading them again takes time."""
        if "!" in path:  # it may be in an archive within; what is not, is read again
            return
        if not self._is_whole(path, data) or (seen := source(data, path, Counter())) is None:
            return
        if has_long_lines(seen.data):
            self.not_linted.append(path)
            self.scanned[path] = ScanResult([], is_marked=False)
        else:
            self._scan(self._enough(seen))

    def _enough(self, source: SourceFile) -> list[SourceFile]:
        """Those that waited, once they are enough to be scanned together; nothing before."""
        with self._lock:
            self._waiting.append(source)
            size = sum(len(one.data) for one in self._waiting)
            if size < TOGETHER_BYTES and len(self._waiting) < TOGETHER_FILES:
                return []
            waiting, self._waiting = self._waiting, []
        return waiting

    def _scan(self, sources: list[SourceFile]) -> None:
        self.scanned.update(zip((one.path for one in sources), scan_files(sources), strict=True))

    def _read(self, path: str, data: bytes) -> None:
        if not self._is_whole(path, data):
            self._wrong.append(Problem(f"{display_name(path)} is far too large for what it is", "leave it out"))
        elif wrong := wrong_with(path, data, self._declared):
            self._wrong.append(wrong)
        if is_judged(path):
            self.texts[path] = data

    def _is_whole(self, path: str, data: bytes) -> bool:
        """Whether this is no piece of a large file; what is in an archive within comes whole."""
        member = self._files.get(path)
        return member is None or member.size == len(data)

    def verdict(self, digests: dict[str, Digest]) -> ShareManifest | None:
        """What can only be said once everything is unpacked; what the archive says of itself, which is taken out.

        Raises:
            ArchiveRefused: it may not come in.
        """
        self._scan(self._waiting)
        if self._leaks.known:
            raise ArchiveRefused(
                f"values of secrets of this project stand in the archive: {listed(self._leaks.known)}",
                "replace them where they were issued: somebody else has them",
            )
        for wrong in sorted(self._wrong):
            raise ArchiveRefused(wrong.message, f"ask the sender to {wrong.hint}")
        if digests.pop(SHARE_MANIFEST, None) is None:
            return None
        shared = share_manifest.read(self.texts[SHARE_MANIFEST])
        share_manifest.compare(shared, self._manifest, digests, self._hosts)
        return shared


class Linted(NamedTuple):
    """findings: the worst first. whole: every rule was asked, not only those about secrets."""

    findings: list[Finding]
    whole: bool


def linted(
    project: Project, folder: Path, manifest: Manifest, accepted: Accepted, scanned: Mapping[str, ScanResult]
) -> Linted:
    """Lint the unpacked tool. It lies apart from git and from the other tools.

    scanned: what was seen in its files while they were unpacked, by their paths in it.
    """
    whole = sum(one.size for path, one in accepted.files.items() if path.endswith(".py")) <= PYTHON_MAX
    choice = suppress.choice([suppress.table_of(project.root / "pyproject.toml")], (), ("GT",))
    lint = Lint(folder.parent, choice, scanned={f"{folder.name}/{path}": seen for path, seen in scanned.items()})
    if whole:
        lint.tool(ToolToLint(folder, essentials_of(manifest)))
    else:
        lint.files(walk(folder, folder.name, Counter()))
    order = list(Severity)
    told_of = (one for one in lint.report.findings if one.severity is not Severity.ADVICE)  # taste is the author's
    found = sorted(told_of, key=lambda one: (order.index(one.severity), one.file, one.line, one.code))
    return Linted([one._replace(file=f"tools/{one.file}") for one in found], whole)
