"""Our own lint on our own repository: the corpora, rules and examples included, nothing to find."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pixie_secrets.lint.check import Lint
from pixie_secrets.lint.codes import SECRET_CODES
from pixie_secrets.lint.files import walk
from pixie_secrets.lint.suppress import choice

ROOT = Path(__file__).resolve().parents[2]


def test_no_file_of_ours_holds_what_lint_would_flag() -> None:
    lint = Lint(ROOT, choice([]))
    for folder in ("server", "examples", "skills", "docs", ".claude-plugin", ".claude", "requirements"):
        if (ROOT / folder).is_dir():
            lint.files(walk(ROOT / folder, folder, Counter()))
    lint.files(walk(ROOT / "tests/lint", "tests/lint", Counter()))
    found = [(one.file, one.line, one.code) for one in lint.report.findings if one.code in SECRET_CODES]
    assert lint.report.files > 100
    assert found == []
