"""A JSON text that is edited where it stands: whatever no edit touches keeps every byte.

Reading a document and writing it again would lose indentation, order, escapes and the spelling of numbers. So an edit
is a span of the text and what takes its place, and what is added copies the layout around it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pixie_secrets.manifest.json_places import places

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixie_secrets.manifest.json_places import Path

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Document:
    """One JSON text; edits are collected, none may overlap another, and `edited` is the text after all of them."""

    def __init__(self, text: str) -> None:
        """Raises JsonProblem where `text` is not JSON as we take it."""
        self.text = text
        self.places = places(text)
        self._steps: dict[Path, list[str | int]] = {}
        for path in self.places:
            if path:
                self._steps.setdefault(path[:-1], []).append(path[-1])
        self._edits: list[tuple[int, int, str]] = []

    def value(self, path: Path = ()) -> Any:
        """The value there, None where there is none."""
        place = self.places.get(path)
        return None if place is None else json.loads(self.text[place.start : place.end])

    def is_object(self, path: Path) -> bool:
        return path in self.places and self.text[self.places[path].start] == "{"

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
            self._edits.append((self.places[path].start + 1, self.places[path].end - 1, ""))
            return
        for index, step in enumerate(steps[: kept[-1]]):
            if step in gone:
                self._edits.append((self.start((*path, step)), self.start((*path, steps[index + 1])), ""))
        if kept[-1] < len(steps) - 1:
            end = self.places[(*path, steps[kept[-1]])].end
            self._edits.append((end, self.places[(*path, steps[-1])].end, ""))

    def add_member(self, path: Path, name: str, value: str, *, before: str | None = None) -> None:
        """Put a member into the object at `path`: before the member `before`, else as the last one."""
        steps = self.steps(path)
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
        end: int = _DECODER.raw_decode(self.text, self.start(path))[1]
        return end

    def _colon(self, path: Path) -> str:
        return self.text[self._key_end(path) : self.places[path].start]

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
            return self._space_at(self.text.index(",", after) + 1)
        return " " if path and isinstance(steps[0], int) else self._colon((*path, steps[0])).partition(":")[2]

    def _space_at(self, at: int) -> str:
        found = _SPACE.match(self.text, at)
        return found[0] if found else ""


def one_line(value: object) -> str:
    """`value` as JSON on one line, as people write it."""
    return json.dumps(value, ensure_ascii=False)
