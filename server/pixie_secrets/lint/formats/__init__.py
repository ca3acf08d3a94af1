"""Ways to say the same findings: for people, programs, code scanning, and a pull request's margin.

Both surfaces say them through here, so that a format is the same document whoever asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixie_secrets.lint.findings import Finding

FORMATS = ("text", "json", "sarif", "github")


class LintResult(Protocol):
    """What came of a run."""

    @property
    def findings(self) -> Sequence[Finding]: ...
    @property
    def files(self) -> int: ...
    @property
    def skipped(self) -> Mapping[str, int]: ...
    @property
    def suppressed(self) -> int: ...
    @property
    def in_baseline(self) -> int: ...
    @property
    def notices(self) -> Sequence[str]: ...


def render(linted: LintResult, how: str, *, notes: Sequence[str] = (), color: bool = False, columns: int = 0) -> str:
    """The findings as text, SARIF or annotations; JSON is the result itself, which each surface writes its own way.

    The run's notices are in each of them.

    notes: what is to be known about the document, where there is no second stream to say it on. color, columns: of
        the terminal that shows the text; 0 columns: none does.
    """
    if how == "sarif":
        from pixie_secrets.lint.formats import sarif

        return sarif.render(linted.findings, notes, linted.notices)
    if how == "github":
        from pixie_secrets.lint.formats import github

        return github.render(linted.findings, notes, linted.notices)
    from pixie_secrets.lint.formats import text  # noqa: PLC0415  one format a run

    remarks = "\n".join(f"note: {note}" for note in (*notes, *linted.notices))
    blocks = [text.render(linted.findings, color=color, columns=columns), remarks, text.summary(linted)]
    return "\n\n".join(block for block in blocks if block)
