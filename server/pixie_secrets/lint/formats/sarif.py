"""SARIF 2.1.0, for code scanning. A place is a line and a column: a region's end would tell a length."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pixie_secrets import __version__
from pixie_secrets.lint.codes import CODES, SECRET_CODES, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixie_secrets.lint.findings import Finding

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(findings: Sequence[Finding], notes: Sequence[str] = ()) -> str:
    """One run with every rule that was met; notes are about the run, such as that findings were left out."""
    met = sorted({finding.code for finding in findings})
    driver = {"name": "pixie-secrets", "semanticVersion": __version__, "rules": [_rule(code) for code in met]}
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "the folder with tools/ in it"}}},
        "results": [_result(finding, met) for finding in findings],
    }
    if notes:
        told = [{"level": "warning", "message": {"text": note}} for note in notes]
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": told}]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(code: str) -> dict[str, Any]:
    about = CODES[code]
    return {
        "id": code,
        "name": "".join(
            word.capitalize() for word in about.title.replace(".", " ").replace("'", "").replace(",", "").split()
        ),
        "shortDescription": {"text": about.title},
        "help": {"text": about.fix},
        "defaultConfiguration": {"level": _LEVELS[about.severity]},
        "properties": {"tags": ["security", "secrets"] if code in SECRET_CODES else ["conventions"]},
    }


def _result(finding: Finding, met: list[str]) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.file), "uriBaseId": "PROJECT"}}
    if finding.line:
        place["region"] = {"startLine": finding.line, "startColumn": max(1, finding.column)}
    return {
        "ruleId": finding.code,
        "ruleIndex": met.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}; {finding.fix}"},
        "locations": [{"physicalLocation": place}],
    }
