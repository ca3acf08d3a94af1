"""What is odd about a `tool.json` and no migration's to change: the person is told, with the place.

It looks at documents that the format may refuse, because an older one is exactly that; so it goes by the text and not
by the models, and passes over whatever is not shaped as it expects.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.manifest.types import INPUT_TYPES, OUTPUT_TYPES
from pixie_secrets.migrations.document import Document
from pixie_secrets.wording import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.manifest.json_places import Path

LAYOUTS = ("form", "chat", "split")
_TYPES = {"inputs": INPUT_TYPES, "outputs": OUTPUT_TYPES}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


class Remark(NamedTuple):
    """One oddity, and where in the text."""

    offset: int
    message: str


def remarks(text: str, where: str, read_in: str | None = None) -> tuple[str, ...]:
    """What a person should know of the document `text`, as `where:line:column: sentence`, in order.

    read_in: the tool's own source, to see which secrets are read there; None: not looked at.
    """
    text = text.removeprefix("\ufeff")
    document = Document(text)
    found = [*_of_layout(document), *_of_secrets(document, read_in)]
    for part in ("inputs", "outputs"):
        found += _of_part(document, part)
    lines = []
    line, counted, newline = 1, 0, -1  # in order, so that each character is looked at once, however many there are
    for offset, message in sorted(found):
        line += text.count("\n", counted, offset)
        newline = max(newline, text.rfind("\n", counted, offset))
        counted = offset
        lines.append(f"{where}:{line}:{offset - newline}: {message}")
    return tuple(lines)


def _of_layout(document: Document) -> Iterator[Remark]:
    layout = document.value(("layout",))
    if isinstance(layout, str) and layout not in LAYOUTS:
        yield Remark(document.start(("layout",)), f"an unknown layout; there are {', '.join(LAYOUTS)}")


def _of_part(document: Document, part: str) -> Iterator[Remark]:
    seen: set[str] = set()
    keys = {entry.get("key") for _, entry in _entries(document, part) if isinstance(entry.get("key"), str)}
    for path, entry in _entries(document, part):
        key = entry.get("key")
        name = f"{part[:-1]} {key}" if isinstance(key, str) and _NAME.fullmatch(key) else part[:-1]
        if isinstance(key, str) and key in seen:
            yield Remark(document.start((*path, "key")), f"{name} stands twice; the second hides the first")
        seen |= {key} if isinstance(key, str) else set()
        yield from _of_type(document, path, name, entry.get("type"))
        if part == "inputs":
            yield from _of_input(document, path, name, entry, keys)
        elif entry.get("format") == "currency" and entry.get("type") != "number":
            yield Remark(document.start((*path, "format")), f"{name} has the format currency and is no number")


def _of_type(document: Document, path: Path, name: str, kind: object) -> Iterator[Remark]:
    types = _TYPES[str(path[0])]
    if not isinstance(kind, str) or kind in types:
        return
    near = nearest(kind, types)
    hint = f"; did you mean {near}?" if near else ""
    yield Remark(document.start((*path, "type")), f"{name} has an unknown type{hint}")


def _of_input(document: Document, path: Path, name: str, entry: dict[str, Any], keys: set[Any]) -> Iterator[Remark]:
    if entry.get("required") is True and "default" not in entry:
        at = document.start((*path, "required"))
        yield Remark(at, f"{name} is required and has no default: a run without it is refused")
    shown_if = entry.get("show_if")
    if isinstance(shown_if, dict) and isinstance(shown_if.get("key"), str) and shown_if["key"] not in keys:
        at = document.start((*path, "show_if", "key"))
        yield Remark(at, f"{name} is shown only if another input has a value, and there is no such input")


def _of_secrets(document: Document, read_in: str | None) -> Iterator[Remark]:
    if read_in is None:
        return
    for path, entry in _entries(document, "secrets"):
        key = entry.get("key")
        if isinstance(key, str) and _NAME.fullmatch(key) and not re.search(rf"\b{re.escape(key)}\b", read_in):
            message = f"no file of the tool reads {shown(key)}, unless a library does it by itself"
            yield Remark(document.start((*path, "key")), message)


def _entries(document: Document, part: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for index in document.steps((part,)) if document.is_list((part,)) else ():
        if document.is_object((part, index)):
            yield (part, index), document.value((part, index))
