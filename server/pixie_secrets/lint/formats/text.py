"""For people: grouped by file, worst first, each fix once. Colors and folded lines only where a terminal shows it."""

from __future__ import annotations

from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING

from pixie_secrets.lint.codes import Severity
from pixie_secrets.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixie_secrets.lint.findings import Finding
    from pixie_secrets.lint.formats import LintResult

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.ADVICE: "36"}
_ORDER = {severity: number for number, severity in enumerate(Severity)}


def render(findings: Sequence[Finding], *, color: bool = False, columns: int = 0) -> str:
    """The findings; empty when there are none. columns: where lines are folded; 0: nowhere."""

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if color else text

    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    blocks = []
    for file, its in sorted(by_file.items(), key=lambda item: (min(_ORDER[one.severity] for one in item[1]), item[0])):
        lines = [paint(file, "1")]
        places = [f"{one.line}:{one.column}" if one.line else "" for one in its]
        width = max(map(len, places))
        fixes: dict[str, list[str]] = {}
        for one, place in sorted(
            zip(its, places, strict=True), key=lambda pair: (pair[0].line, pair[0].column, pair[0].code)
        ):
            word = f"{one.severity:<7}"
            line = _folded(f"  {place:>{width}}  {word}  {one.code}  ", one.message, columns)
            lines.append(line.replace(word, paint(word, _COLORS[one.severity]), 1))
            codes = fixes.setdefault(one.fix, [])
            if one.code not in codes:
                codes.append(one.code)
        lines += [
            paint(_folded(f"  {'':>{width}}  fix {', '.join(codes)}: ", fix, columns), "2")
            for fix, codes in fixes.items()
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _folded(head: str, text: str, columns: int) -> str:
    """`head` and `text` on one line, or on as many as it takes with the text below itself."""
    if columns <= 2 * len(head) or len(head) + len(text) < columns:
        return head + text
    return head + f"\n{' ' * len(head)}".join(wrap(text, columns - len(head) - 1, break_on_hyphens=False))


def _not_read(reason: str, count: int) -> str:
    return counted(count, "link") if reason == "link" else f"{count} {reason}"


def summary(linted: LintResult) -> str:
    """One line: how many of each, of how many files, and what was not looked at."""
    numbers = Counter(str(finding.severity) for finding in linted.findings)
    plural = {"error": "errors", "warning": "warnings", "advice": "pieces of advice"}
    found = [f"{count} {word if count == 1 else plural[word]}" for word in plural if (count := numbers[word])]
    if numbers["advice"] == 1:
        found[-1] = "1 piece of advice"
    line = f"{', '.join(found) or 'no findings'} in {linted.files} file{'' if linted.files == 1 else 's'}"
    if skipped := [_not_read(reason, count) for reason, count in linted.skipped.items() if count]:
        line += f"; not read: {', '.join(skipped)}"
    if linted.suppressed:
        line += f"; let pass with a reason: {linted.suppressed}"
    if linted.in_baseline:
        line += f"; known before: {linted.in_baseline}"
    return line


def baseline_written(path: str, findings: int) -> str:
    """What was done, and what is left to do."""
    known = f"{findings} known finding{'' if findings == 1 else 's'}"
    return f"wrote {path} with {known}; commit it, and replace what is in them"
