"""What is made of `rules.toml` and `codes.toml` by `server/generate.py`: never imported at run time."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

_SHOWN_MAX = 6  # words of one rule


def table(name: str) -> str:
    """`rules.json` or `codes.json`; the examples of rules are for tests."""
    document = _document(name)
    for rule in document.get("rule", ()):
        del rule["match"], rule["no_match"]
    return json.dumps(document, indent=1) + "\n"


def page() -> str:
    """`docs/lint-rules.md`: which tokens are told by their looks."""
    rules = _document("rules")["rule"]
    rows = [f"| {rule['name']} | {rule.get('code', 'HS001')} | {_keywords(rule['keywords'])} |" for rule in rules]
    about = (
        f"Made from `rules.toml`: {len(rules)} rules. A file without a rule's words is never looked at by it; each "
        "rule has texts there that it finds and texts that it leaves alone, and a test runs them."
    )
    head = ("# What lint tells by its looks", about, "", "| what | code | its words |", "|---|---|---|")
    return "\n".join((*head, *rows, ""))


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


def _keywords(words: list[str]) -> str:
    few = ", ".join(f"`{word.strip()}`" for word in words[:_SHOWN_MAX]).replace("|", "\\|")
    return few + (" …" if len(words) > _SHOWN_MAX else "")
