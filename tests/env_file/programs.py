"""Who reads a `.env`: the released versions of python-dotenv, bash, Node and uv, each as a tool would use it."""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from tests.conftest import require, require_program

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

REQUIREMENTS = Path(__file__).parent.parent.parent / "requirements"
OLDER = ("1.0.0", "1.0.1", "1.1.1", "1.2.2")
CURRENT = ("1.2.3", "installed")
RELEASES = (*OLDER, *CURRENT)
_ENVIRONMENT = dict(os.environ)  # uv's cache and its index are the developer's, not a test's

_PRINT = "import json, os; print(json.dumps(dict(os.environ)))"
_TOOL = f"from dotenv import load_dotenv\nload_dotenv()\n{_PRINT}\n"


def release_folder(release: str) -> Path | None:
    """Where that release is unpacked, pinned with its hash; None for the one that is installed anyway."""
    return None if release == "installed" else unpacked(f"dotenv-{release}")


@cache
def unpacked(name: str) -> Path:
    """Where the packages of `requirements/NAME.txt` are unpacked, beside those that are installed."""
    folder = Path(mkdtemp(prefix=f"{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [require_program("uv"), "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder)]
    done = subprocess.run(
        [*command, "--no-deps", "--require-hashes", "--requirement", str(REQUIREMENTS / f"{name}.txt")],
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    require(f"{name} ({done.stderr.strip()[:200]})", done.returncode == 0)
    return folder


@cache
def release_module(release: str) -> ModuleType:
    """That release, imported beside the others under a name of its own."""
    folder = release_folder(release)
    if folder is None:
        import dotenv  # noqa: PLC0415  only if asked for

        return dotenv
    name = f"dotenv_{release.replace('.', '_')}"
    source = folder / "dotenv" / "__init__.py"
    spec = importlib.util.spec_from_file_location(name, source, submodule_search_locations=[str(source.parent)])
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def python_dotenv(folder: Path, release: str) -> dict[str, str]:
    """The environment of a tool in `folder` after its plain `load_dotenv()`."""
    (folder / "main.py").write_text(_TOOL, encoding="utf-8")
    where = release_folder(release)
    return _run([sys.executable, "main.py"], folder, {"PYTHONPATH": str(where)} if where else {})


def bash(folder: Path) -> dict[str, str]:
    """The environment of a child of a shell that read the file as commands."""
    script = 'set -a; . ./.env; exec "$0" -c "$1"'
    return _run([require_program("bash"), "-c", script, sys.executable, _PRINT], folder)


def node(folder: Path) -> dict[str, str]:
    return _run([require_program("node"), "--env-file=.env", "-p", "JSON.stringify(process.env)"], folder)


def uv(folder: Path) -> dict[str, str]:
    run = [require_program("uv"), "run", "--quiet", "--no-project", "--offline", "--python", sys.executable]
    return _run([*run, "--env-file", ".env", "python", "-c", _PRINT], folder)


OTHERS = {"bash": bash, "node": node, "uv": uv}


def _run(command: list[str], folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    environment = {name: _ENVIRONMENT[name] for name in ("PATH", "HOME") if name in _ENVIRONMENT} | dict(more or {})
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found
