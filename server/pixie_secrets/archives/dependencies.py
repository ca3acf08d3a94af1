"""What `uv sync`, or another program started there, would do beyond fetching wheels from the registry: build, and so
run, somebody's code.

Read from pyproject.toml, uv.lock and the settings of other programs; nothing is resolved, no server is asked anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pixie_secrets.archives.refusals import display_name
from pixie_secrets.toml_text import parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_DIRECT = re.compile(r"^\s*([A-Za-z0-9._-]++)[^@;]*+@\s*\S")
_NAME = re.compile(r"^\s*([A-Za-z0-9._-]{1,64})")
_REGISTRY = re.compile(r"https://(pypi\.org/simple|files\.pythonhosted\.org)/?")
_OTHER_INDEX = ("index", "index-url", "extra-index-url", "find-links")
_MIRRORS = ("python-install-mirror", "pypy-install-mirror", "python-downloads-json-url")
_HATCH_RUNS = ("pre-install-commands", "post-install-commands")
_REQUIREMENTS = ("override-dependencies", "constraint-dependencies", "build-constraint-dependencies")


def warnings(texts: Mapping[str, bytes]) -> tuple[str, ...]:
    """What the person should know before running `uv sync` or another program there, in order; each once.

    texts: `pyproject.toml`, and `uv.lock` and those of `SETTINGS` that there are.
    """
    try:
        project = parsed(texts["pyproject.toml"])
    except ValueError:
        return ("its pyproject.toml cannot be read: `uv sync` will fail",)
    tools = _table(project, "tool")
    found = [*_built(project), *_direct(project), *_uv(_table(tools, "uv"), "pyproject.toml"), *_of_others(tools)]
    for name in texts:
        if judge := _JUDGES.get(name.lower()):  # where a file system ignores case, so does the program
            try:
                found += judge(texts[name], name)
            except ValueError:
                found.append(f"its {name} cannot be read: what it does cannot be told")
    if (lock := texts.get("uv.lock")) is not None:
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


def _uv(uv: dict[str, Any], where: str) -> Iterator[str]:
    for name, source in _table(uv, "sources").items():
        for one in source if isinstance(source, list) else [source]:
            kinds = [kind for kind in ("git", "url", "path", "index") if isinstance(one, dict) and kind in one]
            if kinds:
                origin = f"from {_from(kinds[0])} and not from the registry"
                yield f"{display_name(str(name))} comes {origin}: foreign code may run"
    if any(uv.get(key) for key in _OTHER_INDEX) or any(_table(uv, "pip").get(key) for key in _OTHER_INDEX):
        yield f"its {where} names a registry of its own: packages come from there"
    if uv.get("no-binary") or uv.get("no-binary-package"):
        yield f"its {where} asks for packages to be built from source: foreign code runs"
    for key in _REQUIREMENTS:
        requirements = uv.get(key)
        for requirement in requirements if isinstance(requirements, list) else ():
            if isinstance(requirement, str) and (match := _DIRECT.match(requirement)):
                yield f"{match.group(1)} comes from an address of its own by {where} ({key}): foreign code runs"
    if any(uv.get(key) for key in _MIRRORS):
        yield f"its {where} has Python itself fetched from an address of its own: foreign code runs"


def _uv_toml(text: bytes, name: str) -> Iterator[str]:
    yield from _uv(parsed(text), name)


def _pip_conf(text: bytes, name: str) -> Iterator[str]:
    if re.search(rb"^\s*(?:extra-)?index-url\s*[=:]|^\s*find-links\s*[=:]", text, re.MULTILINE | re.IGNORECASE):
        yield f"its {name} names a registry of its own: pip takes packages from there"


def _npmrc(text: bytes, name: str) -> Iterator[str]:
    if re.search(rb"^\s*(?:@[^:\s]+:)?registry\s*=", text, re.MULTILINE | re.IGNORECASE):
        yield f"its {name} names a registry of its own: npm takes packages from there"


def _poetry_toml(text: bytes, name: str) -> Iterator[str]:
    if _table(parsed(text), "repositories"):
        yield f"its {name} names a registry of its own"


def _of_others(tools: dict[str, Any]) -> Iterator[str]:
    """What pyproject.toml says to the programs that stand in uv's place for whoever uses them."""
    for program in ("poetry", "pdm"):
        sources = _table(tools, program).get("source")
        if any(_is_elsewhere(one) for one in (sources if isinstance(sources, list) else ())):
            yield f"its pyproject.toml names a registry of its own: {program} takes packages from there"
    yield from _hatch(_table(tools, "hatch"), "pyproject.toml")
    yield from _pixi(_table(tools, "pixi"), "pyproject.toml")


def _is_elsewhere(source: object) -> bool:
    return isinstance(source, dict) and "url" in source and not _REGISTRY.fullmatch(str(source["url"]))


