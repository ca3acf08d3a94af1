"""`lint-tool` for people, commit hooks and CI: what to look at, how to say it, and a status that stops a commit.

Its plain forms, which hooks wait for, are understood without a command line parser; `lint_options` has the rest.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pixie_secrets.cli import surface
from pixie_secrets.cli.usage import UsageRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.operations.lint_tool import LintToolRequest, ToolLinted
    from pixie_secrets.project import Project

DONE, FINDINGS = 0, 1
FORMATS = ("text", "json", "sarif", "github")
_PATIENCE_SECONDS = 1.0


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
    from pixie_secrets.operations import lint_tool as operation  # noqa: PLC0415  not for `--help`
    from pixie_secrets.project import find_project  # noqa: PLC0415  as above

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
    linted = operation.lint_tool(project, request, _progress())
    _erase()
    _say(linted, asked.how)
    return FINDINGS if linted.failed else DONE


def explain(code: str) -> int:
    """Print the page about a code."""
    from pixie_secrets.lint import codes  # noqa: PLC0415  only here

    surface.page(codes.explain(code))
    return DONE


def _told_apart(project: Project, what: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tools by id or folder, and paths; what is neither is taken for a tool, whose refusal names the nearest."""
    import os  # noqa: PLC0415  only here

    names = {tool.id for tool in project.tools} | {tool.folder.name for tool in project.tools}
    names |= {broken.folder.name for broken in project.broken_tools}
    paths = tuple(one for one in what if one not in names and os.path.lexists(one))
    return tuple(one for one in what if one not in paths), paths


def _codes(given: tuple[str, ...]) -> tuple[str, ...]:
    codes = tuple(code.strip() for one in given for code in one.split(",") if code.strip())
    if given:
        from pixie_secrets.lint.codes import chosen, explain  # noqa: PLC0415  only for these options

        for code in codes:
            if not chosen((code,)):
                explain(code)  # refuses, and names the nearest
    return codes


def _write_baseline(project: Project, request: LintToolRequest, *, as_json: bool) -> int:
    from pixie_secrets.frozen import Frozen  # noqa: PLC0415  as everywhere
    from pixie_secrets.operations.lint_tool import write_baseline  # noqa: PLC0415  as everywhere

    class BaselineWritten(Frozen):
        path: str
        findings: int

    path, count = write_baseline(project, request)
    text = f"wrote {path} with {count} known finding{'' if count == 1 else 's'}; commit it, and replace what is in them"
    surface.result(text, BaselineWritten(path=path, findings=count), as_json=as_json)
    return DONE


def _say(linted: ToolLinted, how: str) -> None:
    for one in linted.unread:
        surface.warn(f"{one.path} could not be read, so its values are not known: {one.message}; {one.hint}")
    if how == "json":
        surface.result("", linted, as_json=True)
        return
    if how == "sarif":
        from pixie_secrets.lint.formats import sarif  # noqa: PLC0415  one format a run

        surface.result(sarif.render(linted.findings), linted, as_json=False)
        return
    if how == "github":
        from pixie_secrets.lint.formats import github  # noqa: PLC0415  one format a run

        surface.result(github.render(linted.findings), linted, as_json=False)
        return
    from pixie_secrets.lint.formats import text  # noqa: PLC0415  one format a run

    blocks = [text.render(linted.findings, color=_colored()), summary(linted)]
    surface.result("\n\n".join(block for block in blocks if block), linted, as_json=False)


def summary(linted: ToolLinted) -> str:
    """One line: how many of each, of how many files, and what was not looked at."""
    from collections import Counter  # noqa: PLC0415  only here

    counted = Counter(str(finding.severity) for finding in linted.findings)
    plural = {"error": "errors", "warning": "warnings", "advice": "pieces of advice"}
    found = [f"{count} {word if count == 1 else plural[word]}" for word in plural if (count := counted[word])]
    if counted["advice"] == 1:
        found[-1] = "1 piece of advice"
    said = f"{', '.join(found) or 'no findings'} in {linted.files} file{'' if linted.files == 1 else 's'}"
    if linted.skipped:
        said += f"; not read: {', '.join(f'{count} {reason}' for reason, count in linted.skipped.items())}"
    if linted.suppressed:
        said += f"; let pass with a reason: {linted.suppressed}"
    if linted.in_baseline:
        said += f"; known before: {linted.in_baseline}"
    return said


def _colored() -> bool:
    import os  # noqa: PLC0415  only here

    return (
        sys.stdout is not None
        and sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )


def _progress() -> Callable[[int], None] | None:
    """A count of files that appears on a terminal when there is something to wait for."""
    if not surface.before_a_person():
        return None
    begun = time.monotonic()
    last = begun + _PATIENCE_SECONDS - 0.1

    def progress(files: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= 0.1:  # noqa: PLR2004  ten times a second is smooth
            last = now
            sys.stderr.write(f"\r{files} files …")
            sys.stderr.flush()

    return progress


def _erase() -> None:
    """Take the count away again; harmless where there was none."""
    if surface.before_a_person():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
