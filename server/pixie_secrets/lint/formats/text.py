"""For people: grouped by file, worst first, each fix once. Colors only where somebody looks at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.lint.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixie_secrets.lint.findings import Finding

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.ADVICE: "36"}
_ORDER = {severity: number for number, severity in enumerate(Severity)}


def render(findings: Sequence[Finding], *, color: bool = False) -> str:
    """The findings; empty when there are none."""

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
        fixes: dict[str, None] = {}
        for one, place in sorted(
            zip(its, places, strict=True), key=lambda pair: (pair[0].line, pair[0].column, pair[0].code)
        ):
            word = paint(f"{one.severity:<7}", _COLORS[one.severity])
            lines.append(f"  {place:>{width}}  {word}  {one.code}  {one.message}")
            fixes.setdefault(f"{one.code}: {one.fix}")
        lines += [paint(f"  {'':>{width}}  fix {fix}", "2") for fix in fixes]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
