"""`lint-tool` for people, commit hooks and CI: what to look at, how to say it, and a status that stops a commit."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Protocol

import click

from pixie_secrets.cli import surface
from pixie_secrets.cli.usage import UsageRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.operations.lint_tool import LintToolRequest, ToolLinted
    from pixie_secrets.project import Project

DONE, FINDINGS = 0, 1
FORMATS = ("text", "json", "sarif", "github")
EXAMPLES = (
    "\b\nExamples:\n"  # the backspace: keep these lines apart
    "  pixie-secrets lint-tool whisper-transcription\n"
    "  pixie-secrets lint-tool --staged\n"
    "  pixie-secrets lint-tool --all --format sarif > lint.sarif\n"
    "  pixie-secrets lint-tool --explain HS006"
)
_PATIENCE_SECONDS = 1.0


class Said(Protocol):
    """What stood before the command."""

    def project(self) -> Project: ...


@click.command("lint-tool", epilog=EXAMPLES)
@click.argument("what", metavar="[TOOL|PATH]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every tool; the same as naming none.")
@click.option("--staged", is_flag=True, help="What the next commit takes along, as it is in git's index.")
@click.option("--select", metavar="CODES", multiple=True, help="Only these codes, or those that begin so: HS,GT001.")
@click.option("--ignore", metavar="CODES", multiple=True, help="Not these.")
@click.option("--format", "how", metavar="|".join(FORMATS), default="text", help="How to say it. [default: text]")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document on stdout.")
@click.option(
    "--baseline", metavar="FILE", help="Known findings. [default: .pixie-lint-baseline.json, if there is one]"
)
@click.option("--no-baseline", is_flag=True, help="As if nothing were known.")
@click.option("--write-baseline", is_flag=True, help="Take all that is found now as known.")
@click.option("--explain", metavar="CODE", help="Show the page about a code, and nothing else.")
@click.pass_obj
def lint_tool(
    said: Said,
    *,
    what: tuple[str, ...],
    everything: bool,
    staged: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    how: str,
    as_json: bool,
    baseline: str | None,
    no_baseline: bool,
    write_baseline: bool,
    explain: str | None,
) -> int:
    """Find secrets that stand where they do not belong.

    Values of .env files in other files, hard-coded keys and passwords, files of values that git would take along, and
    where code and tool.json disagree. Says file, line and code; never what was found. Exit status 1 when there is an
    error or a warning.
    """
    how = "json" if as_json else how
    if how not in FORMATS:
        raise UsageRefused("there is no such format", f"formats: {', '.join(FORMATS)}")
    if bool(what) + everything + staged > 1:
        raise UsageRefused("name tools or paths, or --staged, or --all", "one of them at a time")
    if explain is not None:
        return _explain(explain)
    from pixie_secrets import masking  # noqa: PLC0415  values are near from here on
    from pixie_secrets.operations import lint_tool as operation  # noqa: PLC0415  not for `--help`

    masking.install()
    project = said.project()
    tools, paths = _told_apart(project, what)
    request = operation.LintToolRequest(
        tool_ids=tools,
        paths=paths,
        staged=staged,
        select=_codes(select),
        ignore=_codes(ignore),
        baseline="" if no_baseline else baseline,
    )
    if write_baseline:
        return _write_baseline(project, request, as_json=as_json)
    linted = operation.lint_tool(project, request, _progress())
    _erase()
    _say(linted, how)
    return FINDINGS if linted.failed else DONE


def _explain(code: str) -> int:
    from pixie_secrets.lint import codes  # noqa: PLC0415  only here

    surface.note(codes.explain(code)) if not sys.stdout else sys.stdout.write(codes.explain(code))
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
