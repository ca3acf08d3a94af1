"""Where programs keep what was said and typed: the files of every known coding agent, shell histories, and the like."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.clients import CLIENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Form(Enum):
    """How the bytes of a place are to be read."""

    TEXT = "text"
    ZSH = "text as zsh writes it"
    DATABASE = "an SQLite database"
    COMPRESSED = "one zlib stream"


class Place(NamedTuple):
    """One file. program: whose, for people. what: transcript, prompts, output, index, snapshot, history or patch."""

    program: str
    what: str
    path: Path
    form: Form


# In the home folder, by the programs' own documentation; the variable names another file.
_HISTORIES = (
    ("bash", ".bash_history", "", Form.TEXT),
    ("zsh", ".zsh_history", "", Form.ZSH),
    ("zsh", ".zhistory", "", Form.ZSH),
    ("fish", ".local/share/fish/fish_history", "", Form.TEXT),
    ("Python", ".python_history", "PYTHON_HISTORY", Form.TEXT),
    ("IPython", ".ipython/profile_default/history.sqlite", "", Form.DATABASE),
    ("Node.js", ".node_repl_history", "NODE_REPL_HISTORY", Form.TEXT),
    ("psql", ".psql_history", "PSQL_HISTORY", Form.TEXT),
    ("mysql", ".mysql_history", "MYSQL_HISTFILE", Form.TEXT),
    ("sqlite3", ".sqlite_history", "SQLITE_HISTORY", Form.TEXT),
    ("redis-cli", ".rediscli_history", "REDISCLI_HISTFILE", Form.TEXT),
    ("less", ".lesshst", "LESSHISTFILE", Form.TEXT),
    ("vim", ".viminfo", "", Form.TEXT),
)
_PATCHES = (("pre-commit", ".cache/pre-commit", "patch*"), ("prek", ".cache/prek/patches", "*.patch"))


def places(project: Path, environment: Mapping[str, str] = os.environ) -> Iterator[Place]:
    """Every file there is to look into, each once; one that is a link is passed over."""
    seen: set[Path] = set()
    for place in _all(project, environment):
        if place.path not in seen and place.path.is_file() and not place.path.is_symlink():
            seen.add(place.path)
            yield place


def _all(project: Path, environment: Mapping[str, str]) -> Iterator[Place]:
    for client in CLIENTS:
        for kept in client.keeps:
            form = Form.DATABASE if kept.pattern.endswith((".db", ".sqlite")) else Form.TEXT
            form = Form.COMPRESSED if kept.compressed else form
            for path in _matching(kept.folder.path(project, environment), kept.pattern):
                yield Place(client.title, kept.what, path, form)
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "/")
    for program, name, variable, form in _HISTORIES:
        yield Place(program, "history", Path(environment.get(variable) or home / name), form)
    if named := environment.get("HISTFILE"):
        yield Place("the shell", "history", Path(named), Form.ZSH if "zsh" in named else Form.TEXT)
    for program, folder, pattern in _PATCHES:
        for path in _matching(home / folder, pattern):
            yield Place(program, "patch", path, Form.TEXT)


def _matching(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:  # a folder on the way that may not be entered
        return []
