"""Files whose structure says "secret" where no name does: a Kubernetes Secret, a `.pgpass`."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pixie_secrets.lint.hits import Hit
from pixie_secrets.lint.plausibility import plausible
from pixie_secrets.lint.text_source import decoded, is_value, shown_name
from pixie_secrets.patterns import pattern
from pixie_secrets.secret.names import Kind, kind_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_KIND_SECRET = pattern(rb"^kind:\s*[\"']?Secret\b", re.MULTILINE)
_DOCUMENTS = pattern(rb"^---.*$", re.MULTILINE)
_SECTION = pattern(rb"^(data|stringData):[ \t]*\n((?:[ \t]+\S.*\n?|[ \t]*\n)*)", re.MULTILINE)
_ENTRY = pattern(rb"^[ \t]+[\"']?[\w.-]+[\"']?:[ \t]+[\"']?([^\s\"'|>#][^\n\"']*)", re.MULTILINE)
# Names and values on lines of their own: an environment of Kubernetes, a variable of Terraform, a folded YAML text.
_NAMED_VALUE = pattern(rb"""\b(?:name|key):[ \t]*["']?([\w.-]+)["']?[ \t]*\r?\n[ \t]*value:[ \t]*["']?([^\s"']+)""")
_VARIABLE = pattern(rb"""^variable\s+"([\w-]+)"\s*\{[^{}]*?\bdefault\s*=\s*"([^"\n]+)\"""", re.MULTILINE)
_FOLDED = pattern(rb"""^[ \t]*["']?([\w.-]+)["']?:[ \t]*[|>][+-]?[ \t]*\r?\n[ \t]+([^\s:]+)[ \t]*\r?$""", re.MULTILINE)
_PROPERTY = pattern(rb"<key>([\w.-]+)</key>\s*<string>([^<]+)</string>")
_CELL = pattern(rb"[,;\t]")
_LINE_MAX = 10_000
_PGPASS = pattern(rb"^[^#:\n]+:[\d*]+:[^:\n]+:[^:\n]+:([^\n]+)$", re.MULTILINE)


def secrets(path: str, data: bytes) -> Iterator[Hit]:
    """What only the kind of file gives away."""
    if path.endswith(("/.pgpass", "pgpass.conf")) or path == ".pgpass":
        for match in _PGPASS.finditer(data):
            if plausible(match.group(1).decode("utf-8", "replace"), Kind.PASSWORD):
                yield Hit(match.start(1), "HS006", "a .pgpass entry", match.end(1))
    if path.endswith((".yaml", ".yml")) and _KIND_SECRET.search(data):
        yield from _kubernetes(data)
    if path.endswith((".yaml", ".yml")):
        yield from _apart(data, _NAMED_VALUE, _FOLDED)
    elif path.endswith(".tf"):
        yield from _apart(data, _VARIABLE)
    elif path.endswith((".plist", ".xml")):
        yield from _apart(data, _PROPERTY)
    elif path.endswith((".csv", ".tsv", ".md")):
        yield from _columns(data, table=path.endswith(".md"))


def _apart(data: bytes, *patterns: re.Pattern[bytes]) -> Iterator[Hit]:
    for each in patterns:
        for match in each.finditer(data):
            name = match.group(1).decode("latin-1")
            kind = kind_of(name)
            if kind is not None and is_value(match.group(2).decode("utf-8", "replace"), kind):
                yield Hit(match.start(2), "HS006", shown_name(name), match.end(2))


def _columns(data: bytes, *, table: bool) -> Iterator[Hit]:
    """Tables with a column of passwords or tokens: the first line of each says which one it is."""
    kinds: list[Kind | None] | None = None
    start = 0
    for line in io.BytesIO(data):  # the first one may be enough
        cells = _cells(line.removesuffix(b"\n"), table=table)
        if not cells:
            kinds = None
        elif kinds is None:
            kinds = [_column(_bared(cell)) for cell in cells]
            if not (table or any(kinds)):
                return
        else:
            yield from _row(cells, kinds, start)
        start += len(line)


def _cells(line: bytes, *, table: bool) -> list[bytes]:
    """None for a line that is none of a table."""
    if len(line) > _LINE_MAX or not line.strip():
        return []
    cells = line.split(b"|") if table else _CELL.split(line)
    return cells if len(cells) > (2 if table else 1) else []


def _row(cells: list[bytes], kinds: list[Kind | None], start: int) -> Iterator[Hit]:
    for kind, cell in zip(kinds, cells, strict=False):
        if kind and is_value(_bared(cell), kind):
            yield Hit(start + len(cell) - len(cell.lstrip()), "HS006", "a column of secrets", start + len(cell))
        start += len(cell) + 1


def _bared(cell: bytes) -> str:
    return cell.strip(b" \t\"'`*\r").decode("utf-8", "replace")


def _column(title: str) -> Kind | None:
    """A column that is just called `token` holds pieces of text as often."""
    kind = None if "@" in title else kind_of(title)  # a measure: pass@1
    return kind if kind is Kind.PASSWORD or (kind is Kind.TOKEN and len(words_of(title)) > 1) else None


def _kubernetes(data: bytes) -> Iterator[Hit]:
    bounds = [0, *(match.end() for match in _DOCUMENTS.finditer(data)), len(data)]
    for begin, end in pairwise(bounds):
        if not _KIND_SECRET.search(data, begin, end):
            continue
        for section in _SECTION.finditer(data, begin, end):
            for entry in _ENTRY.finditer(data, *section.span(2)):
                text = entry.group(1).decode("utf-8", "replace").strip()
                value = decoded(text) if section.group(1) == b"data" else text
                if plausible(value, Kind.PASSWORD) or plausible(value, Kind.TOKEN):
                    yield Hit(entry.start(1), "HS006", "a Kubernetes Secret", entry.end(1))
