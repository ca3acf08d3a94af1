"""Lints one tool or a handful of files: every reader in turn, what is suppressed taken away, findings in order."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.known_values import KNOWN
from pixie_secrets.lint import conventions, declarations, suppress, trackable
from pixie_secrets.lint.codes import CODES, SECRET_CODES, Severity
from pixie_secrets.lint.file_hits import secret_hits
from pixie_secrets.lint.files import ListedFile, Skipped, holds_values, is_template, read, walk
from pixie_secrets.lint.findings import Finding
from pixie_secrets.lint.hits import Hit, Line, Places, SourceFile, apart
from pixie_secrets.lint.languages import Language, language_of
from pixie_secrets.lint.redaction import without_tokens
from pixie_secrets.wording import shown as printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from pixie_secrets.env_file.unreadable import UnreadableLine
    from pixie_secrets.lint.baseline import Baseline
    from pixie_secrets.lint.hits import ScanResult
    from pixie_secrets.lint.staged import Staged
    from pixie_secrets.manifest.essentials import Essentials

_ABOUT_CODE = frozenset(code for code in CODES if code[:2] in {"DC", "CV"})
_LOOKS_AND_NAMES = SECRET_CODES - {"KV001"}
MUCH = 24 << 20  # bytes; below that, starting processes costs more than they save
_TEST_FILE = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*\.py$|conftest\.py$)")
_DECLARED = re.compile(rb'"key"\s*:\s*"([^"\\]*)"')  # where a key stands in tool.json


class Report:
    """What was found and what was not looked at.

    lines: what a baseline is made from, one for each finding. homes: the tools' folders that files named one by one, or
    staged, are in.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.lines: list[Line] = []
        self.files = 0
        self.suppressed = 0
        self.in_baseline = 0
        self.skipped: Counter[Skipped] = Counter()
        self.homes: set[str] = set()


class ToolToLint(NamedTuple):
    """A tool to lint. values_set: the keys that have a value; None: unknown, so nothing is said about it.

    unread_lines: those of its `.env` that it does not read.
    """

    folder: Path
    essentials: Essentials
    values_set: Collection[str] | None = None
    unread_lines: tuple[UnreadableLine, ...] = ()


