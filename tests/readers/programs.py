"""Programs that read a `.env`, each as it is really used: one process for a whole folder of files.

Every file has keys of its own, so that a program that takes several files at once (bun, uv) can be given all of them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.conftest import require, require_program
from tests.env_file.programs import release_folder, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Read = dict[str, dict[str, str]]  # by the file's name, what was read from it

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
PYTHON_DOTENV = ("1.0.0", "1.0.1", "1.1.1", "1.2.2", "1.2.3", "installed")
_KEY = re.compile(r"\bKEY(?![A-Z-])")
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME", "UV_CACHE_DIR", "UV_PYTHON") if name in os.environ}


def _output(command: Sequence[str | Path], **environment: str) -> bytes:
    done = subprocess.run(
        command, env=ENVIRONMENT | environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def _by_file(files: Sequence[Path], environment: dict[str, str]) -> Read:
    """What was read, from one environment into which all files were read: keys begin with their file's name."""
    return {
        file.name: {key: value for key, value in environment.items() if key.startswith(file.stem)} for file in files
    }


def python_dotenv(release: str, files: Sequence[Path]) -> Read:
    folder = release_folder(release)
    path = {"PYTHONPATH": str(folder)} if folder else {}
    output = _output([sys.executable, HERE / "read.py", *files], READERS="python-dotenv", **path)
    found: Read = json.loads(output)["python-dotenv"]
    return found


def python_package(name: str, files: Sequence[Path]) -> Read:
    output = _output([sys.executable, HERE / "read.py", *files], READERS=name, PYTHONPATH=str(unpacked("readers")))
    found: Read = json.loads(output)[name]
    return found


def javascript(runtime: str, name: str, files: Sequence[Path]) -> Read:
    require(f"{name} (npm install --no-save --prefix tests/readers)", name == "node" or (MODULES / name).exists())
    output = _output([npm_program(runtime), HERE / "read.cjs", *files], READERS=name)
    found: Read = json.loads(output)[name]
    return found


@cache
def npm_program(package: str) -> Path:
    """The program of a package below `node_modules`; `npm install --no-save --prefix tests/readers` puts it there."""
    found = MODULES / package / "bin" / ("bun" if "bun" in package else "node")
    require(f"{package} (npm install --no-save --prefix tests/readers)", found.exists())
    return found


def bun(files: Sequence[Path]) -> Read:
    options = [f"--env-file={file}" for file in files]
    output = _output([npm_program("@oven/bun-linux-x64"), *options, "-e", "console.log(JSON.stringify(process.env))"])
    return _by_file(files, json.loads(output))


def uv(files: Sequence[Path]) -> Read:
    options = [part for file in files for part in ("--env-file", str(file))]
    run = [require_program("uv"), "run", "--quiet", "--no-project", "--offline", "--python", sys.executable]
    show = "import json, os; print(json.dumps(dict(os.environ)))"
    return _by_file(files, json.loads(_output([*run, *options, "python", "-c", show])))


def shell(name: str, files: Sequence[Path]) -> Read:
    with TemporaryDirectory() as folder:
        _output([require_program(name), HERE / "read.sh", *files], OUT=folder)
        read: Read = {}
        for file in files:
            environment = (Path(folder) / file.name).read_bytes() if (Path(folder) / file.name).exists() else b""
            pairs = (pair.partition("=") for pair in environment.decode(errors="surrogateescape").split("\0") if pair)
            read[file.name] = {key: value for key, _, value in pairs if key.startswith(file.stem)}
        return read


def ruby(files: Sequence[Path]) -> Read:
    found: Read = json.loads(_output([require_program("ruby"), HERE / "read.rb", *files]))
    return found


def direnv(files: Sequence[Path]) -> Read:
    read: Read = {}
    for file in files:
        command = [require_program("direnv"), "dotenv", "json", str(file)]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=False)
        read[file.name] = json.loads(done.stdout) if done.returncode == 0 and done.stdout.strip() else {}
    return read


READERS: dict[str, Callable[[Sequence[Path]], Read]] = {
    **{f"python-dotenv {release}": partial(python_dotenv, release) for release in PYTHON_DOTENV},
    "bash": partial(shell, "bash"),
    "dash": partial(shell, "dash"),
    "zsh": partial(shell, "zsh"),
    "Node 20": partial(javascript, "node20", "node"),
    "Node 26": partial(javascript, "node-newest", "node"),
    "npm dotenv": partial(javascript, "node20", "dotenv"),
    "dotenv-expand": partial(javascript, "node20", "dotenv-expand"),
    "Vite": partial(javascript, "node-newest", "vite"),
    "Next.js": partial(javascript, "node-newest", "@next/env"),
    "bun": bun,
    "uv": uv,
    "ruby dotenv": ruby,
    "direnv": direnv,
    "honcho": partial(python_package, "honcho"),
    "python-decouple": partial(python_package, "python-decouple"),
    "starlette": partial(python_package, "starlette"),
    "django-environ": partial(python_package, "django-environ"),
}


def write_files(folder: Path, texts: Sequence[str]) -> list[Path]:
    """Each of `texts` in a file of its own; `KEY` in it becomes the file's own key."""
    files = []
    for number, text in enumerate(texts):
        path = folder / f"K{number:03}.env"
        path.write_bytes(_KEY.sub(path.stem, text).encode())
        path.chmod(0o600)
        files.append(path)
    return files
