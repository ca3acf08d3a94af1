"""Which secrets the configuration of a tool or app refers to as `${{ secrets.KEY }}`, and from where in it.

In YAML, TOML and JSON files. A place is said by the names on the way to it (`llm.api_keys`), a list's item by its own
`id` or `name`. Files and folders whose names begin with a dot are others': `.github` has references that look the same.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.lint.own_files import own_texts
from pixie_secrets.secret.key import LENGTH_MAX

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_REFERENCE = re.compile(r"\$\{\{\s*secrets\.([A-Za-z][A-Za-z0-9_]*)\s*\}\}")
_YAML_KEY = re.compile(r"( *)((?:- +)*)([\w.-]+|\"[^\"]*\"|'[^']*'):(?: +(.*))?")
_ENDINGS = (".yaml", ".yml", ".toml", ".json", ".afs")
_NOT_CONFIGURATION = frozenset({"tool.json", "package-lock.json", "package.json", "tool.schema.json"})
_LABELS = ("id", "name")
_DEPTH_MAX = 50


class SecretReference(NamedTuple):
    """file: from the folder that was looked through. place: the names on the way, joined by dots; "": on top."""

    key: str
    file: str
    line: int
    place: str

    @property
    def description(self) -> str:
        """For whoever is asked for it."""
        return f"from {self.place or self.file}"


def secret_references(folder: Path, others: Collection[Path] = ()) -> dict[str, SecretReference]:
    """Each key that is referred to, with its first place. others: apps further in, which are their own."""
    found: dict[str, SecretReference] = {}
    for path, text in own_texts(folder, others, _is_configuration):
        if "secrets." not in text or "${{" not in text or "/." in f"/{path}":
            continue
        for reference in _references(text, path):
            found.setdefault(reference.key, reference)
    return found


def _is_configuration(name: str) -> bool:
    return name.endswith(_ENDINGS) and not name.startswith(".") and name not in _NOT_CONFIGURATION


def _references(text: str, file: str) -> Iterator[SecretReference]:
    places = _places(text, file)
    for number, line in enumerate(text.splitlines(), 1):
        for found in _REFERENCE.finditer(line):
            if len(found[1]) <= LENGTH_MAX and not line.lstrip().startswith(("#", "//")):
                yield SecretReference(found[1], file, number, places.get(found[1], ""))


def _places(text: str, file: str) -> dict[str, str]:
    """By key, the names on the way to its first reference; without those in a file that cannot be read."""
    if file.endswith((".json", ".toml")):
        try:
            document = json.loads(text) if file.endswith(".json") else tomllib.loads(text)
        except (ValueError, RecursionError):
            return {}
        walked = _walked(document, (), 0)
    else:
        walked = _in_yaml(text)
    found: dict[str, str] = {}
    for key, names in walked:
        found.setdefault(key, ".".join(names))
    return found


def _walked(node: object, way: tuple[str, ...], depth: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each reference with the names above the one it stands at."""
    if depth > _DEPTH_MAX:
        return
    if isinstance(node, str):
        for found in _REFERENCE.finditer(node):
            yield found[1], way[:-1]
    elif isinstance(node, dict):
        for name, item in node.items():
            yield from _walked(item, (*way, str(name)), depth + 1)
    elif isinstance(node, list):
        for item in node:
            label = _label(item)
            inside = (*way, label) if label else (*way, "") if isinstance(item, str) else way
            yield from _walked(item, inside, depth + 1)


def _label(item: object) -> str:
    """What an item of a list calls itself."""
    names = (item.get(name) for name in _LABELS) if isinstance(item, dict) else ()
    return next((name for name in names if isinstance(name, str)), "")


def _in_yaml(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The same of YAML, by its indentation: what stands on lines of their own, as people write configuration."""
    way: list[tuple[float, str]] = []
    for line in text.splitlines():
        if line.lstrip().startswith("#") or not line.strip():
            continue
        key = _YAML_KEY.match(line)
        if key is None:
            indent = len(line) - len(line.lstrip(" "))
            is_item = line.lstrip().startswith("- ")
            way = [each for each in way if (each[0] <= indent if is_item else each[0] < indent)]
            for found in _REFERENCE.finditer(line):
                yield found[1], tuple(name for _, name in way)
            continue
        spaces, indent, name = len(key[1]), len(key[1]) + len(key[2]), key[3].strip("\"'")
        way = [each for each in way if (each[0] <= spaces if key[2] else each[0] < indent)]
        for found in _REFERENCE.finditer(key[4] or ""):
            yield found[1], tuple(name for _, name in way)
        if key[2] and name in _LABELS and key[4]:
            way.append((spaces + 0.5, key[4].strip("\"' ")))
        way.append((indent, name))