class Lint:
    """One run. scanned: what was seen in files already, by their paths; progress: called with how many were read."""

    def __init__(
        self,
        root: Path,
        choice: suppress.Choice,
        *,
        baseline: Baseline | None = None,
        scanned: Mapping[str, ScanResult] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.report = Report()
        self._root = root
        self.choose(choice)
        self._baseline = baseline
        self._scanned = scanned
        self._progress = progress
        self._paths: dict[str, str] = {}

    def choose(self, choice: suppress.Choice, homes: Mapping[str, suppress.Choice] | None = None) -> None:
        """From here on, look for these codes; for others in files below these folders of tools."""
        self._outer = self._choice = choice
        self._homes = homes or {}

    def tool(self, tool: ToolToLint) -> None:
        """All of a tool: its files, its `.env` as git sees it, its declarations, its conventions."""
        home = tool.folder.relative_to(self._root).as_posix()
        secrets = tool.essentials.secrets
        code = declarations.EnvironmentUse(
            declarations.Declared(
                tuple(secret.key for secret in secrets),
                tuple(secret.key for secret in secrets if secret.required),
                tuple(key for secret in secrets if secret.oauth2 and (key := secret.oauth2.client_secret)),
            )
        )
        everything = list(walk(tool.folder, home, self.report.skipped))
        contents = _Contents(home, [listed.shown for listed in everything])
        git = self._ask_git(contents.names, *([f"{home}/.env"] if secrets else ()))
        for listed, found in self._scanned_files(everything):
            source = self._read(listed)
            if source is not None:
                contents.learn(source, self._secrets(source, found))
                if self._is_wanted(_ABOUT_CODE):
                    contents.learn_code(source, code, tool.essentials)
        about_manifest = self._disagreements(code, tool, contents) if self._is_wanted(_ABOUT_CODE) else []
        for source, hits in contents.pending.values():
            self._add(source, hits, home)
        self._answered(git, home)
        for line in tool.unread_lines:
            self._whole("DC009", f"{home}/.env", f"{home}/.env\0{line.fix}", home, line.number)
        if self._is_wanted(_ABOUT_CODE):
            about_manifest += conventions.of_manifest(tool.essentials)
            about_manifest += conventions.of_generated(tool)
            about_manifest += conventions.of_folder(tool.folder, contents.imported, contents.modules())
        for one in about_manifest:
            self._whole(one.code, f"{home}/{one.file}", one.detail, home, contents.declared_at(one.key))

    def broken(self, folder: Path, message: str) -> None:
        """A tool whose tool.json does not parse: its files are still read for secrets."""
        home = folder.relative_to(self._root).as_posix()
        everything = list(walk(folder, home, self.report.skipped))
        git = self._ask_git([listed.shown for listed in everything])
        for listed, found in self._scanned_files(everything):
            source = self._read(listed)
            if source is not None:
                self._add(source, self._secrets(source, found), home)
        self._answered(git, home)
        self._whole("CV001", f"{home}/tool.json", message, home)

    def files(self, listed: Iterable[ListedFile]) -> None:
        """Files as a commit hook names them: secrets in them, and whether they may be tracked at all."""
        names: list[str] = []

        def named() -> Iterator[ListedFile]:
            for one in listed:
                names.append(one.shown)
                yield one

        scanned = self._scanned_files(named())
        first = next(scanned, None)  # by then all of them are listed, and other processes look at them meanwhile
        if first is None:
            return
        git = self._ask_git(names)
        for one, found in chain((first,), scanned):
            home = self._home(one.shown)
            if found and not (
                found.hits or found.is_marked or len(KNOWN) or holds_values(one.shown.rsplit("/", 1)[-1])
            ):
                self._count()  # nothing in it, and nothing that only this process could look for
                continue
            source = self._read(one)
            if source is not None:
                self._add(source, self._secrets(source, found), home)
        for found_by_git in git.found() if git else ():
            self._whole(*found_by_git, self._home(found_by_git.file))

    def staged(self, files: Iterable[Staged]) -> None:
        """The same for git's index: what is there is tracked."""
        for path, source in files:
            home = self._home(path)
            self.report.files += source is not None
            if holds_values(path.rsplit("/", 1)[-1]):
                if not (source and trackable.holds_settings(path, source.data)):
                    self._whole("GT002", path, path, home)
                continue
            if trackable.is_key_file(path) and not (source and trackable.is_public(source.data)):
                self._whole("GT002", path, path, home)
            if source is not None:
                self._add(source, self._secrets(source, None), home)

    def _is_wanted(self, codes: frozenset[str]) -> bool:
        """Whether any of these is looked for; what finds nothing else does not run."""
        return not codes.isdisjoint(self._choice.codes)

    def _home(self, path: str) -> str:
        """The tool's folder that `path` is in; from here on, its codes are looked for."""
        home = "/".join(path.split("/", 2)[:2])
        self._choice = self._homes.get(home, self._outer)
        if home not in self._homes:
            return ""
        self.report.homes.add(home)
        return home

    def whole_project(self, baseline: str) -> None:
        """Everything was linted, for every code: what is left in the baseline, a file of the project, is gone."""
        if self._baseline and (unused := self._baseline.unused):
            self._whole("SP004", baseline, f"{unused} {'entry' if unused == 1 else 'entries'}", "")

    def _scanned_files(self, listed: Iterable[ListedFile]) -> Iterator[tuple[ListedFile, ScanResult | None]]:
        """Each file, with what was seen in it already or when other processes looked. All are listed first."""
        is_for_processes = self._scanned is None and self._are_secrets_wanted_anywhere()
        remaining = iter(listed)
        some: list[ListedFile] = []
        size = 0
        for one in remaining:
            some.append(one)
            size += one.size
            if is_for_processes and size >= MUCH:
                from pixie_secrets.lint import parallel  # noqa: PLC0415  threads and processes, only for much

                yield from parallel.hits(chain(some, remaining))
                return
        known = self._scanned or {}
        yield from ((one, known.get(one.shown)) for one in some)

    def _are_secrets_wanted_anywhere(self) -> bool:
        choices = (self._choice, *self._homes.values())
        return any(not _LOOKS_AND_NAMES.isdisjoint(choice.codes) for choice in choices)

    def _read(self, listed: ListedFile) -> SourceFile | None:
        if holds_values(listed.shown.rsplit("/", 1)[-1]):
            return None
        source = read(listed, self.report.skipped)
        if source is not None:
            self._count()
        return source

    def _count(self) -> None:
        self.report.files += 1
        if self._progress:
            self._progress(self.report.files)

    def _secrets(self, source: SourceFile, found: ScanResult | None) -> list[Hit]:
        """Known values, and what `found` or a look of our own says beside them."""
        if not self._is_wanted(SECRET_CODES):
            return []
        known = [Hit(span.start, "KV001", span.key, span.end) for span in KNOWN.find(source.data)]
        if not self._is_wanted(_LOOKS_AND_NAMES):
            return known
        others = found.hits if found else secret_hits(source)
        if is_template(source.path.rsplit("/", 1)[-1]):
            others = [hit._replace(code="GT007") for hit in others]
        return apart([*known, *others]) if known else others

    def _add(self, source: SourceFile, hits: list[Hit], home: str) -> None:
        choice = self._choice
        chosen = [hit for hit in hits if choice.allows(hit.code, source.path, home)]
        allowed = suppress.apply(chosen, source.data, choice.codes)
        self.report.suppressed += allowed.passed
        places = Places(source.data)
        for hit in sorted(allowed.hits):
            if choice.allows(hit.code, source.path, home):
                self._found(hit, source.path, places.place(hit.start), places.text(hit.start))

    def _whole(self, code: str, file: str, detail: str, home: str, line: int = 0) -> None:
        if self._choice.allows(code, file, home):
            self._found(Hit(0, code, detail), file, (line, 1 if line else 0), detail.encode("utf-8", "surrogateescape"))

    def _found(self, hit: Hit, file: str, where: tuple[int, int], text: bytes) -> None:
        line = Line(hit.code, self.shown(file), text)
        if self._baseline and self._baseline.take(line):
            self.report.in_baseline += 1
            return
        about = CODES[hit.code]
        details = [without_tokens(printable(part)) for part in hit.detail.split("\0")]
        self.report.lines.append(line)
        self.report.findings.append(
            Finding(
                code=hit.code,
                severity=about.severity,
                file=line.file,
                line=where[0],
                column=where[1],
                message=KNOWN.mask(about.message.format(*details)),
                fix=about.fix,
            )
        )

    def shown(self, file: str) -> str:
        """Its path: a file may be named after a secret, too, and it has many findings."""
        if file not in self._paths:
            self._paths[file] = without_tokens(KNOWN.mask(printable(file)))
        return self._paths[file]

    def _ask_git(self, names: list[str], *more: str) -> trackable.GitCheck | None:
        wanted = any(code in self._choice.codes for code in trackable.CODES)
        return trackable.GitCheck(self._root, [*names, *more]) if wanted else None

    def _answered(self, asked: trackable.GitCheck | None, home: str) -> None:
        for found in asked.found() if asked else ():
            self._whole(found.code, found.file, found.detail, home)

    def _disagreements(
        self, code: declarations.EnvironmentUse, tool: ToolToLint, contents: _Contents
    ) -> list[conventions.Violation]:
        """Puts what is about code beside the other hits of its file; returns what is about tool.json."""
        about_manifest = []
        values = tool.values_set if tool.values_set is not None else [secret.key for secret in tool.essentials.secrets]
        for number, detail, read_at in code.disagreements(values):
            if read_at is None:
                about_manifest.append(conventions.Violation(number, "tool.json", detail, detail))
            else:
                contents.pending[read_at.file][1].append(Hit(read_at.start, number, detail))
        return about_manifest


class _Contents:
    """What was learned of a tool's files while they were read."""

    def __init__(self, home: str, names: list[str]) -> None:
        self._home = home
        self.names = names
        self.imported: set[str] = set()
        self.pending: dict[str, tuple[SourceFile, list[Hit]]] = {}
        self._manifest = b""
        self._declared: dict[bytes, int] | None = None

    def learn(self, source: SourceFile, hits: list[Hit]) -> None:
        """Add the secrets of one file, and keep what later steps need."""
        if source.path == f"{self._home}/tool.json":
            self._manifest = source.data
        if hits or suppress.MARK in source.data:
            self.pending[source.path] = (source, hits)

    def learn_code(self, source: SourceFile, code: declarations.EnvironmentUse, manifest: Essentials) -> None:
        """Add what code and conventions say of a file whose secrets were added."""
        inside = source.path[len(self._home) + 1 :]
        language = language_of(inside)
        if inside == "tool.json" or language is Language.GENERATED:
            return
        is_python = language is Language.PYTHON and not _TEST_FILE.search(inside)
        said = list(code.add(source, is_python=is_python))
        if is_python:
            self.imported |= conventions.imports(source)
            said += conventions.of_python(source, is_main=inside == manifest.entrypoint)
        if said or declarations.WORTH_PARSING.search(source.data):
            self.pending.setdefault(source.path, (source, []))[1].extend(said)

    def modules(self) -> set[str]:
        """The names of the tool's own modules and packages."""
        return {name[len(self._home) + 1 :].split("/")[0].removesuffix(".py") for name in self.names}

    def declared_at(self, key: str) -> int:
        """The line of tool.json where `key` is; 0 when it cannot be told."""
        if self._declared is None:
            self._declared, places = {}, Places(self._manifest)
            for found in _DECLARED.finditer(self._manifest):
                self._declared.setdefault(found[1], places.place(found.start())[0])
        return self._declared.get(key.encode("utf-8", "surrogatepass"), 0) if key else 0


def severities(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many of each."""
    counted = Counter(finding.severity for finding in findings)
    return {severity: counted[severity] for severity in Severity if counted[severity]}


def is_secret(finding: Finding) -> bool:
    """Whether it says that a secret stands in a file."""
    return finding.code in SECRET_CODES
