"""The text of a tool's own source, to see what it reads; bounded, and without what is not its own."""

from __future__ import annotations

import os
from pathlib import Path

from pixie_secrets.errors import ManifestError
from pixie_secrets.generated import typed_access
from pixie_secrets.manifest.text import read_text

FILES_MAX = 200
_ENDINGS = (".py", ".sh", ".toml", ".js", ".ts", ".mjs")
_NOT_OWN = frozenset({"__pycache__", "node_modules", "data", "venv"})


def tool_source(folder: Path) -> str | None:
    """All source files as one text; None where there is none, or more than can be looked at."""
    texts: dict[str, str] = {}
    for path in _files(folder):
        if len(texts) >= FILES_MAX:
            return None
        try:
            texts[path.name if path.parent == folder else str(path)] = read_text(path, path.name)
        except ManifestError:
            return None
    generated = texts.pop(typed_access.NAME, "")
    source = "\n".join(texts.values())
    if "tool_secrets" in source:  # it reads every secret for the tool
        source += generated
    return source if texts else None


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _NOT_OWN]
        found += [Path(root, name) for name in names if name.endswith(_ENDINGS)]
        if len(found) > FILES_MAX:
            break
    return sorted(found)
