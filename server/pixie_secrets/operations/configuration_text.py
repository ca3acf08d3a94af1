"""The configuration file of a coding agent, with one entry more or less; every other byte stays.

JSON may hold comments and trailing commas, as these programs read it. What cannot be edited with certainty is refused:
after an edit the file is read again, and everything but the entry must be as it was.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pixie_secrets import toml_text
from pixie_secrets.errors import PixieError
from pixie_secrets.manifest.json_places import JsonProblem, places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixie_secrets.manifest.json_places import Path, Place

_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING_COMMA = re.compile(r'"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])')
_YAML_BEGIN = "name: local\nversion: 0.0.1\nschema: v1\n"
_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)

Entry = dict[str, Any]


class NotEditable(PixieError):
    """The file is not one that an entry can be put into or taken out of with certainty."""


def with_entry(text: str, form: str, table: tuple[str, ...], name: str, entry: Entry | None) -> str:
    """`text` with `entry` as `name` in `table`, in the place of one that is there; None: without it.

    form: `json`, `toml` or `yaml`, as `Configuration` has it.

    Raises:
        NotEditable: it cannot be read, or not be edited with certainty.
    """
    edit = {"json": _json, "toml": _toml, "yaml": _yaml}[form]
    return edit(text, table, name, entry)


def emptied(form: str, table: tuple[str, ...]) -> frozenset[str]:
    """What `with_entry` leaves of a file that had our entry and nothing else: all such texts, without white space."""
    if form == "yaml":
        begin = f"{_YAML_BEGIN}{table[0]}:"
        return frozenset({"", f"{table[0]}:", "".join(begin.split())})
    if form == "toml":
        return frozenset({""})
    nested: list[dict[str, Any]] = [{}]
    for step in reversed(table):
        nested = [{}, *({step: inner} for inner in nested)]
    return frozenset({"", *("".join(json.dumps(each).split()) for each in nested)})


def entry_in(text: str, form: str, table: tuple[str, ...], name: str) -> str:
    """The text of the entry that is there, whosever it is; "" where there is none or the file cannot be read."""
    if form == "yaml":
        _, item = _yaml_item(text, table, name)
        return item[0] if item else ""
    try:
        found: Any = toml_text.parsed(text.encode()) if form == "toml" else json.loads(_without_comments(text))
    except ValueError:
        return ""
    for step in (*table, name):
        found = found.get(step) if isinstance(found, dict) else None
    return "" if found is None else json.dumps(found)


def _json(text: str, table: tuple[str, ...], name: str, entry: Entry | None) -> str:
    if not text.strip():
        if entry is None:
            return text
        text = "{\n}\n"
    before = _without_comments(text)
    try:
        found = places(before)
    except JsonProblem as problem:
        raise NotEditable("it is not JSON", "correct it first") from problem
    path: Path = (*table, name)
    if entry is None:
        edited = _removed(text, before, found, path) if path in found else text
    elif path in found:
        place = found[path]
        old = json.loads(before[place.start : place.end])
        entry = _merged(old, entry)
        new = _laid_out(entry, _indentation(text, place.key or place.start), _unit(text, found), _newline(text))
        edited = text[: place.start] + new + text[place.end :]
    else:
        edited = _added(text, before, found, path, entry)
    try:
        after = json.loads(_without_comments(edited))
    except ValueError:
        after = None
    if after != _expected(json.loads(before), path, entry):
        raise NotEditable("it cannot be edited with certainty", "add the entry yourself")
    return edited


def with_item(text: str, path: tuple[str, ...], item: Entry | None, is_ours: Callable[[Any], bool]) -> str:
    """JSON `text` with `item` in the list at `path`, in the place of one of ours; None: without any of ours.

    A list that is then empty goes, and so does the object around it: they were made for the item.

    Raises:
        NotEditable: as `with_entry`.
    """
    if not text.strip():
        if item is None:
            return text
        text = "{\n}\n"
    before = _without_comments(text)
    try:
        places(before)
    except JsonProblem as problem:
        raise NotEditable("it is not JSON", "correct it first") from problem
    document = json.loads(before)
    items = _at(document, path)
    if not isinstance(items, list | None):
        raise NotEditable("there is something else in the place of the hooks", "add them yourself")
    ours = [number for number, each in enumerate(items or ()) if is_ours(each)]
    if [items[number] for number in ours if items] == ([] if item is None else [item]):
        return text
    edited = text
    for number in reversed(ours):
        edited = _without(edited, (*path, number))
    if item is not None:
        shown = _without_comments(edited)
        edited = _added(edited, shown, places(shown), path if items is None else (*path, 0), _listed(item, items))
    elif len(ours) == len(items or ()):
        alone = len(_at(document, path[:-1])) == 1
        edited = _without(edited, path[:-1] if alone else path)
    rest = [each for each in items or () if not is_ours(each)]
    if not _says(edited, _with(document, path, rest if item is None else [item, *rest])):
        raise NotEditable("it cannot be edited with certainty", "add or remove the hooks yourself")
    return edited


def _listed(item: Entry, items: list[Any] | None) -> Any:
    return [item] if items is None else item


def _without(text: str, path: Path) -> str:
    before = _without_comments(text)
    return _removed(text, before, places(before), path)


def _says(text: str, wanted: Any) -> bool:
    try:
        document: Any = json.loads(_without_comments(text))
    except ValueError:
        return False
    return bool(document == wanted)


def _at(document: Any, path: tuple[str, ...]) -> Any:
    """What stands at `path`; None where nothing does."""
    for step in path:
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _with(document: Any, path: tuple[str, ...], items: list[Any]) -> Any:
    """The document with these in the list at `path`; empty ones go."""
    step, *rest = path
    inner = _with(document.get(step) or {}, tuple(rest), items) if rest else items
    others = {name: each for name, each in document.items() if name != step}
    return {**others, step: inner} if inner else others


def _without_comments(text: str) -> str:
    """The same text with blanks where comments and trailing commas stood: every offset stays."""

    def blank(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith('"') else re.sub(r"[^\n\r]", " ", found[0])

    return _TRAILING_COMMA.sub(blank, _STRING_OR_COMMENT.sub(blank, text.removeprefix("\ufeff").rjust(len(text))))


def _added(text: str, before: str, found: Mapping[Path, Any], path: Path, entry: Any) -> str:
    """As the first member or item of the deepest one that is there: a comment behind another member stays behind it."""
    depth = next(size for size in range(len(path) - 1, -1, -1) if path[:size] in found)
    holder = found[path[:depth]]
    named = isinstance(path[depth], str)
    if before[holder.start] != ("{" if named else "["):
        raise NotEditable("there is something else in the place of the servers", "add the entry yourself")
    unit, newline = _unit(text, found), _newline(text)
    members = [place for there, place in found.items() if len(there) == depth + 1 and there[:depth] == path[:depth]]
    inner = _indentation(text, _start(members[0])) if members else _indentation(text, holder.start) + unit
    value = entry
    for step in reversed(path[depth + 1 :]):
        value = {step: value}
    member = (f"{json.dumps(path[depth])}: " if named else "") + _laid_out(value, inner, unit, newline)
    if members:
        at = _start(members[0])
        line = text.rfind("\n", 0, at) + 1
        if line > holder.start:  # a comment before the first member stays before it
            return text[:line] + inner + member + "," + newline + text[line:]
        return text[:at] + member + "," + newline + inner + text[at:]
    at = holder.start + 1
    outer = _indentation(text, holder.start)
    rest = text[at:]
    end = "" if rest.lstrip(" \t").startswith(("\n", "\r")) else newline + outer
    return text[:at] + newline + inner + member + end + rest


def _removed(text: str, before: str, found: Mapping[Path, Any], path: Path) -> str:
    """Without the member, its comma, and what was left of its lines."""
    start, end = _start(found[path]), found[path].end
    behind = re.compile(r"\s*,").match(before, end)
    if behind:
        end = behind.end()
    else:
        ahead = re.compile(r",\s*$").search(before[:start])
        if ahead:  # the comma of the member before it
            at = ahead.start()
            text, before = text[:at] + text[at + 1 :], before[:at] + before[at + 1 :]
            start, end = start - 1, end - 1
        elif (comma := re.compile(r"\s*,").match(text, end)) is not None:
            end = comma.end()
    line = text.rfind("\n", 0, start) + 1
    if not text[line:start].strip():
        start = line
        rest = re.compile(r"[ \t]*\r?\n").match(text, end)
        end = rest.end() if rest else end
    elif behind and (blank := re.compile(r"\s*").match(text, end)):
        end = blank.end()
    return text[:start] + text[end:]


def _start(place: Place) -> int:
    return place.start if place.key is None else place.key


def _indentation(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit(text: str, found: Mapping[Path, Any]) -> str:
    """How deep one level is indented: as the first member is."""
    first = next((place for path, place in found.items() if len(path) == 1), None)
    return (_indentation(text, first.key) if first and first.key is not None else "") or "  "


def _laid_out(value: Any, indentation: str, unit: str, newline: str) -> str:
    return json.dumps(value, indent=unit, ensure_ascii=False).replace("\n", newline + indentation)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _expected(document: Any, path: tuple[Any, ...], entry: Entry | None) -> Any:
    """What the file has to say after the edit."""
    if not isinstance(document, dict):
        return document
    step, *rest = path
    if rest:
        if entry is None and step not in document:
            return document
        return {**document, step: _expected(document.get(step, {}), tuple(rest), entry)}
    others = {name: value for name, value in document.items() if name != step}
    return others if entry is None else {**others, step: _merged(document.get(step), entry)}


def _merged(old: Any, entry: Entry) -> Entry:
    """The entry, with what somebody added to an earlier one, such as an environment."""
    return {**old, **entry} if isinstance(old, dict) else entry


def _toml(text: str, table: tuple[str, ...], name: str, entry: Entry | None) -> str:
    try:
        before = toml_text.parsed(text.encode())
    except ValueError as problem:
        raise NotEditable("it is not TOML", "correct it first") from problem
    ours = ".".join((*table, name))
    tables_below = r"(?:\.[^\]\n]*)?" if entry is None else ""  # an `env` of somebody's stays
    block = re.compile(rf"^[ \t]*\[{re.escape(ours)}{tables_below}\].*\n?", re.MULTILINE)
    rest = text
    while found := block.search(rest):
        following = _HEADER.search(rest, found.end())
        rest = rest[: found.start()] + rest[following.start() if following else len(rest) :]
    edited = rest
    if entry is not None:
        newline = _newline(text)
        servers = before.get(table[0])
        merged = _merged(servers.get(name) if isinstance(servers, dict) else None, entry)
        plain = {key: value for key, value in merged.items() if not isinstance(value, dict)}
        lines = [f"[{ours}]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()), ""]
        gap = "" if not rest else newline if rest.endswith(("\n\n", "\r\n\r\n")) else newline * 2
        gap = gap if not rest.endswith("\n") else gap.removeprefix(newline)
        edited = rest + gap + newline.join(lines)
    try:
        after = toml_text.parsed(edited.encode())
    except ValueError:
        after = {}
    if _without_empty(after, table) != _without_empty(_expected(before, (*table, name), entry), table):
        raise NotEditable("it cannot be edited with certainty", f"add a table [{ours}] yourself")
    return edited


def _without_empty(document: Any, table: tuple[str, ...]) -> Any:
    """A table that holds nothing is the same as none."""
    return {key: value for key, value in document.items() if not (key == table[0] and value == {})}


def _yaml(text: str, table: tuple[str, ...], name: str, entry: Entry | None) -> str:
    """A list of servers by name, in block style; only whole items are put in and taken out."""
    [key] = table
    if re.search(rf"^{re.escape(key)}:[ \t]*[^\s#]", text, re.MULTILINE):
        raise NotEditable("its servers are not a list in block style", "add the entry yourself")
    indent, item = _yaml_item(text, table, name)
    if item:
        text = text[: item.start()] + text[item.end() :]
    head = _yaml_head(key)
    found = head.search(text)
    if entry is None:
        return text
    if not found:
        begin = text or _YAML_BEGIN
        text = begin + ("" if begin.endswith("\n") else "\n") + f"{key}:\n"
        found = head.search(text)
    assert found  # noqa: S101  it was there, or was just written
    lines = [f"{indent}- name: {name}"]
    lines += [f"{indent}  {field}: {json.dumps(value, ensure_ascii=False)}" for field, value in entry.items()]
    return text[: found.end()] + "\n".join(lines) + "\n" + text[found.end() :]


def _yaml_head(key: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(key)}:[ \t]*(?:#[^\n]*)?\n", re.MULTILINE)


def _yaml_item(text: str, table: tuple[str, ...], name: str) -> tuple[str, re.Match[str] | None]:
    """How far the list is indented, and the item of that name."""
    found = _yaml_head(table[0]).search(text)
    if not found:
        return "  ", None
    first = re.compile(r"([ \t]*)- ").match(text, found.end())
    indent = first[1] if first else "  "
    item = re.compile(
        rf"^{indent}- name:[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*\n(?:{indent}[ \t]+[^\n]*\n|[ \t]*\n)*",
        re.MULTILINE,
    )
    return indent, item.search(text, found.end())
