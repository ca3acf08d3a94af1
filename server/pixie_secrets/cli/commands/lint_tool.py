"""`lint-tool` for people, commit hooks and CI: what to look at, how to say it, and a status that stops a commit."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, Operand, Option, command
from pixie_secrets.cli.progress import erase, progress
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.errors import DONE, REFUSED, ProjectNotFound
from pixie_secrets.layouts.project import Project
from pixie_secrets.layouts.work_trees import repository_top
from pixie_secrets.lint import codes, formats
from pixie_secrets.lint.formats import FORMATS
from pixie_secrets.lint.formats.text import baseline_written
from pixie_secrets.lint.suppress import selectors
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.lint_tool import LintToolRequest, lint_tool, write_baseline

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.lint_tool import ToolLinted


class BaselineWritten(NamedTuple):
    """path: of the baseline, from the project's folder. findings: how many are in it."""

    path: str
    findings: int


def run(
    invocation: Invocation,
    request: LintToolRequest,
    *,
    what: tuple[str, ...],
    everything: bool,
    how: str,
    as_json: bool,
    no_baseline: bool,
    write: bool,
    explain: str | None,
    as_files: bool,
) -> int:
    """Lint and say what was found.

    Raises:
        UsageRefused: things that cannot be asked for together.
    """
    if explain is not None:
        surface.page(codes.explain(explain))
        return DONE
    how = "json" if as_json else how
    if how not in FORMATS:
        raise UsageRefused("there is no such format", f"formats: {', '.join(FORMATS)}")
    if bool(what) + everything + request.staged > 1:
        raise UsageRefused("name tools or paths, or --staged, or --all", "one of them at a time")
    project = _project(invocation, what, as_files=as_files)
    tools, paths = _tools_and_paths(project, what)
    request = request._replace(
        tool_ids=tools,
        paths=paths,
        select=selectors(request.select) if request.select else (),
        ignore=selectors(request.ignore) if request.ignore else (),
        baseline="" if no_baseline else request.baseline,
    )
    if write:
        path, count = write_baseline(Context(project), request)
        surface.result(baseline_written(path, count), BaselineWritten(path, count), as_json=how == "json")
        return DONE
    linted = lint_tool(Context(project, progress(lambda step: f"{step.done} files")), request)
    erase()
    _show(linted, how)
    return REFUSED if linted.failed else DONE


def _project(invocation: Invocation, what: tuple[str, ...], *, as_files: bool) -> Project:
    """The project, or its repository where a file outside of the project is named: no rule for files needs more.

    A commit hook stops nobody because of what is wrong with a project: without one, the repository will do.
    """
    top = repository_top(os.path.realpath(os.curdir))
    try:
        project = invocation.project(warn=False)  # lint says itself what it could not read
    except ProjectNotFound:
        if not as_files or not top:
            raise
        return Project(Path(top))
    paths = [os.path.abspath(word) for word in what if os.path.lexists(word)]
    if all(_is_below(path, str(project.root)) for path in paths):
        return project
    return Project(Path(top)) if top and all(_is_below(path, top) for path in paths) else project


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _tools_and_paths(project: Project, what: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tools by id or folder, and paths; what is neither is taken for a tool, whose refusal names the nearest."""
    names = {tool.id for tool in project.tools} | {tool.folder.name for tool in project.tools}
    names |= {broken.folder.name for broken in project.broken_tools} | {app.id for app in project.apps}
    paths = tuple(one for one in what if one not in names and os.path.lexists(one))
    return tuple(one for one in what if one not in paths), paths


def _show(linted: ToolLinted, how: str) -> None:
    for note in linted.notes:
        surface.warn(note)
    as_json = how == "json"
    document = "" if as_json else formats.render(linted, how, color=_colored(), columns=_columns())
    surface.result(document, linted, as_json=as_json)


def _columns() -> int:
    """Of the terminal that shows the result; 0: none does."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError, AttributeError):  # a pipe, a file, nothing
        return 0


def _colored() -> bool:
    return _columns() > 0 and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


COMMAND = command(
    Operand("what", "[TOOL|PATH]...", is_required=False, is_many=True),
    request=LintToolRequest,
    without=("tool_ids", "paths"),  # which of them a word is, is seen when it runs
    metavars={"select": "CODES", "ignore": "CODES", "baseline": "FILE"},
    options=(
        Option("--all", "every tool; the same as naming none", name="everything"),
        Option("--format", "how to say it. [default: text]", name="how", metavar="|".join(FORMATS), default="text"),
        JSON,
        Option("--no-baseline", "as if nothing were known"),
        Option("--write-baseline", "take all that is found now as known", name="write"),
        Option("--as-files", "for commit hooks: what names an existing file is that file, even if it is called --help"),
        Option("--explain", "show the page about a code, and nothing else", metavar="CODE"),
    ),
    more="""\
Values of .env files in other files, hard-coded keys and passwords, files of values that git would take along, and where
code and tool.json disagree. Says file, line and code; never what was found. Exit status 1 when there is an error or a
warning.""",
    examples=(
        "pixie-secrets lint-tool whisper-transcription",
        "pixie-secrets lint-tool --staged",
        "pixie-secrets lint-tool --all --format sarif > lint.sarif",
        "pixie-secrets lint-tool --explain HS006",
    ),
)(run)
