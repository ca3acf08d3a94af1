"""`lint-tool` for people, commit hooks and CI: what to look at, how to say it, and a status that stops a commit.

Its plain forms, which hooks wait for, are understood without a command line parser; `lint_options` has the rest.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pixie_secrets.cli import surface
from pixie_secrets.cli.progress import erase, progress
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.lint.formats import FORMATS

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.lint_tool import LintToolRequest, ToolLinted

DONE, FINDINGS = 0, 1


class Said(Protocol):
    """What stood before a command. named: as `--project` named it."""

    named: str | None

    def project(self) -> Project: ...


class Linting(NamedTuple):
    """What is to be linted and how to say it. project: as `--project` named it."""

    project: str | None = None
    what: tuple[str, ...] = ()
    everything: bool = False
    staged: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    how: str = "text"
    baseline: str | None = None
    write_baseline: bool = False


def plain(arguments: list[str]) -> Linting | None:
    """`[--project DIR] lint-tool [WHAT]... [--staged] [--all] [--json]`; None for anything else."""
    project: str | None = None
    if len(arguments) > 1 and arguments[0] == "--project":
        project, arguments = arguments[1], arguments[2:]
    if arguments[:1] != ["lint-tool"]:
        return None
    options = {word for word in arguments[1:] if word.startswith("-")}
    if not options <= {"--staged", "--all", "--json"}:
        return None
    what = tuple(word for word in arguments[1:] if word not in options)
    how = "json" if "--json" in options else "text"
    return Linting(project, what, everything="--all" in options, staged="--staged" in options, how=how)


def lint(asked: Linting) -> int:
    """Lint and say what was found; the exit status.

    Raises:
        UsageRefused: things that cannot be asked for together.
    """
    if asked.how not in FORMATS:
        raise UsageRefused("there is no such format", f"formats: {', '.join(FORMATS)}")
    if bool(asked.what) + asked.everything + asked.staged > 1:
        raise UsageRefused("name tools or paths, or --staged, or --all", "one of them at a time")
    from pixie_secrets.layouts.project import find_project  # noqa: PLC0415  as above
    from pixie_secrets.operations import lint_tool as operation  # noqa: PLC0415  not for `--help`

    project = find_project(asked.project)
    tools, paths = _told_apart(project, asked.what)
    request = operation.LintToolRequest(
        tool_ids=tools,
        paths=paths,
        staged=asked.staged,
        select=_codes(asked.select),
        ignore=_codes(asked.ignore),
        baseline=asked.baseline,
    )
    if asked.write_baseline:
        return _write_baseline(project, request, as_json=asked.how == "json")
    linted = operation.lint_tool(project, request, progress(lambda files: f"{files} files"))
    erase()
    _say(linted, asked.how)
    return FINDINGS if linted.failed else DONE


def explain(code: str) -> int:
    """Print the page about a code."""
    from pixie_secrets.lint import codes  # noqa: PLC0415  only here

    surface.page(codes.explain(code))
    return DONE


def _told_apart(project: Project, what: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tools by id or folder, and paths; what is neither is taken for a tool, whose refusal names the nearest."""
    names = {tool.id for tool in project.tools} | {tool.folder.name for tool in project.tools}
    names |= {broken.folder.name for broken in project.broken_tools}
    paths = tuple(one for one in what if one not in names and os.path.lexists(one))
    return tuple(one for one in what if one not in paths), paths


def _codes(given: tuple[str, ...]) -> tuple[str, ...]:
    if not given:
        return ()
    from pixie_secrets.lint.suppress import selectors  # noqa: PLC0415  only for these options

    return selectors(given)


def _write_baseline(project: Project, request: LintToolRequest, *, as_json: bool) -> int:
    from pixie_secrets.frozen import Frozen  # noqa: PLC0415  as everywhere
    from pixie_secrets.lint.formats.text import baseline_written  # noqa: PLC0415  as everywhere
    from pixie_secrets.operations.lint_tool import write_baseline  # noqa: PLC0415  as everywhere

    class BaselineWritten(Frozen):
        path: str
        findings: int

    path, count = write_baseline(project, request)
    said = baseline_written(path, count)
    surface.result(said, BaselineWritten(path=path, findings=count), as_json=as_json)
    return DONE


def _say(linted: ToolLinted, how: str) -> None:
    from pixie_secrets.lint import formats  # noqa: PLC0415  as everywhere

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
