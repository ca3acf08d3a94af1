"""Where a check is told to look away, the line says why; and there are few such lines."""

from __future__ import annotations

import re
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("server", "tests", "benchmarks")
MOST = 119
DIRECTIVE = re.compile(
    r"(?:ruff: )?noqa(?:: ?[A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*)?|type: ignore(?:\[[\w, -]+\])?|pragma: no cover|nosec\b"
)


def suppressions() -> dict[str, str]:
    """By place, each comment that turns a check off, without the words that do so: what is left is the reason."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" in path.parts or not DIRECTIVE.search(text := path.read_text(encoding="utf-8")):
                continue
            for token in tokenize.generate_tokens(iter(text.splitlines(keepends=True)).__next__):
                if token.type == tokenize.COMMENT and re.match(rf"#\s*(?:{DIRECTIVE.pattern})", token.string):
                    found[f"{path.relative_to(ROOT)}:{token.start[0]}"] = DIRECTIVE.sub("", token.string).strip(" #")
    return found


def test_each_suppression_says_why_and_there_are_few() -> None:
    found = suppressions()
    assert 20 < len(found) <= MOST
    assert {place: reason for place, reason in found.items() if len(reason) < len("it is")} == {}


def test_a_rule_that_is_turned_off_for_all_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rules = text.partition("\n[tool.ruff.lint]\n")[2].partition("\nignore = [\n")[2].partition("\n]\n")[0].splitlines()
    assert len(rules) > 10
    assert [rule for rule in rules if not re.search(r", # \w", rule)] == []
