"""What is built and installed: whole, nothing astray, little for the library alone, one clear error for the rest."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conftest import add_tool, require_program
from tests.pythons import PYTHONS

from pixie_secrets.extras import EXTRAS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "server" / "pixie_secrets"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BESIDE = ("README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md", "pyproject.toml", ".gitignore")
STRAY = (
    ".env", "server/pixie_secrets/.env", "server/pixie_secrets/__pycache__/x.cpython-311.pyc", "notes.txt",
    "examples/README.md", "tests/README.md", "server/notes.txt",
)  # fmt: skip
VALUE = "tok_4hQ-lantern-Zr81mQx5"


class Built(NamedTuple):
    wheel: Path
    sdist: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Both archives, built from a copy in which files lie about that belong to nobody."""
    copy = tmp_path_factory.mktemp("checkout")
    shutil.copytree(PACKAGE, copy / "server" / "pixie_secrets", ignore=shutil.ignore_patterns("__pycache__"))
    for name in BESIDE:
        shutil.copy(ROOT / name, copy / name)
    for name in STRAY:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("A_KEY=stray\n")
    return build(copy)


def build(folder: Path) -> Built:
    subprocess.run([sys.executable, "-m", "hatchling", "build"], cwd=folder, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    return Built(wheel, sdist)


def own_files() -> set[str]:
    return {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def in_wheel(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return {*archive.namelist()}


def test_the_wheel_has_every_file_of_the_package_and_nothing_else(built: Built) -> None:
    about = "pixie_secrets-0.1.0.dist-info"
    beside = {f"{about}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")}
    assert in_wheel(built.wheel) == own_files() | beside
    assert "pixie_secrets/py.typed" in own_files()


def test_the_sdist_has_what_the_wheel_is_built_of_and_nothing_else(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        archive.extractall(tmp_path, filter="data")
    assert names == {f"server/{name}" for name in own_files()} | {*BESIDE, "PKG-INFO"}
    (unpacked,) = tmp_path.iterdir()
    assert in_wheel(build(unpacked).wheel) == in_wheel(built.wheel)


def test_there_is_nothing_in_the_package_that_git_does_not_know() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", str(PACKAGE)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    others = ["git", "ls-files", "-z", "--others", "--exclude-standard", str(PACKAGE)]
    new = subprocess.run(others, cwd=ROOT, capture_output=True, text=True, check=True)
    known = {name.removeprefix("server/") for name in (listed.stdout + new.stdout).split("\0") if name}
    assert own_files() == {name for name in known if (PACKAGE.parent / name).exists()}


def distribution(requirement: str) -> str:
    return re.split(r"[\[<>=~!; ]", requirement)[0].lower().replace("_", "-")


BASE = {distribution(requirement) for requirement in PROJECT["dependencies"]}
BY_EXTRA = {
    extra: {distribution(one) for one in requirements} - {"pixie-secrets"}
    for extra, requirements in PROJECT["optional-dependencies"].items()
}
BROUGHT_ALONG = {
    "anyio": "mcp",
    "markupsafe": "jinja2",
    "mcp-types": "mcp",
    "pydantic-core": "pydantic",
}  # by one that is named


def distributions(module: str) -> set[str]:
    return {name.lower().replace("_", "-") for name in packages_distributions().get(module, ())}


def test_the_extras_are_those_that_the_error_names() -> None:
    assert EXTRAS.keys() == BY_EXTRA.keys()
    for extra, modules in EXTRAS.items():
        found = set().union(*(distributions(module) for module in modules))
        assert {BROUGHT_ALONG.get(name, name) for name in found} == BY_EXTRA[extra], extra
    assert len(BASE) == 2


def test_whatever_the_program_imports_comes_with_the_library_or_an_extra() -> None:
    known = {module for modules in EXTRAS.values() for module in modules} | {"ahocorasick_rs", "dotenv"}
    imported = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).partition(".")[0])
    assert imported - sys.stdlib_module_names - {"pixie_secrets"} <= known


class Installed(NamedTuple):
    """An environment of its own. packages: what is in it."""

    folder: Path
    packages: set[str]

    def run(self, name: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "bin" / name, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False, env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder), **more},
        )  # fmt: skip


def install(folder: Path, what: str, python: str = sys.executable) -> Installed:
    """Install `what` from where this machine gets packages, as a person does."""
    uv = require_program("uv")
    subprocess.run([uv, "venv", "--quiet", "--no-project", "--python", python, folder], check=True)
    to = ["--python", str(folder / "bin" / "python")]
    subprocess.run([uv, "pip", "install", "--quiet", *to, what], check=True)
    listed = subprocess.run([uv, "pip", "list", *to, "--format", "freeze"], check=True, capture_output=True, text=True)
    return Installed(folder, {distribution(line) for line in listed.stdout.splitlines()})


