"""Reads every file named in the arguments with the packages named in READERS; prints {reader: {file: {key: value}}}."""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def dotenv(path: str) -> Mapping[str, str | None]:
    found: Mapping[str, str | None] = importlib.import_module("dotenv").dotenv_values(path)
    return found


def honcho(path: str) -> Mapping[str, str | None]:
    found: Mapping[str, str | None] = importlib.import_module("honcho.environ").parse(
        Path(path).read_text(encoding="utf-8")
    )
    return found


def decouple(path: str) -> Mapping[str, str | None]:
    found: Mapping[str, str | None] = importlib.import_module("decouple").RepositoryEnv(path).data
    return found


def starlette(path: str) -> Mapping[str, str | None]:
    found: Mapping[str, str | None] = importlib.import_module("starlette.config").Config(path).file_values
    return found


def django(path: str) -> Mapping[str, str | None]:
    """django-environ sets what it reads, so what is new in the environment is what it read; `$NAME` by the class."""
    environ = importlib.import_module("environ")
    before = dict(os.environ)
    try:
        environ.Env.read_env(path)
        new = [key for key in os.environ if key not in before]
        return {key: environ.Env().str(key) for key in new}
    finally:
        for key in [key for key in os.environ if key not in before]:
            del os.environ[key]


READERS: dict[str, Callable[[str], Mapping[str, str | None]]] = {
    "python-dotenv": dotenv,
    "honcho": honcho,
    "python-decouple": decouple,
    "starlette": starlette,
    "django-environ": django,
}


def main() -> None:
    logging.disable()
    warnings.simplefilter("ignore")
    read: dict[str, dict[str, dict[str, str]]] = {}
    for name in os.environ["READERS"].split(","):
        read[name] = {}
        for path in sys.argv[1:]:
            with contextlib.suppress(Exception):  # a reader may refuse a file; then it reads nothing
                found = READERS[name](path)
                read[name][Path(path).name] = {key: value for key, value in found.items() if value is not None}
    sys.stdout.write(json.dumps(read))


if __name__ == "__main__":
    main()
