"""The hosts that Python source names in its string literals: whom a tool will probably talk to."""

from __future__ import annotations

import re

# One that is never closed goes to the end: it is no Python then, and to look for its end at every line takes for ever.
# Possessive and unrolled (`[^…]*+(?:\\.[^…]*+)*+`): twice as fast as a choice at every character.
_LITERAL = re.compile(
    rb"""\#[^\n]*+"""
    rb"""|\"\"\"[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:\"\"\"|\\?\Z)"""
    rb"""|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'''|\\?\Z)"""
    rb"""|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'""",
    re.DOTALL,
)
_HOST = re.compile(
    rb"[a-z][a-z0-9+.-]{1,20}://(?:[^/?#\s\"'@\\]*@)?(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)", re.IGNORECASE
)


def hosts(source: bytes) -> set[str]:
    """Host names and addresses in lower case, without ports and without what may stand before an `@`."""
    if b"://" not in source:
        return set()
    found = set()
    for literal in _LITERAL.finditer(source):
        text = literal.group()
        if b"://" in text and not text.startswith(b"#"):
            found |= {match.group(1).decode().lower() for match in _HOST.finditer(text)}
    return found
