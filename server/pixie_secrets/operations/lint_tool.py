"""Lint tools, files or what is staged: every secret that does not belong where it is, and never the secret itself."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pixie_secrets.errors import ManifestError, PixieError
from pixie_secrets.files import edit_plain
from pixie_secrets.layouts.apps import App
from pixie_secrets.lint import baseline, staged, suppress
from pixie_secrets.lint.app_files import files_of_apps
from pixie_secrets.lint.check import Lint, ToolToLint
from pixie_secrets.lint.codes import CODES, HARD_CODED, Severity
from pixie_secrets.lint.files import ListedFile, Skipped, walk
from pixie_secrets.lint.findings import Finding
from pixie_secrets.operations.context import Progress
from pixie_secrets.stores.learn import learn
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from pixie_secrets.env_file.unreadable import UnreadableLine
    from pixie_secrets.layouts.project import BrokenTool, Project, Tool
    from pixie_secrets.lint.baseline import Baseline
    from pixie_secrets.lint.check import Report
    from pixie_secrets.lint.suppress import Choice
    from pixie_secrets.operations.context import Context


class LintToolRequest(NamedTuple):
    """What to lint. Nothing named: every tool and app of the project."""

    tool_ids: Annotated[tuple[str, ...], "these tools or apps"] = ()
    paths: Annotated[tuple[str, ...], "files or folders instead of tools, from the project's folder"] = ()
    staged: Annotated[bool, "what the next git commit takes along, instead of tools"] = False
    select: Annotated[
        tuple[str, ...], "only these codes, or those that begin so, such as HS (hard-coded secrets) or GT001"
    ] = ()
    ignore: Annotated[tuple[str, ...], "not these codes, or those that begin so"] = ()
    baseline: Annotated[
        str | None,
        "file of known findings, from the project's folder; left out: .pixie-lint-baseline.json, if it is there; "
        "empty: nothing is known",
    ] = None


class Unread(NamedTuple):
    """Something that could not be looked into, so that nothing can be said of it."""

    path: str
    message: str
    hint: str

    @property
    def said(self) -> str:
        """What that means for the run."""
        return f"{self.path} could not be read, so its values are not known: {self.message}; {self.hint}"


class TurnedOff(NamedTuple):
    """Codes about hard-coded secrets that a tool's own pyproject.toml turns off for the tool.

    path: of the pyproject.toml, from the project's folder.
    """

    path: str
    codes: tuple[str, ...]

    @property
    def said(self) -> str:
        """What that means for the run."""
        every = tuple(sorted(code for code in CODES if code.startswith(HARD_CODED)))
        codes = HARD_CODED if self.codes == every else ", ".join(self.codes)
        return f"{self.path} turns {codes} off: such hard-coded secrets in this tool are not reported"


class ToolLinted(NamedTuple):
    """What was found, worst first, and what was not looked at.

    tools: the tools that were linted. files: how many files were read. skipped: how many were not, by reason.
    suppressed: findings that a comment with a reason let pass. in_baseline: findings that were known before.
    left_out: findings beyond the number that was asked for. turned_off: what tools let nobody look for in them.
    """

    tools: tuple[str, ...]
    findings: tuple[Finding, ...]
    files: int
    skipped: dict[str, int]
    suppressed: int
    in_baseline: int
    left_out: int = 0
    unread: tuple[Unread, ...] = ()
    turned_off: tuple[TurnedOff, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether this should stop a commit: an error or a warning."""
        return any(finding.severity is not Severity.ADVICE for finding in self.findings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What somebody who trusts the findings has to know about them."""
        left_out = f"{self.left_out} more findings are left out here; the command pixie-secrets lint-tool has them all"
        return (*(one.said for one in self.unread), *((left_out,) if self.left_out else ()))

    @property
    def notices(self) -> tuple[str, ...]:
        """What every document says of the run, whoever asks for it."""
        return tuple(one.said for one in self.turned_off)

    def at_most(self, number: int) -> ToolLinted:
        """The same with the worst `number` findings."""
        over = len(self.findings) - number
        return self if over <= 0 else self._replace(findings=self.findings[:number], left_out=over)


def lint_tool(context: Context, request: LintToolRequest) -> ToolLinted:
    """Lint; progress counts files read.

    Raises:
        UnknownTool: a tool that was named.
        PixieError: a path outside the project, no index, or a configuration that is not understood.
    """
    report, tools, unread, turned_off = _run(context, request)
    order = list(Severity)
    findings = sorted(
        report.findings, key=lambda one: (order.index(one.severity), one.file, one.line, one.column, one.code)
    )
    return ToolLinted(
        tools=tools,
        findings=tuple(findings),
        files=report.files,
        skipped={str(reason): count for reason, count in sorted(report.skipped.items())},
        suppressed=report.suppressed,
        in_baseline=report.in_baseline,
        unread=unread,
        turned_off=turned_off,
    )


def write_baseline(context: Context, request: LintToolRequest) -> tuple[str, int]:
    """Write what is found now to the baseline: its path, and how many findings are in it.

    Raises:
        PixieError: as `lint_tool`; or what would be overwritten is no baseline, and stays as it is.
    """
    project = context.project
    path = _baseline_path(project, request)
    if path.suffix != ".json":
        raise PixieError("a baseline's name ends in .json", f"such as {baseline.NAME}, which is found by itself")
    report, *_ = _run(context, request._replace(baseline=""))
    text = baseline.written(report.lines)

    def edit(before: bytes | None) -> bytes:
        if before is not None and path.name != baseline.NAME:
            baseline.parsed(before, path)
        return text.encode()

    edit_plain(path, edit)
    return path.relative_to(project.root).as_posix(), len(report.lines)


def _run(
    context: Context, request: LintToolRequest
) -> tuple[Report, tuple[str, ...], tuple[Unread, ...], tuple[TurnedOff, ...]]:
    project = context.project
    chosen, broken, apps = _chosen(project, request.tool_ids)
    paths = [_checked(project, named) for named in request.paths]
    everything = not (request.tool_ids or request.paths or request.staged)
    tools = tuple(project.tools) if everything else tuple(chosen)
    apps = list(project.apps) if everything else apps
    stores, unread = _learn(project)
    known = _baseline(project, request)
    outer = suppress.table_of(project.root / "pyproject.toml")
    of_project = suppress.choice([outer], request.select, request.ignore)
    of_tools = _of_tools(project, request, outer)
    lint = Lint(
        project.root,
        of_project,
        baseline=known,
        progress=lambda files: context.progress(Progress(files)),
    )
    looked_for: dict[str, Choice] = {}
    for tool in tools:
        tables = [outer, suppress.table_of(tool.folder / "pyproject.toml")]
        home = tool.folder.relative_to(project.root).as_posix()
        looked_for[home] = suppress.choice(tables, request.select, request.ignore)
        lint.choose(looked_for[home])
        values_set, lines = stores.get(tool.id, (None, ()))
        lint.tool(ToolToLint(tool.folder, tool.essentials, values_set, lines))
    lint.choose(of_project, of_tools)
    for one in project.broken_tools if everything else broken:
        lint.broken(one.folder, one.error.message)
    skipped = lint.report.skipped
    lint.files(
        chain(
            chain.from_iterable(_below(project, path, skipped) for path in paths),
            files_of_apps(project.root, apps, [tool.folder for tool in tools], skipped),
        )
    )
    if request.staged:
        lint.staged(staged.staged(project.root, skipped))
    if known and everything and not (request.select or request.ignore or unread):
        lint.whole_project(_baseline_path(project, request).relative_to(project.root).as_posix())
    looked_for |= {home: of_tools[home] for home in lint.report.homes}
    turned_off = tuple(
        TurnedOff(path=lint.shown(f"{home}/pyproject.toml"), codes=codes)
        for home, choice in sorted(looked_for.items())
        if (codes := suppress.hard_coded_off(of_project, choice))
    )
    return lint.report, (*(tool.id for tool in tools), *(app.id for app in apps)), tuple(unread), turned_off


def _chosen(project: Project, tool_ids: tuple[str, ...]) -> tuple[list[Tool], list[BrokenTool], list[App]]:
    """Whoever was named; of a tool whose tool.json does not parse the files are read all the same."""
    tools, broken, apps = [], [], []
    for tool_id in tool_ids:
        try:
            owner = project.owner(tool_id)
        except ManifestError:
            broken += [one for one in project.broken_tools if one.folder.name == tool_id]
        else:
            if isinstance(owner, App):
                apps.append(owner)
            else:
                tools.append(project.tool(tool_id))
    return tools, broken, apps


def _of_tools(project: Project, request: LintToolRequest, outer: dict[str, Any]) -> dict[str, Choice]:
    """What each tool's own pyproject.toml lets pass, by its folder: for files that are named one by one, or staged."""
    if not (request.paths or request.staged):
        return {}
    tables = ((tool.folder, suppress.table_of(tool.folder / "pyproject.toml")) for tool in project.tools)
    return {
        folder.relative_to(project.root).as_posix(): suppress.choice([outer, table], request.select, request.ignore)
        for folder, table in tables
    }


def _learn(
    project: Project,
) -> tuple[dict[str, tuple[list[str] | None, tuple[UnreadableLine, ...]]], list[Unread]]:
    """Make every value of the project known: one tool's key may have slipped into another's files."""
    stores: dict[str, tuple[list[str] | None, tuple[UnreadableLine, ...]]] = {}
    for tool in project.tools:
        try:
            values, lines = store_of(tool).values(), store_of(tool).unreadable_lines()
        except PixieError:
            continue  # `learn` names it
        stores[tool.id] = [key for key, value in values.items() if value.get_secret_value()], lines
    return stores, [
        Unread(path=_shown(project, one.path), message=one.error.message, hint=one.error.hint) for one in learn(project)
    ]


def _baseline(project: Project, request: LintToolRequest) -> Baseline | None:
    if request.baseline == "":
        return None
    path = _baseline_path(project, request)
    return baseline.read(path) if request.baseline or os.path.lexists(path) else None


def _baseline_path(project: Project, request: LintToolRequest) -> Path:
    named = request.baseline or baseline.NAME
    path = Path(os.path.abspath(project.root / named))
    if project.root not in path.parents or "\0" in named:
        raise PixieError("a baseline lies inside the project", f"name it from the project's folder, as {baseline.NAME}")
    return path


def _checked(project: Project, named: str) -> Path:
    """Where a path that was named leads. Raises PixieError: outside, or to nothing."""
    path = Path(os.path.abspath(named))
    if path != project.root and project.root not in path.parents:
        raise PixieError("a path that was named is outside the project", f"paths must be below {project.root}")
    if not os.path.lexists(path):
        raise PixieError("there is no such tool, file or folder", "name a tool's id, or a path that exists")
    return path


def _below(project: Project, path: Path, skipped: Counter[Skipped]) -> Iterator[ListedFile]:
    """The files that a path means: itself, or what is below it; nothing on the way to it, or there, is a link."""
    shown = path.relative_to(project.root).as_posix()
    if any(up.is_symlink() for up in (path, *path.parents) if project.root in up.parents):
        skipped[Skipped.LINK] += 1
    elif path.is_dir():
        yield from walk(path, "" if shown == "." else shown, skipped)
    else:
        yield ListedFile(str(path), shown)


def _shown(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix() if project.root in path.parents else str(path)