def _hatch(hatch: dict[str, Any], name: str) -> Iterator[str]:
    environments = _table(hatch, "envs").values()
    if any(isinstance(one, dict) and any(one.get(key) for key in _HATCH_RUNS) for one in environments):
        yield f"its {name} runs commands of its own once hatch is used there"


def _hatch_toml(text: bytes, name: str) -> Iterator[str]:
    yield from _hatch(parsed(text), name)


def _pdm_toml(text: bytes, name: str) -> Iterator[str]:
    pypi = _table(parsed(text), "pypi")
    if "url" in pypi or any(isinstance(one, dict) and "url" in one for one in pypi.values()):
        yield f"its {name} names a registry of its own: pdm takes packages from there"


def _pipfile(text: bytes, name: str) -> Iterator[str]:
    document = parsed(text)
    sources = document.get("source")
    if any(_is_elsewhere(one) for one in (sources if isinstance(sources, list) else ())):
        yield f"its {name} names a registry of its own: pipenv takes packages from there"
    for table in ("packages", "dev-packages"):
        for package, version in _table(document, table).items():
            if isinstance(version, dict) and any(kind in version for kind in ("git", "file", "path", "index")):
                yield f"{display_name(package)} does not come from the registry by {name}: foreign code may run"


def _requirements_txt(text: bytes, name: str) -> Iterator[str]:
    if re.search(rb"^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links)\b", text, re.MULTILINE):
        yield f"its {name} names a registry of its own: pip takes packages from there"
    if re.search(rb"^[^#\n]*(?:@\s*|^|\s)(?:git\+|https?:|file:)", text, re.MULTILINE):
        yield f"its {name} names a package by an address of its own: foreign code runs"


def _yarnrc(text: bytes, name: str) -> Iterator[str]:
    if re.search(rb"registry", text, re.IGNORECASE):
        yield f"its {name} names a registry of its own: yarn takes packages from there"
    if re.search(rb"^\s*(?:yarn-?path|plugins)\b", text, re.MULTILINE | re.IGNORECASE):
        yield f"its {name} names code that every command of yarn runs there"


def _bunfig_toml(text: bytes, name: str) -> Iterator[str]:
    document = parsed(text)
    install = _table(document, "install")
    if install.get("registry") or install.get("scopes"):
        yield f"its {name} names a registry of its own: bun takes packages from there"
    if document.get("preload") or _table(document, "test").get("preload"):
        yield f"its {name} names code that bun runs before any other"


def _pnpmfile(_text: bytes, name: str) -> Iterator[str]:
    yield f"its {name} is code that pnpm runs when it installs"


def _conda(text: bytes, name: str) -> Iterator[str]:
    if re.search(rb"^\s*-?[^#\n]*://", text, re.MULTILINE):
        yield f"its {name} names addresses of its own: conda may take packages from there"


def _pixi_toml(text: bytes, name: str) -> Iterator[str]:
    yield from _pixi(parsed(text), name)


def _pixi(document: dict[str, Any], name: str) -> Iterator[str]:
    if _table(document, "activation") or _table(document, "tasks"):
        yield f"its {name} runs commands of its own once pixi is used there"
    workspace = _table(document, "workspace") or _table(document, "project")
    channels = workspace.get("channels")
    others = [one for one in channels if "://" in str(one)] if isinstance(channels, list) else []
    if others or any(_table(document, "pypi-options").get(key) for key in (*_OTHER_INDEX, "extra-index-urls")):
        yield f"its {name} names a registry of its own: pixi takes packages from there"


def _python_version(text: bytes, name: str) -> Iterator[str]:
    if b"://" in text or b"/" in text:
        yield f"its {name} names an address or a path: `uv sync` would run the Python from there"


def _justfile(text: bytes, name: str) -> Iterator[str]:
    if re.search(rb"^\s*set\s+dotenv-(?:load|filename|path|required)\b", text, re.MULTILINE):
        yield f"its {name} loads the .env: every recipe of it is given the tool's values, unmasked"


_JUDGES: dict[str, Callable[[bytes, str], Iterator[str]]] = {
    "uv.toml": _uv_toml,
    "pip.conf": _pip_conf,
    "pip.ini": _pip_conf,
    ".npmrc": _npmrc,
    ".yarnrc": _yarnrc,
    ".yarnrc.yml": _yarnrc,
    ".pnpmfile.cjs": _pnpmfile,
    "bunfig.toml": _bunfig_toml,
    "poetry.toml": _poetry_toml,
    "pdm.toml": _pdm_toml,
    "hatch.toml": _hatch_toml,
    "pipfile": _pipfile,
    "requirements.txt": _requirements_txt,
    "pixi.toml": _pixi_toml,
    ".condarc": _conda,
    "environment.yml": _conda,
    "environment.yaml": _conda,
    ".python-version": _python_version,
    "justfile": _justfile,
    ".justfile": _justfile,
}
SETTINGS = frozenset(_JUDGES)  # files at the tool's root by which other programs go, in small letters


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
