r"""Which other programs a project reads its `.env` with, and which of them misread a line that `set-secret` wrote.

A program counts as used where a file of the project says so (`package.json`, `compose.yaml`, `Procfile`, …). What it
misreads is a table of constructs, each held to the real program in `tests/readers/test_project_readers.py`; of docker
compose, dotenv-cli, Vite and Next.js, which are not run there, only the constructs seen elsewhere are in it. Programs
and constructs that are not in the table are not warned about. Nothing here shows a character of a value; that a program
misreads it says something of it all the same, so the warnings are for the person who gave it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.env_file.grammar import ParsedText
from pixie_secrets.files import NotPlainError, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BYTES_MAX = 64 * 1024  # of a file that says which programs are used
SCRIPTS_MAX = 20  # shell scripts of a folder that are looked into

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
}
_SOURCES_ENV = re.compile(rb"(?m)(?:^|[;&|\s])(?:\.|source)\s+[\"']?[^\s\"';]*\.env\b")

_DEFAULT = re.compile(r"\$\{(?:X_9999|9999|):-(\$|\\\\)\}")  # how `$` and a last backslash are written
_REFUSED_BY_COMPOSE = re.compile(r"\$\{(?:9999)?:-")
_NAME = r"\$[A-Za-z_]"


class ProjectReader(NamedTuple):
    """A program, as people call it, and the file that says it is used."""

    program: str
    evidence: str


class _Line(NamedTuple):
    """A right-hand side: its quotes ("" where there are none), and what is between them with and without defaults."""

    quote: str
    body: str
    bare: str

    def has(self, pattern: str) -> bool:
        """Whether `pattern` is anywhere between the quotes, apart from the defaults."""
        return bool(re.search(pattern, self.bare, re.DOTALL))

    @property
    def has_default(self) -> bool:
        return self.bare != self.body

    @property
    def has_carriage_return(self) -> bool:
        r"""Whether `\r` is written for one; `\\r` is a backslash and a letter."""
        return self.quote == '"' and "r" in re.findall(r"\\(.)", self.bare, re.DOTALL)

    @property
    def has_escape(self) -> bool:
        r"""Whether `\\` or `\"` is written for the second of them, also as a default."""
        return self.quote == '"' and bool({"\\", '"'} & set(re.findall(r"\\(.)", self.body, re.DOTALL)))


def _shells(line: _Line) -> bool:
    return line.quote == '"' and (line.has(r"`|\$[A-Za-z0-9_{(*@#?!$-]") or line.has_carriage_return)


def _node(line: _Line) -> bool:
    return line.quote == '"' and (line.has_escape or line.has_default or line.has_carriage_return)


def _npm_dotenv(line: _Line) -> bool:
    return line.quote == '"' and (line.has_escape or line.has_default)


def _dotenv_expand(line: _Line) -> bool:
    once_expanded = _DEFAULT.sub("$", line.body)  # which it then expands again
    return line.has_escape or bool(re.search(rf"\\\$|{_NAME}|\$\{{[^{{}}]+\}}", once_expanded))


def _on_dotenv_expand(line: _Line) -> bool:
    return line.has_escape or line.has(_NAME)


def _bun(line: _Line) -> bool:
    return line.has_escape or line.has(r"\\\$|\$[A-Za-z0-9_]")


def _uv(line: _Line) -> bool:
    return line.quote == '"' and ("$" in line.body or line.has_carriage_return)


def _ruby_dotenv(line: _Line) -> bool:
    return line.quote == '"' and (line.has(r"\$\{?[A-Za-z0-9_]") or line.has_default)


def _direnv(line: _Line) -> bool:
    return "\n" in line.body or (line.quote == '"' and line.has(r"\$[A-Za-z0-9_{*@#?!$-]|(?<!\\)(?:\\\\)+[nr]"))


def _honcho(line: _Line) -> bool:
    has_several_lines = "".join(line.body.splitlines()) != line.body
    return has_several_lines or line.has_default or line.has_carriage_return or line.has(r"\\[nt]")


def _docker_compose(line: _Line) -> bool:
    return line.quote == '"' and line.has(_NAME)


_MISREADS = {
    "shells": _shells,
    "Node": _node,
    "npm dotenv": _npm_dotenv,
    "dotenv-expand": _dotenv_expand,
    **dict.fromkeys(("dotenv-cli", "Vite", "Next.js"), _on_dotenv_expand),
    "bun": _bun,
    "uv": _uv,
    "ruby dotenv": _ruby_dotenv,
    "direnv": _direnv,
    "honcho": _honcho,
    "docker compose": _docker_compose,
}


def misreads(program: str, right: str) -> bool:
    """Whether `program` reads another value than python-dotenv from `KEY=` and `right`, a spelling of `set_value`."""
    quote = right[:1] if right[:1] in ("'", '"') else ""
    body = right[1:-1] if quote else right
    return _MISREADS[program](_Line(quote, body, _DEFAULT.sub("", body) if quote == '"' else body))


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
    if program == "docker compose" and _REFUSED_BY_COMPOSE.search(right):
        return "will refuse this .env,"
    return "reads this value differently," if misreads(program, right) else ""


def _of_folder(folder: Path) -> Iterator[ProjectReader]:
    package = _content(folder / "package.json")
    yield from (ProjectReader(program, "package.json") for program in _of_package(package))
    for name, (program, mention) in _FILES.items():
        content = _content(folder / name)
        if content and mention in content:
            yield ProjectReader(program, name)
    for script in _scripts(folder):
        if _SOURCES_ENV.search(_content(script)):
            yield ProjectReader("shells", script.name)


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


def _scripts(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*.sh"))[:SCRIPTS_MAX]
    except OSError:
        return []


def _content(path: Path) -> bytes:
    try:
        return read_plain(path, BYTES_MAX)
    except (OSError, NotPlainError):
        return b""