PROGRAM = f"""
import logging
from pixie_secrets.tool import secrets

logging.basicConfig(format="%(message)s")
logging.warning("%s", secrets.API_TOKEN.get_secret_value())
print(secrets.API_TOKEN.get_secret_value() == "{VALUE}", secrets.ACCOUNT.port)
"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)
def test_the_library_alone_brings_two_packages_and_reads_and_masks(built: Built, tmp_path: Path, python: str) -> None:
    alone = install(tmp_path / "environment", str(built.wheel), python)
    assert alone.packages - {"typing-extensions"} == {"pixie-secrets", *BASE}
    account = {"type": "object", "properties": {"port": {"type": "integer"}}}
    tool = add_tool(
        tmp_path, "parcel-tracker",
        secrets=[{"key": "API_TOKEN", "required": True, "pattern": "tok_.*"},
                 {"key": "ACCOUNT", "type": "json", "schema": account}],
    )  # fmt: skip
    (tool / ".env").touch(0o600)
    (tool / ".env").write_text(f"API_TOKEN={VALUE}\n")
    (tool / "main.py").write_text(PROGRAM)
    done = alone.run("python", str(tool / "main.py"), ACCOUNT='{"port": 8443}')
    assert (done.stdout, done.stderr) == ("True 8443\n", "***\n")


@pytest.mark.timeout(300)
def test_what_the_library_alone_cannot_do_names_the_extra_in_one_error(built: Built, tmp_path: Path) -> None:
    alone = install(tmp_path / "environment", str(built.sdist))
    add_tool(tmp_path, "parcel-tracker", secrets=[{"key": "API_TOKEN"}])
    project = {"PIXIE_PROJECT": str(tmp_path)}
    assert alone.run("pixie-secrets", "list-secrets", **project).stdout.startswith(
        "parcel-tracker\n  API_TOKEN  not set"
    )
    for arguments, extra in (
        (["--help"], "cli"), (["lint-tool"], "cli"), (["set-secret", "parcel-tracker", "API_TOKEN"], None),
        (["settings"], "mcp"), (["mcp"], "mcp"), (["--project", str(tmp_path), "mcp"], "mcp"),
    ):  # fmt: skip
        done = alone.run("pixie-secrets", *arguments, **project)
        assert done.returncode == 1
        assert done.stdout == ""
        if extra is None:  # there is no terminal, which is said first
            continue
        error, hint = done.stderr.splitlines()
        assert re.fullmatch(
            rf"pixie-secrets: this needs \w+, which comes with the extra `{extra}` and is not .*", error
        )
        assert hint.endswith(f"such as with: pip install 'pixie-secrets[{extra}]'")
    for code, extra in (
        ("from pixie_secrets.tool import OAuth2Client", "oauth"),
        ("from pixie_secrets.secret.type import _matches; _matches('a', 'b')", "cli"),
    ):
        done = alone.run("python", "-c", code)
        assert f"MissingExtra: this needs {EXTRAS[extra][0] if extra == 'oauth' else 're2'}, which comes" in done.stderr


@pytest.mark.timeout(300)
def test_uv_tool_puts_the_whole_command_on_path_and_takes_it_away(built: Built, tmp_path: Path) -> None:
    uv = require_program("uv")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
        "UV_TOOL_DIR": str(tmp_path / "tools"),
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
    }
    what = f"pixie-secrets[mcp] @ {built.wheel.as_uri()}"
    subprocess.run([uv, "tool", "install", "--quiet", "--python", sys.executable, what], env=environment, check=True)
    command = tmp_path / "bin" / "pixie-secrets"
    add_tool(tmp_path / "project", "parcel-tracker", secrets=[{"key": "API_TOKEN", "pattern": "tok_.*"}])
    done = subprocess.run(
        [command, "--project", tmp_path / "project", "set-secret", "parcel-tracker", "API_TOKEN", "--stdin"],
        input=VALUE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "saved API_TOKEN for parcel-tracker (tools/parcel-tracker/.env, mode 600)\n", done.stderr
    hello = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n'
    served = subprocess.run([command, "mcp"], cwd=tmp_path / "project", input=hello, capture_output=True, text=True,
                            check=False)  # fmt: skip
    assert served.stderr == ""
    subprocess.run([uv, "tool", "uninstall", "--quiet", "pixie-secrets"], env=environment, check=True)
    assert not command.exists()
    assert [*(tmp_path / "tools").glob("pixie*")] == []
