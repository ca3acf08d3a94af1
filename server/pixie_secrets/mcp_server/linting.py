"""Lint as a call: what a model can ask for, and an answer it can read to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pixie_secrets.errors import PixieError
from pixie_secrets.lint import codes, formats, suppress
from pixie_secrets.lint.findings import Finding
from pixie_secrets.operations.lint_tool import LintToolRequest, TurnedOff, Unread, lint_tool

if TYPE_CHECKING:
    from pixie_secrets.operations.context import Context

FINDINGS_MAX = 100  # the worst; a model reads no thousand of them


class LintToolArguments(NamedTuple):
    """What the command takes, in a model's words; but what is known and no longer reported is a person's to say."""

    tool_id: Annotated[str | None, "left out: every tool"] = None
    paths: Annotated[tuple[str, ...], "files or folders instead of tools, from the project's folder"] = ()
    staged: Annotated[bool, "what the next git commit takes along, instead of tools"] = False
    select: Annotated[
        tuple[str, ...], "only these codes, or those that begin so, such as HS (hard-coded secrets) or GT001"
    ] = ()
    ignore: Annotated[tuple[str, ...], "not these codes, or those that begin so"] = ()
    format: Annotated[
        Literal["json", "text", "sarif", "github"],
        "text (for people), sarif (code scanning) or github (annotations): the findings also as such a document; json: "
        "as structured content alone",
    ] = "json"
    baseline: Annotated[
        str | None,
        "file of known findings, from the project's folder; left out: .pixie-lint-baseline.json, if it is there; "
        "empty: nothing is known",
    ] = None
    explain: Annotated[str | None, "a code, such as HS006: the page about it; nothing is linted"] = None


class LintAnswer(NamedTuple):
    """What was found, as `ToolLinted` says it; `document` is what the command would print."""

    tools: tuple[str, ...]
    findings: tuple[Finding, ...]
    files: int
    skipped: dict[str, int]
    suppressed: int
    in_baseline: int
    left_out: int = 0
    unread: tuple[Unread, ...] = ()
    turned_off: tuple[TurnedOff, ...] = ()
    document: Annotated[str | None, "what was asked for as one text, such as a page or SARIF"] = None


def lint(context: Context, arguments: LintToolArguments) -> LintAnswer:
    """Lint, or explain a code.

    Raises:
        PixieError: as `lint_tool`; a code there is not; things not to be asked for together.
    """
    if arguments.explain is not None:
        return _nothing_linted(codes.explain(arguments.explain))
    if arguments.staged and (arguments.tool_id is not None or arguments.paths):
        raise PixieError("staged is lint of git's index, instead of a tool or paths", "one of them at a time")
    request = LintToolRequest(
        tool_ids=(arguments.tool_id,) if arguments.tool_id is not None else (),
        paths=tuple(str(context.project.root / path) for path in arguments.paths),
        staged=arguments.staged,
        select=suppress.selectors(arguments.select),
        ignore=suppress.selectors(arguments.ignore),
        baseline=arguments.baseline,
    )
    linted = lint_tool(context, request).at_most(FINDINGS_MAX)
    how = arguments.format
    document = None if how == "json" else formats.render(linted, how, notes=linted.notes)
    return LintAnswer(*linted, document)


def _nothing_linted(document: str) -> LintAnswer:
    return LintAnswer(tools=(), findings=(), files=0, skipped={}, suppressed=0, in_baseline=0, document=document)
