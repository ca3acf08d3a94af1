"""SARIF 2.1.0, for code scanning.

A region is one character, where the finding begins: a true end would tell a length. A fingerprint is made of code,
file, message and which of its like it is, never of the line; it survives a move of the line and tells nothing of it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pixie_secrets import __version__
from pixie_secrets.lint.codes import CODES, SECRET_CODES, Severity, explain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixie_secrets.lint.findings import Finding

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
_ABOUT = "pkg:pypi/pixie-secrets"  # a package URL, whose fragment is a file of the package
_FINGERPRINT = "pixieSecretsFinding/v1"
_HOME = "~/"  # how a file of the person's begins
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(findings: Sequence[Finding], notes: Sequence[str] = (), notices: Sequence[str] = ()) -> str:
    """One run with every rule that was met.

    notes, notices: about the run; that findings were left out, say, and that a configuration turned rules off.
    """
    met = sorted({finding.code for finding in findings})
    driver = {
        "name": "pixie-secrets",
        "semanticVersion": __version__,
        "informationUri": _ABOUT,
        "rules": [_rule(code) for code in met],
    }
    seen: Counter[tuple[str, str, str]] = Counter()
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "the folder with tools/ in it"}}},
        "results": [_result(finding, met, seen) for finding in findings],
    }
    if any(finding.file.startswith(_HOME) for finding in findings):
        run["originalUriBaseIds"]["HOME"] = {"description": {"text": "the user's home folder"}}
    leveled = [("warning", note) for note in notes] + [("note", notice) for notice in notices]
    if leveled:
        notifications = [{"level": level, "message": {"text": text}} for level, text in leveled]
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": notifications}]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(code: str) -> dict[str, Any]:
    about = CODES[code]
    return {
        "id": code,
        "name": "".join(
            word.capitalize() for word in about.title.replace(".", " ").replace("'", "").replace(",", "").split()
        ),
        "shortDescription": {"text": f"{about.title[0].upper()}{about.title[1:]}."},
        "fullDescription": {"text": explain(code).split("\n\n")[1].strip()},
        "helpUri": f"{_ABOUT}#pixie_secrets/lint/explain/{code}.md",
        "help": {"text": about.fix},
        "defaultConfiguration": {"level": _LEVELS[about.severity]},
        "properties": {"tags": ["security", "secrets"] if code in SECRET_CODES else ["conventions"]},
    }


def _artifact(file: str) -> dict[str, str]:
    if file.startswith(_HOME):
        return {"uri": quote(file.removeprefix(_HOME)), "uriBaseId": "HOME"}
    return {"uri": f"file://{quote(file)}"} if file.startswith("/") else {"uri": quote(file), "uriBaseId": "PROJECT"}


def _result(finding: Finding, met: list[str], seen: Counter[tuple[str, str, str]]) -> dict[str, Any]:
    line, column = max(1, finding.line), max(1, finding.column)  # a file as a whole: its first character
    place: dict[str, Any] = {
        "artifactLocation": _artifact(finding.file),
        "region": {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 1},
    }
    like = (finding.code, finding.file, finding.message)
    seen[like] += 1
    fingerprint = hashlib.sha256("\0".join((*like, str(seen[like]))).encode("utf-8", "replace")).hexdigest()
    return {
        "ruleId": finding.code,
        "ruleIndex": met.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}; {finding.fix}."},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {_FINGERPRINT: fingerprint[:32]},
    }
