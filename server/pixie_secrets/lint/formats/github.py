"""Workflow commands, which GitHub shows in the margin of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.lint.codes import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixie_secrets.lint.findings import Finding

_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}


def render(findings: Sequence[Finding], notes: Sequence[str] = (), notices: Sequence[str] = ()) -> str:
    """One line for each finding, note (a warning) and notice."""
    return "\n".join(
        [
            *map(_command, findings),
            *(f"::warning title=lint-tool::{_data(note)}" for note in notes),
            *(f"::notice title=lint-tool::{_data(notice)}" for notice in notices),
        ]
    )


def _command(finding: Finding) -> str:
    where = f",line={finding.line},col={max(1, finding.column)}" if finding.line else ""
    words = f"file={_property(finding.file)}{where},title={_property(f'{finding.code} {finding.severity}')}"
    return f"::{_WORDS[finding.severity]} {words}::{_data(f'{finding.message}; {finding.fix}')}"


def _data(text: str) -> str:
    """A line break would begin a command of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
