r"""Which other programs a project reads its `.env` with, and which of them misread a line that `set-secret` wrote.

A program counts as used where a file of the project says so (`package.json`, `compose.yaml`, `Procfile`, …).
`set_value` prefers spellings that these read right; who typed a value is told which of them cannot. Nothing here shows
a character of a value; that a program misreads it says something of it all the same, so the warnings are for the person
who gave it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.env_file.grammar import ParsedText
from pixie_secrets.env_file.misreadings import is_refused_by_compose, misreads
from pixie_secrets.files import NotPlainError, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BYTES_MAX = 64 * 1024  # of a file that says which programs are used
SCRIPTS_MAX = 20  # scripts of one kind in a folder that are looked into

_PACKAGES = {"dotenv": "npm dotenv", "dotenv-expand": "dotenv-expand", "dotenv-cli": "dotenv-cli", "vite": "Vite"}
_PACKAGES |= {"next": "Next.js", "bun": "bun", "@types/bun": "bun", "bun-types": "bun"}
_FILES = {  # what a file says is used, if the second is anywhere in it
    **dict.fromkeys(("bun.lock", "bun.lockb", "bunfig.toml"), ("bun", b"")),
    **dict.fromkeys(("compose.yaml", "compose.yml"), ("docker compose", b"")),
    **dict.fromkeys(("docker-compose.yaml", "docker-compose.yml"), ("docker compose", b"")),
    "Procfile": ("honcho", b""),
    ".envrc": ("direnv", b"dotenv"),
    "uv.lock": ("uv", b""),
    "pyproject.toml": ("uv", b"[tool.uv"),
    "Gemfile": ("ruby dotenv", b"dotenv"),
    **dict.fromkeys(("mise.toml", ".mise.toml"), ("mise", b".env")),
    **dict.fromkeys(("justfile", "Justfile", ".justfile"), ("just", b"dotenv")),
}
_SOURCES_ENV = re.compile(rb"(?m)(?:^|[;&|\s])(?:\.|source)\s+[\"']?[^\s\"';]*\.env\b")
_UV_SCRIPT = re.compile(rb"(?m)^# /// script[ \t]*\r?$")  # https://peps.python.org/pep-0723/
_SCRIPTS = {"*.sh": ("shells", _SOURCES_ENV), "*.py": ("uv", _UV_SCRIPT)}


class ProjectReader(NamedTuple):
    """A program, as people call it, and the file that says it is used."""

    program: str
    evidence: str


def project_readers(folders: Iterable[Path]) -> tuple[ProjectReader, ...]:
    """The programs that files directly in `folders` speak of, each once; what cannot be read says nothing."""
    found: dict[str, ProjectReader] = {}
    for folder in folders:
        for reader in _of_folder(folder):
            found.setdefault(reader.program, reader)
    return tuple(found.values())


def reader_warnings(text: str, key: str, readers: Iterable[ProjectReader]) -> tuple[str, ...]:
    """What the person should hear of how `readers` read `key`, which `set_value` has just written in `text`."""
    statements = ParsedText(text).statements(key)
    if not statements:
        return ()
    last = statements[-1]
    line = text[last.start : last.end]
    right = line[line.index("=") + 1 : len(line) - len(last.comment) - len(last.newline)]
    return tuple(
        f"{reader.program} ({reader.evidence} is here) {what} because of how the value of {key} has to be written for "
        "the tool; if that program needs it, hand it on another way"
        for reader in readers
        if (what := _what_happens(reader.program, right))
    )


def _what_happens(program: str, right: str) -> str:
    if program == "docker compose" and is_refused_by_compose(right):
        return "will refuse this .env,"
    return "reads this value differently," if misreads(program, right) else ""


def _of_folder(folder: Path) -> Iterator[ProjectReader]:
    package = _content(folder / "package.json")
    yield from (ProjectReader(program, "package.json") for program in _of_package(package))
    for name, (program, mention) in _FILES.items():
        content = _content(folder / name)
        if content and mention in content:
            yield ProjectReader(program, name)
    for names, (program, speaks_of) in _SCRIPTS.items():
        for script in _scripts(folder, names):
            if speaks_of.search(_content(script)):
                yield ProjectReader(program, script.name)


def _of_package(package: bytes) -> Iterator[str]:
    """Node, and what a `package.json` depends on; nothing where there is none."""
    if not package:
        return
    yield "Node"
    try:
        manifest = json.loads(package)
    except (ValueError, RecursionError):
        return
    for field in ("dependencies", "devDependencies"):
        packages = manifest.get(field) if isinstance(manifest, dict) else None
        if isinstance(packages, dict):
            yield from (program for name, program in _PACKAGES.items() if name in packages)


def _scripts(folder: Path, names: str) -> list[Path]:
    try:
        return sorted(folder.glob(names))[:SCRIPTS_MAX]
    except OSError:
        return []


def _content(path: Path) -> bytes:
    try:
        return read_plain(path, BYTES_MAX)
    except (OSError, NotPlainError):
        return b""
