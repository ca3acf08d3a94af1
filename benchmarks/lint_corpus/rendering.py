"""Sheets of hand-written files with blanks for values, so that no value ever stands in the source.

A sheet is one text; each file in it begins with a line `=== path | kind` and, if wanted, `| bom`, `| crlf`,
`| utf16` or `| latin1`. A blank is written between guillemets:

- the name of a secret value, with `#2` for a second one of the same kind: its line is labeled;
- the same after `~`: a public value, never labeled;
- `.head` and `.tail` after the name: the two halves of a value that is concatenated, labeled where it begins;
- `|b64`, `|url` or `|line` after that: in base64, percent-encoded, or on one line with `\\n` for each line end.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from benchmarks.lint_corpus.labeled import LabeledFile
from benchmarks.lint_corpus.public_values import PUBLIC
from benchmarks.lint_corpus.secret_values import SECRETS
from tests.lint.invented import Maker

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOT = re.compile(r"«(~?)([a-z0-9-]+)(#\d)?(\.head|\.tail)?(?:\|(b64|url|line))?»")
START = re.compile(r"^=== (.*)\n", re.MULTILINE)
ENCODINGS = {"bom": "utf-8-sig", "utf16": "utf-16", "latin1": "latin-1"}


class Sheet(NamedTuple):
    name: str
    text: str


class Page(NamedTuple):
    path: str
    kind: str
    form: str
    template: str


def pages(sheet: Sheet) -> Iterator[Page]:
    """The files of a sheet, each in a folder of its own, as each tool would lie in one."""
    parts = START.split(sheet.text)[1:]
    for number, (head, template) in enumerate(zip(parts[::2], parts[1::2], strict=True), 1):
        path, kind, *form = (part.strip() for part in head.split("|"))
        yield Page(f"{sheet.name}{number:02}/{path}", kind, "".join(form), template)


def rendered(page: Page) -> LabeledFile:
    text, labels = "", set()
    end = 0
    for slot in SLOT.finditer(page.template):
        text += page.template[end : slot.start()]
        end = slot.end()
        if not slot[1] and slot[4] != ".tail":
            labels.add(text.count("\n") + 1)
        column = text.rpartition("\n")[2]
        indent = column if not column.strip() else ""
        text += value_of(slot, page.path).replace("\n", "\n" + indent)
    text += page.template[end:]
    return LabeledFile(page.path, encoded(text, page.form), frozenset(labels), page.kind)


def value_of(slot: re.Match[str], path: str) -> str:
    public, name, number, half, form = slot.groups()
    value = (PUBLIC if public else SECRETS)[name](Maker(f"{path} {name} {number}"))
    middle = len(value) // 2
    value = {".head": value[:middle], ".tail": value[middle:], None: value}[half]
    match form:
        case "b64":
            return b64encode(value.encode()).decode()
        case "url":
            return quote(value, safe="")
        case "line":
            return value.replace("\n", "\\n")
        case _:
            return value


def encoded(text: str, form: str) -> bytes:
    if form == "crlf":
        return text.replace("\n", "\r\n").encode()
    return text.encode(ENCODINGS.get(form, "utf-8"))
