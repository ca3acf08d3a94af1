"""A JSON text that is edited where it stands: whatever no edit touches keeps every byte.

Reading a document and writing it again would lose indentation, order, escapes and the spelling of numbers. So an edit
is a span of the text and what takes its place, and what is added copies the layout around it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect
from typing import TYPE_CHECKING, Any

from pixie_secrets.manifest.json_places import JsonProblem, places

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pixie_secrets.manifest.json_places import Path

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\r\n]|\\.)*+"?|//[^\r\n]*|/\*')
_LAST_COMMA = re.compile(r",(?=[ \t\r\n]*[}\]])")
_VISIBLE = re.compile(r"[^\r\n]")
_TRAILING = re.compile(r"[ \t]+(?=[\r\n])")
_BLANK = " \t\r\n"
_DECODER = json.JSONDecoder()


class Document:
    """One JSON text; edits are collected, none may overlap another, and `edited` is the text after all of them."""

    def __init__(self, text: str, *, comments: bool = False) -> None:
        """comments: `//` and `/* */`, and a comma behind the last item, are taken too, as editors' own files have them.

        Raises:
            JsonProblem: `text` is not JSON as we take it.
        """
        self.text = text
        self._comments = _comments(text) if comments else []
        self._json = _without(text, self._comments) if comments else text  # each character where it was
        self.places = places(self._json)
        self._steps: dict[Path, list[str | int]] = {}
        for path in self.places:
            if path:
                self._steps.setdefault(path[:-1], []).append(path[-1])
        self._edits: list[tuple[int, int, str]] = []

    def value(self, path: Path = ()) -> Any:
        """The value there, None where there is none."""
        place = self.places.get(path)
        return None if place is None else json.loads(self._json[place.start : place.end])

    def is_object(self, path: Path) -> bool:
        return path in self.places and self._json[self.places[path].start] == "{"

    def is_list(self, path: Path) -> bool:
        return path in self.places and self.text[self.places[path].start] == "["

    def steps(self, path: Path) -> list[Any]:
        """The names or numbers of what the object or list there holds, in order."""
        return self._steps.get(path, [])

    def start(self, path: Path) -> int:
        """Where to point for the value there: at its key, if it has one."""
        place = self.places[path]
        return place.start if place.key is None else place.key

    def edited(self) -> str:
        text = self.text
        for start, end, new in sorted(self._edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def replace(self, path: Path, new: str) -> None:
        """Put the JSON text `new` in the place of a value."""
        self._edits.append((self.places[path].start, self.places[path].end, new))

    def rename(self, path: Path, name: str) -> None:
        """Give the member at `path` another name."""
        self._edits.append((self.start(path), self._key_end(path), json.dumps(name)))

    def remove(self, path: Path, names: Iterable[str]) -> None:
        """Take members out of the object at `path`, each with its comma and the space that came with it."""
        gone = set(names)
        steps = self.steps(path)
        kept = [index for index, step in enumerate(steps) if step not in gone]
        if not kept:
            self._cut(self.places[path].start + 1, self.places[path].end - 1)
            return
        for index, step in enumerate(steps[: kept[-1]]):
            if step in gone:
                self._cut(self.start((*path, step)), self.start((*path, steps[index + 1])), leads=True)
        if kept[-1] < len(steps) - 1:
            self._cut(self.places[(*path, steps[kept[-1]])].end, self.places[(*path, steps[-1])].end)

    def _cut(self, start: int, end: int, *, leads: bool = False) -> None:
        """Take a part out, all but its comments. leads: what comes behind takes the place of what was here."""
        kept, in_line = "", False  # in_line: its last comment goes on to the end of its line
        for at, behind in self._comments:
            if not (start <= at and behind <= end):
                continue
            space = self._space_before(at)
            if leads and not kept:
                space = ""
            elif in_line and "\n" not in space:
                space = "\n"
            kept += space + self.text[at:behind]
            in_line = self.text.startswith("//", at)
        if kept:
            space = self._space_before(end) if self.text[end - 1] in _BLANK else ""
            kept += "\n" if in_line and "\n" not in space + self._space_at(end) else space
        self._edits.append((start, end, kept))

    def add_member(
        self, path: Path, name: str, value: str, *, before: str | None = None, gone: Collection[str] = ()
    ) -> None:
        """Put a member into the object at `path`: before the member `before`, else as the last one.

        gone: members that are removed.
        """
        steps = [step for step in self.steps(path) if step not in gone]
        if not steps:
            self._fill(path, f"{json.dumps(name)}: {value}")
            return
        member = json.dumps(name) + self._colon((*path, steps[0])) + value
        between = self._between(path)
        if before is not None and before in steps:
            at = self.start((*path, before))
            self._edits.append((at, at, f"{member},{between}"))
        else:
            at = self.places[(*path, steps[-1])].end
            self._edits.append((at, at, f",{between}{member}"))

    def add_items(self, path: Path, items: list[str], *, first: bool = False) -> None:
        """Put `items` at the end of the list at `path`, or before all others."""
        steps = self.steps(path)
        between = self._between(path)
        if not steps:
            self._fill(path, *items)
        elif first:
            at = self.places[(*path, 0)].start
            self._edits.append((at, at, "".join(f"{item},{between}" for item in items)))
        else:
            at = self.places[(*path, steps[-1])].end
            self._edits.append((at, at, "".join(f",{between}{item}" for item in items)))

    def break_at(self, depth: int) -> str:
        """A line break with the indentation of that depth, as this document has them; nothing in one on one line."""
        first = self._before_first(())
        if "\n" not in first:
            return ""
        newline = "\r\n" if "\r\n" in first else "\n"
        return newline + first[first.rindex("\n") + 1 :] * depth

    def _fill(self, path: Path, *items: str) -> None:
        """Put `items` into an empty object or list."""
        inner, outer = self.break_at(len(path) + 1), self.break_at(len(path))
        inside = ("," + (inner or " ")).join(items)
        self._edits.append((self.places[path].start + 1, self.places[path].end - 1, f"{inner}{inside}{outer}"))

    def _key_end(self, path: Path) -> int:
        end: int = _DECODER.raw_decode(self._json, self.start(path))[1]
        return end

    def _colon(self, path: Path) -> str:
        return self._json[self._key_end(path) : self.places[path].start]

    def _before_first(self, path: Path) -> str:
        return self._space_at(self.places[path].start + 1)

    def _between(self, path: Path) -> str:
        """The space after a comma in the object or list at `path`."""
        first = self._before_first(path)
        steps = self.steps(path)
        if "\n" in first or not steps:
            return first
        if len(steps) > 1:
            after = self.places[(*path, steps[0])].end
            return self._space_at(self._json.index(",", after) + 1)
        return " " if path and isinstance(steps[0], int) else self._colon((*path, steps[0])).partition(":")[2]

    def _space_before(self, at: int) -> str:
        return self.text[len(self.text[:at].rstrip(_BLANK)) : at]

    def _space_at(self, at: int) -> str:
        found = _SPACE.match(self._json, at)
        return _TRAILING.sub("", found[0]) if found else ""


def _comments(text: str) -> list[tuple[int, int]]:
    """Where comments begin and end."""
    found: list[tuple[int, int]] = []
    at = 0
    while match := _STRING_OR_COMMENT.search(text, at):
        at = match.end()
        if match[0] == "/*":
            at = text.find("*/", at) + 2
            if at < match.end():
                raise JsonProblem("a comment without its end", match.start(), "close it with */")
        if match[0].startswith("/"):
            found.append((match.start(), at))
    return found


def _without(text: str, comments: list[tuple[int, int]]) -> str:
    """`text` as plain JSON of the same length: spaces for comments, and for a comma behind the last item."""
    parts, at = [], 0
    for start, end in comments:
        parts += [text[at:start], _VISIBLE.sub(" ", text[start:end])]
        at = end
    plain = "".join([*parts, text[at:]])
    strings = [(found.start(), found.end()) for found in _STRING_OR_COMMENT.finditer(plain)]
    for comma in _LAST_COMMA.finditer(plain):
        index = bisect(strings, (comma.start(), 0)) - 1
        if index < 0 or strings[index][1] <= comma.start():
            plain = f"{plain[: comma.start()]} {plain[comma.end() :]}"
    return plain


def one_line(value: object) -> str:
    """`value` as JSON on one line, as people write it."""
    return json.dumps(value, ensure_ascii=False)
