"""A change of a text file as people read one: a unified diff."""

from __future__ import annotations

import re
from difflib import unified_diff

LINES_MAX = 4000  # of both; difflib takes hours for what others may have written

_LINE = re.compile(r"[^\n]*(?:\n|\Z)")


def text_diff(before: str, after: str, name: str) -> str:
    """The unified diff, empty where nothing changed; a carriage return is shown as `␍`, so that CRLF is seen."""
    if before == after:
        return ""
    if before.count("\n") + after.count("\n") > LINES_MAX:
        return f"{name} has too many lines to show how they differ"
    lines = unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}")
    shown = []
    for line in lines:
        body = line.removesuffix("\n")
        shown.append(body if line.endswith("\n") else f"{body}\n\\ No newline at end of file")
    return "\n".join(shown).replace("\r", "␍")


def _lines(text: str) -> list[str]:
    """Lines end at line feeds only: other line ends stay where they are."""
    return [line for line in _LINE.findall(text) if line]
