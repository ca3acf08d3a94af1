r"""How shells read an assignment: quoted and unquoted parts that touch are one word, and a word may span lines.

`'x'"y"z` is one value, `x;` ends before the semicolon, `export A="x" B="y"` are two assignments. Nothing is run: a word
with a command in it has no reading here.
"""

from __future__ import annotations

import re

from pixie_secrets.env_file.escapes import ansi_quoted, double_quoted, unquoted
from pixie_secrets.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixie_secrets.env_file.escapes import Variables

# unrolled, so that nothing backtracks
_PART = pattern(
    r"""
      '([^']*)'
    | "([^"\\]*(?:\\.[^"\\]*)*)"
    | \$'([^'\\]*(?:\\.[^'\\]*)*)'
    | \$(?=")
    | ((?:[^\s'"`$\\;&|<>()]|\\.|\$(?!['"(])(?:\{[^{}\n]*\})?)+)
    """,
    re.VERBOSE | re.DOTALL,
)
_NEXT = pattern(r"[ \t]+([A-Za-z_][A-Za-z0-9_]*)=")
_QUOTE_OR_SPACE = pattern(r"['\"\s]")
_QUOTED = pattern(r"""(\\.)|'([^']*)'|"([^"\\]*(?:\\.[^"\\]*)*)"|\s+""", re.DOTALL)
_ENDS = frozenset(" \t\r\n;&|<>()")


def word(text: str, start: int, variables: Variables) -> tuple[str | None, int]:
    """The word that begins at `start`, and where it ends; None where a shell would run something or find no end."""
    parts: list[str] = []
    place = start
    while match := _PART.match(text, place):
        place = match.end()
        single, double, ansi, bare = match.groups()
        if single is not None:
            parts.append(single)
        elif double is not None:
            if "`" in double or "$(" in double:
                return None, place
            parts.append(double_quoted(variables.as_shells(double)))
        elif ansi is not None:
            parts.append(ansi_quoted(ansi))
        elif bare is not None:
            parts.append(unquoted(variables.as_shells(bare)))
    ended = place >= len(text) or text[place] in _ENDS
    return ("".join(parts) if ended else None), place


def next_assignment(text: str, place: int) -> tuple[str, int] | None:
    """The name of a further assignment behind a word, and where its value begins: `export A=x B=y`."""
    found = _NEXT.match(text, place)
    return (found[1], found.end()) if found else None


def without_quotes(line: str) -> str | None:
    """All of `line` without its quotes and without the white space outside them; None where that is nothing new.

    So honcho reads a value: it joins the words that `shlex` finds.
    """
    if not _QUOTE_OR_SPACE.search(line, 1, len(line) - 1):
        return None
    return _QUOTED.sub(lambda match: match[1] or match[2] or match[3] or "", line)
