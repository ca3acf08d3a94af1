"""What can be said to `lint-tool`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pixie_secrets.cli import linting
from pixie_secrets.lint.formats import FORMATS

if TYPE_CHECKING:
    from pixie_secrets.cli.linting import Said

EXAMPLES = (
    "\b\nExamples:\n"  # the backspace: keep these lines apart
    "  pixie-secrets lint-tool whisper-transcription\n"
    "  pixie-secrets lint-tool --staged\n"
    "  pixie-secrets lint-tool --all --format sarif > lint.sarif\n"
    "  pixie-secrets lint-tool --explain HS006"
)


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
    if explain is not None:
        return linting.explain(explain)
    return linting.lint(
        linting.Linting(
            said.named,
            what,
            everything=everything,
            staged=staged,
            select=select,
            ignore=ignore,
            how="json" if as_json else how,
            baseline="" if no_baseline else baseline,
            write_baseline=write_baseline,
        )
    )
