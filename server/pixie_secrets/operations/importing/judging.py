"""Judges what is in the files: every byte passes here once while it is unpacked, and the verdict comes at the end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec

from pixie_secrets.archives import share_manifest
from pixie_secrets.archives.accept import SHARE_MANIFEST
from pixie_secrets.archives.kinds import Kind, kind_of
from pixie_secrets.archives.refusals import ArchiveRefused, told
from pixie_secrets.lint.file_hits import looked
from pixie_secrets.lint.files import source
from pixie_secrets.operations.leaks import Leaks, listed, value_in_template

if TYPE_CHECKING:
    from pixie_secrets.archives.accept import Accepted
    from pixie_secrets.archives.share_manifest import Digest, ShareManifest
    from pixie_secrets.lint.hits import Looked
    from pixie_secrets.operations.importing.tool_json import Announced
    from pixie_secrets.project import Project

_READ = frozenset({"pyproject.toml", "uv.lock", SHARE_MANIFEST})


class Judge:
    """texts: the few files whose words count, by path. looked: what lint sees in each file of the tool."""

    def __init__(self, project: Project, announced: Announced, accepted: Accepted) -> None:
        self._manifest = announced.manifest
        self._leaks = Leaks(project, lint=False)
        self._files = accepted.files
        self.texts = {"tool.json": announced.data}
        self.looked: dict[str, Looked] = {}

    def look(self, path: str, data: bytes) -> None:
        """What every file is shown to, while its bytes are at hand."""
        self._leaks.look(path, data)
        self._lint(path, data)
        name = _name(path)
        if path in _READ or name == ".gitignore" or kind_of(name) is Kind.TEMPLATE:
            self.texts[path] = data
        elif path == "tool.json" and data != self.texts[path]:
            raise ArchiveRefused("the archive was changed while it was read", "import it again")

    def _lint(self, path: str, data: bytes) -> None:
        """Now, and not when it is a file: these are the bytes that were judged, and reading them again takes time."""
        member = self._files.get(path)  # none: it is in an archive within
        if member is not None and member.size == len(data) and (seen := source(data, path, Counter())) is not None:
            self.looked[path] = looked(seen)

    def verdict(self, digests: dict[str, Digest]) -> ShareManifest | None:
        """What can only be said once everything is unpacked; what the archive says of itself, which is taken out.

        Raises:
            ArchiveRefused: it may not come in.
        """
        if self._leaks.known:
            raise ArchiveRefused(
                f"values of secrets of this project stand in the archive: {listed(self._leaks.known)}",
                "replace them where they were issued: somebody else has them",
            )
        self._refuse_texts(digests)
        if digests.pop(SHARE_MANIFEST, None) is None:
            return None
        said = share_manifest.read(self.texts[SHARE_MANIFEST])
        share_manifest.compare(said, self._manifest, digests)
        return said

    def _refuse_texts(self, digests: dict[str, Digest]) -> None:
        declared = {secret.key for secret in self._manifest.secrets}
        for path, data in sorted(self.texts.items()):
            name = _name(path)
            if path in digests and digests[path].size != len(data):  # it came in pieces
                raise ArchiveRefused(f"{told(path)} is far too large for what it is", "ask for a tool without it")
            if kind_of(name) is Kind.TEMPLATE and (key := value_in_template(data.decode("utf-8", "replace"), declared)):
                raise ArchiveRefused(
                    f"{told(path)} has a value for {told(key)}, so it is a .env",
                    "ask the sender to leave values empty there",
                )
            if name == ".gitignore" and _shows_env(data):
                raise ArchiveRefused(f"{told(path)} makes git see the .env", "ask for the tool without that line")


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _shows_env(gitignore: bytes) -> bool:
    """Whether a line of it takes `.env` out of what git ignores."""
    negated = [line for line in gitignore.decode("utf-8", "replace").splitlines() if line.lstrip().startswith("!")]
    # what is negated is matched as what it would ignore
    spec = GitIgnoreSpec.from_lines([line.lstrip()[1:] for line in negated])
    return any(spec.match_file(name) for name in (".env", "tools/x/.env"))
