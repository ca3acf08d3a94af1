"""What `find-leaks` found as findings of lint, for its formats: a place, a code, a sentence and a fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.lint.codes import CODES
from pixie_secrets.lint.findings import Finding
from pixie_secrets.operations.leaks import KNOWN_VALUE

if TYPE_CHECKING:
    from pixie_secrets.operations.find_leaks import LeaksFound


def findings(found: LeaksFound) -> tuple[Finding, ...]:
    """One for each key in each place, then one for each shape of a token."""
    known = CODES[KNOWN_VALUE]
    steps = {(key.tool_id, key.key): key.next_step for key in found.keys}
    leaked = [
        Finding(
            KNOWN_VALUE, known.severity, leak.path, leak.line, 0,
            f"the value of {leak.key} of {leak.tool_id} stands in this {leak.what} of {leak.program}"
            f"{f', in {leak.part}' if leak.part else ''}",
            steps[leak.tool_id, leak.key],
        )
        for leak in found.leaks
    ]  # fmt: skip
    possible = [
        Finding(one.code, CODES[one.code].severity, one.path, one.line, 0, one.message, CODES[one.code].fix)
        for one in found.credentials
    ]
    return (*leaked, *possible)
