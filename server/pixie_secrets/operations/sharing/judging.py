"""Judges what would ship: every byte passes here once while it is packed, and the verdict comes at the end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pixie_secrets.archives.accept import is_read
from pixie_secrets.archives.hosts import hosts
from pixie_secrets.archives.refusals import ShareRefused
from pixie_secrets.errors import Hint
from pixie_secrets.lint.codes import SECRET_CODES
from pixie_secrets.lint.files import SIZE_MAX, ListedFile
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.operations.leaks import KNOWN_VALUE, Leaks, listed
from pixie_secrets.operations.words import Problem, wrong_with
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pixie_secrets.archives.contents import Contents
    from pixie_secrets.layouts.project import Project, Tool

LINT_APART = 24 * 1024 * 1024  # bytes; below that, starting processes costs more than they save


class Judge:
    """One share's. hosts: those that the code names."""

    def __init__(self, project: Project, tool: Tool, allow: Mapping[str, str]) -> None:
        _check_allowed(allow)
        self._tool = tool
        self._declared = {secret.key for secret in tool.secrets}
        self._allow = dict(allow)
        self._leaks = Leaks(project, lint=True)
        self._wrong: list[Problem] = []
        self._tool_json = b""
        self.hosts: set[str] = set()

    @property
    def allowed(self) -> list[tuple[str, str]]:
        """The codes that were let pass, each with the reason."""
        found = {leak.code for leak in self._leaks.others}
        return [(code, reason) for code, reason in sorted(self._allow.items()) if code in found]

    def look(self, path: str, data: bytes) -> None:
        """What every file is shown to, while its bytes are at hand."""
        self._leaks.look(path, data)
        if is_read(path) and (wrong := wrong_with(path, data, self._declared)):
            self._wrong.append(wrong)
        if path == "tool.json":
            self._tool_json = data
        if path.endswith(".py"):
            self.hosts |= hosts(data)

    @contextmanager
    def lint_beside(self, found: Contents) -> Iterator[None]:
        """Lint a large tool in other processes while it is packed; a file that changes meanwhile is refused later."""
        files = [
            ListedFile(str(self._tool.folder / entry.path), entry.path, entry.status.st_size)
            for entry in found.files
            if entry.status.st_size <= SIZE_MAX
        ]
        if sum(one.size for one in files) < LINT_APART:
            yield
            return
        self._leaks.elsewhere(one.shown for one in files)
        with ThreadPoolExecutor(1) as beside:
            linted = beside.submit(self._leaks.lint_in_processes, files)
            yield
            linted.result()

    def verdict(self) -> None:
        """Raises ShareRefused when a secret would ship, what no import takes, or another tool.json than was read."""
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
                Hint(
                    f"see `pixie-secrets lint-tool {self._tool.id}`; if it is none, say so: --allow"
                    f" {others[0].code}=REASON",
                    for_agent=f"see them with lint-tool; if the user says that it is none, they run `pixie-secrets"
                    f" share-tool {self._tool.id} --allow {others[0].code}=REASON`",
                ),
            )
        for wrong in sorted(self._wrong):
            raise ShareRefused(f"{wrong.message}, and no import would take it", wrong.hint)
        if parse_manifest(self._tool_json.decode(), "tool.json") != self._tool.manifest:
            raise ShareRefused("tool.json changed while the tool was packed", "share again when nothing writes there")


def _check_allowed(allow: Mapping[str, str]) -> None:
    for code, reason in allow.items():
        if code == KNOWN_VALUE:
            raise ShareRefused("a known value is never shared", "take it out of the file")
        if code not in SECRET_CODES:
            raise ShareRefused(
                "there is no such code to allow",
                one_of(code, SECRET_CODES - {KNOWN_VALUE}, "codes that can be allowed"),
            )
        if not reason.strip():
            raise ShareRefused(f"{code} needs a reason", "such as: the example key of the documentation")
