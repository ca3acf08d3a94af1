"""How the framework of each shape reads its own `.env`: a command, for the app's folder, that prints one value."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from tests.conftest import require, require_program
from tests.env_file.programs import unpacked
from tests.readers.programs import MODULES, npm_program

if TYPE_CHECKING:
    from collections.abc import Callable


class OwnReader(NamedTuple):
    """name: the program's. environment: what it needs beside PATH and HOME."""

    name: str
    words: list[str]
    environment: dict[str, str]


def _django(key: str) -> OwnReader:
    code = f"import environ; environ.Env.read_env('.env'); print(environ.Env().str('{key}'))"
    return OwnReader("django-environ", [sys.executable, "-c", code], {"PYTHONPATH": str(unpacked("readers"))})


def _fastapi(_: str) -> OwnReader:
    code = "from app.config import Settings; print(Settings().openai_api_key.get_secret_value())"
    return OwnReader("pydantic-settings", [sys.executable, "-c", code], {"PYTHONPATH": f"{unpacked('readers')}:."})


def _python(key: str) -> OwnReader:
    code = f"import os, dotenv; dotenv.load_dotenv('.env'); print(os.environ['{key}'])"
    return OwnReader("python-dotenv", [sys.executable, "-c", code], {})


def _javascript(name: str, runtime: str, read: str, package: str = "", *options: str) -> OwnReader:
    require(f"{name} (npm install --no-save --prefix tests/readers)", not package or (MODULES / package).exists())
    from_there = f"require('node:module').createRequire({json.dumps(str(MODULES))})"
    code = read.replace("PACKAGE", f"{from_there}({json.dumps(package)})")
    return OwnReader(name, [str(npm_program(runtime)), *options, "-e", f"console.log({code})"], {})


def _next(key: str) -> OwnReader:
    quiet = "{ info() {}, error() {} }"
    read = f"PACKAGE.loadEnvConfig(process.cwd(), true, {quiet}) && process.env.{key}"
    return _javascript("@next/env", "node-newest", read, "@next/env")


def _vite(key: str) -> OwnReader:
    return _javascript("Vite", "node-newest", f"PACKAGE.loadEnv('development', process.cwd(), '').{key}", "vite")


def _dotenv(key: str) -> OwnReader:
    read = f"PACKAGE.config({{ quiet: true }}) && process.env.{key}"
    return _javascript("npm dotenv", "node20", read, "dotenv")


def _node(key: str) -> OwnReader:
    return _javascript("Node", "node-newest", f"process.env.{key}", "", "--env-file=.env")


def _compose(key: str) -> OwnReader:
    program = require_program("docker-compose")
    return OwnReader("docker-compose", ["sh", "-c", f"{program} config | sed -n 's/.*{key}: //p'"], {})


def _rails(key: str) -> OwnReader:
    files = "'.env.development.local', '.env.local', '.env.development', '.env'"
    code = f"require 'dotenv'; Dotenv.load({files}); puts ENV['{key}']"
    return OwnReader("ruby dotenv", [require_program("ruby"), "-e", code], {})


def _shell(key: str) -> OwnReader:
    return OwnReader("sh", ["sh", "-c", f"set -a; . ./.env; printenv {key}"], {})


def _varlock(key: str) -> OwnReader:
    program = MODULES / "varlock/bin/cli.js"
    require("varlock (npm install --no-save --prefix tests/readers)", program.exists())
    words = [str(npm_program("node-newest")), str(program), "printenv", key]
    return OwnReader("varlock", words, {"VARLOCK_TELEMETRY_DISABLED": "true"})


_BY_SHAPE: dict[str, Callable[[str], OwnReader]] = {
    "django": _django,
    "fastapi": _fastapi,
    "next_js": _next,
    "vite": _vite,
    "pnpm": _next,
    "compose": _compose,
    "rails": _rails,
    "both": _dotenv,
    "large": _node,
    "without_git": _python,
    "work_tree": _shell,
    "schema_only": _varlock,
}


def own_reader(shape: str, key: str) -> OwnReader:
    """The one that projects of that shape have."""
    reader = _BY_SHAPE[shape](key)
    around = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return reader._replace(environment={**around, **reader.environment})
