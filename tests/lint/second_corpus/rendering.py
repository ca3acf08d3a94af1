"""Templates of files, and how their slots are filled: so that no value stands in a source and every label is counted.

A slot is `«name»`. Names of `SECRETS` are credentials: the line on which one begins is labeled. Names of `PUBLIC` are
what looks like one and is none. `«name.head»` and `«name.tail»` are the two halves of one value, for code that
concatenates: the head's line is labeled. A value of several lines is indented as its slot is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.lint.labeled import LabeledFile, Maker
from tests.lint.second_corpus.public_values import PUBLIC
from tests.lint.second_corpus.secret_values import SECRETS

SLOT = re.compile(r"«([a-z0-9-]+)(?:\.(head|tail))?»")


class Page(NamedTuple):
    path: str
    kind: str
    template: str
    encoding: str
    newline: str


def page(path: str, kind: str, template: str, *, encoding: str = "utf-8", newline: str = "\n") -> Page:
    """One file to be; the template's first line break only makes the source readable."""
    return Page(path, kind, template.removeprefix("\n"), encoding, newline)


def rendered(wanted: Page) -> LabeledFile:
    """The file of a page, with every line labeled on which a credential begins."""
    maker = Maker(f"second corpus: {wanted.kind}: {wanted.path}")
    text, lines = "", set()
    tails: dict[str, str] = {}
    end = 0
    for slot in SLOT.finditer(wanted.template):
        text += wanted.template[end : slot.start()]
        end = slot.end()
        name, part = slot.groups()
        if part == "tail":
            text += tails.pop(name)
            continue
        value = SECRETS[name](maker) if name in SECRETS else PUBLIC[name](maker)
        if name in SECRETS:
            lines.add(text.count("\n") + 1)
        if part == "head":
            middle = len(value) // 2
            value, tails[name] = value[:middle], value[middle:]
        text += _indented(value, text.rpartition("\n")[2])
    text += wanted.template[end:]
    data = text.replace("\n", wanted.newline).encode(wanted.encoding)
    return LabeledFile(wanted.path, _byte_order_mark(wanted.encoding) + data, frozenset(lines), wanted.kind)


def _indented(value: str, before: str) -> str:
    return value if before.strip() else value.replace("\n", f"\n{before}")


def _byte_order_mark(encoding: str) -> bytes:
    """Python writes none when the order is named, and one of the machine's order when it is not."""
    return "\ufeff".encode(encoding) if encoding in {"utf-16-le", "utf-16-be"} else b""
