"""What `uv sync` would do beyond fetching wheels from the registry: build, and so run, somebody's code.

Read from pyproject.toml and uv.lock; nothing is resolved, nothing is asked of any server.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pixie_secrets.archives.refusals import display_name
from pixie_secrets.toml_text import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIRECT = re.compile(r"^\s*([A-Za-z0-9._-]++)[^@;]*+@\s*\S")
_NAME = re.compile(r"^\s*([A-Za-z0-9._-]{1,64})")
_REGISTRY = re.compile(r"https://(pypi\.org/simple|files\.pythonhosted\.org)/?")
_OTHER_INDEX = ("index", "index-url", "extra-index-url", "find-links")


def warnings(pyproject: bytes, lock: bytes | None) -> tuple[str, ...]:
    """What the person should know before running `uv sync`, in order; each once."""
    try:
        project = parsed(pyproject)
    except ValueError:
        return ("its pyproject.toml cannot be read: `uv sync` will fail",)
    found = [*_built(project), *_direct(project), *_uv(_table(project, "tool", "uv"))]
    if lock is not None:
        try:
            found += _locked(parsed(lock))
        except ValueError:
            found.append("its uv.lock cannot be read: `uv sync` will fail")
    return tuple(dict.fromkeys(found))


def _built(project: dict[str, Any]) -> Iterator[str]:
    system = _table(project, "build-system")
    uv = _table(project, "tool", "uv")
    if "backend-path" in system:
        yield "`uv sync` builds this tool with a build program of its own (backend-path): foreign code runs"
    elif uv.get("package") is True or (system and uv.get("package") is not False):
        yield "`uv sync` builds this tool as a package: its build program and settings run"


def _direct(project: dict[str, Any]) -> Iterator[str]:
    lists = [_table(project, "project").get("dependencies"), _table(project, "build-system").get("requires")]
    lists += _table(project, "project", "optional-dependencies").values()
    lists += _table(project, "dependency-groups").values()
    lists += [_table(project, "tool", "uv").get("dev-dependencies")]
    for requirements in lists:
        for requirement in requirements if isinstance(requirements, list) else ():
            if isinstance(requirement, str) and (match := _DIRECT.match(requirement)):
                name = match.group(1)
                yield f"{name} comes from an address of its own and not from the registry: foreign code runs"


def _uv(uv: dict[str, Any]) -> Iterator[str]:
    for name, source in _table(uv, "sources").items():
        for one in source if isinstance(source, list) else [source]:
            kinds = [kind for kind in ("git", "url", "path", "index") if isinstance(one, dict) and kind in one]
            if kinds:
                origin = f"from {_from(kinds[0])} and not from the registry"
                yield f"{display_name(str(name))} comes {origin}: foreign code may run"
    if any(uv.get(key) for key in _OTHER_INDEX) or any(_table(uv, "pip").get(key) for key in _OTHER_INDEX):
        yield "its pyproject.toml names a registry of its own: packages come from there"
    if uv.get("no-binary") or uv.get("no-binary-package"):
        yield "its pyproject.toml asks for packages to be built from source: foreign code runs"


def _from(kind: str) -> str:
    return {
        "git": "a git repository",
        "url": "an address of its own",
        "path": "a folder",
        "directory": "a folder",
        "index": "another registry",
    }[kind]


def _locked(lock: dict[str, Any]) -> Iterator[str]:
    packages = lock.get("package")
    for package in packages if isinstance(packages, list) else ():
        if not isinstance(package, dict):
            continue
        match = _NAME.match(str(package.get("name")))
        name = match.group(1) if match else "a package"
        source = package.get("source")
        source = source if isinstance(source, dict) else {}
        kinds = [kind for kind in ("git", "url", "path", "directory") if kind in source]
        if kinds:
            origin = _from(kinds[0])
            yield f"{name} comes from {origin} by uv.lock: foreign code may run"
        elif "registry" in source and not _REGISTRY.fullmatch(str(source["registry"])):
            yield f"{name} comes from another registry by uv.lock"
        elif "registry" in source and "wheels" not in package:
            yield f"{name} has no wheel in uv.lock: `uv sync` builds it, foreign code runs"


def _table(table: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        found = table.get(key)
        table = found if isinstance(found, dict) else {}
    return table
