"""The stub that `codegen --stub` writes: what real type checkers make of a tool that uses the library."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import add_tool, require_program

from pixie_secrets import tool as library
from pixie_secrets.errors import FileRefused, PixieError
from pixie_secrets.generated import metadata, stub
from pixie_secrets.layouts.project import Project
from pixie_secrets.manifest.essentials import DeclaredSecret
from pixie_secrets.operations.codegen import CodegenRequest, codegen
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.lint_tool import LintToolRequest, lint_tool

ACCOUNT = {
    "type": "object",
    "required": ["id", "hosts"],
    "properties": {
        "id": {"type": "string", "description": 'The "id"\nof the account \\'},
        "port": {"type": "integer"},
        "hosts": {
            "type": "array",
            "items": {"type": "object", "properties": {"pass-word": {}, "user": {"type": "string"}}},
        },
        "either": {"type": ["string", "null"]},
        "class": {"type": "string"},
        "get_secret_value": {"type": "string"},
        "any": {"anyOf": [{"type": "string"}]},
    },
}
EVERY: list[dict[str, Any]] = [
    {"key": "API_TOKEN", "required": True, "description": 'Token """ of \\ it'},
    {"key": "PORT", "type": "integer"},
    {"key": "LIMIT", "type": "integer", "required": True},
    {"key": "ENDPOINT", "type": "url"},
    {"key": "CERT", "type": "file", "required": True},
    {"key": "ACCOUNT", "type": "json", "required": True, "schema": ACCOUNT},
    {"key": "EXTRA", "type": "json"},
    {"key": "class"},
]
PROGRAM = """
from pixie_secrets.tool import JsonSecret, MissingSecrets, SecretStr, load, secrets


def token(given: SecretStr | None = None, account: JsonSecret | None = None) -> str:
    try:
        secrets.check()
    except MissingSecrets as error:
        return ", ".join(error.keys)
    if given or account:
        return ""
    return secrets.API_TOKEN.get_secret_value()


reveal_type(secrets.API_TOKEN)
reveal_type(secrets.PORT)
reveal_type(secrets.LIMIT)
reveal_type(secrets.ENDPOINT)
reveal_type(secrets.CERT)
reveal_type(secrets.ACCOUNT.id)
reveal_type(secrets.ACCOUNT.port)
reveal_type(secrets.ACCOUNT.hosts[0].user)
reveal_type(secrets.ACCOUNT.either)
reveal_type(load(environment={"A": "b"}).LIMIT)
reveal_type(load("elsewhere").ANYTHING)
"""
REVEALED = [
    "SecretStr", "int | None", "int", "SecretStr | None", "Path", "SecretStr", "int | None", "SecretStr | None",
    "SecretStr | None", "int", "Any",
]  # fmt: skip
WRONG = "from pixie_secrets.tool import secrets\n\nsecrets.API_TOKE\nsecrets.ACCOUNT.ident\nport: int = secrets.PORT\n"


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    folder = add_tool(tmp_path, "parcel-tracker", secrets=EVERY)
    assert generate(folder, stub=True).path == "tools/parcel-tracker/typings/pixie_secrets/tool/__init__.pyi"
    (folder / "main.py").write_text(PROGRAM)
    (folder / "wrong.py").write_text(WRONG)
    return folder


def generate(folder: Path, **more: Any) -> Any:
    project = Project(folder.parents[1])
    return codegen(Context(project), CodegenRequest("parcel-tracker", **more))


def check(folder: Path, *command: str) -> tuple[int, str]:
    """The status and output of a checker in the tool's folder, as its author would start it."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "MYPYPATH": "typings"},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def mypy(folder: Path, name: str) -> tuple[int, str]:
    program = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", os.devnull]
    return check(folder, *program, "--python-executable", sys.executable, name)


def pyright(folder: Path, name: str) -> tuple[int, str]:
    require_program("node")
    program = Path(sys.executable).with_name("pyright")
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}))
    return check(folder, str(program), "--pythonpath", sys.executable, name)


CHECKERS = {"mypy": mypy, "pyright": pyright}


def revealed(output: str) -> list[str]:
    """The types, without the modules that mypy puts before them."""
    types = re.findall(r'(?:Revealed type is|Type of ".*?" is) "(.*)"', output)
    return [re.sub(r"\b[a-z_.]+\.(?=[A-Z])", "", each) for each in types]


@pytest.mark.parametrize("checker", CHECKERS.values(), ids=CHECKERS)
def test_a_tool_that_uses_the_library_is_clean_and_each_secret_has_its_type(tool: Path, checker: Any) -> None:
    status, output = checker(tool, "main.py")
    assert status == 0, output
    assert revealed(output) == REVEALED


@pytest.mark.parametrize("checker", CHECKERS.values(), ids=CHECKERS)
def test_a_misspelt_key_or_field_and_an_unset_optional_are_found(tool: Path, checker: Any) -> None:
    status, output = checker(tool, "wrong.py")
    assert status == 1
    lines = {int(line) for line in re.findall(r"wrong\.py:(\d+)(?::\d+)?[: ].*error", output)}
    assert lines == {3, 4, 5}, output


@pytest.mark.parametrize("checker", CHECKERS.values(), ids=CHECKERS)
def test_without_a_stub_any_key_is_taken(tool: Path, checker: Any) -> None:
    shutil.rmtree(tool / "typings")
    (tool / "main.py").write_text("from pixie_secrets.tool import secrets\n\nprint(secrets.API_TOKEN)\n")
    status, output = checker(tool, "main.py")
    assert status == 0, output


def test_what_the_stub_says_is_what_a_running_tool_has(tool: Path) -> None:
    code = """
import ast, pathlib
from pixie_secrets.tool import load
stub = ast.parse(pathlib.Path("typings/pixie_secrets/tool/__init__.pyi").read_text())
(own,) = [each for each in stub.body if isinstance(each, ast.ClassDef) and each.name == "Secrets"]
secrets = load(".", {"API_TOKEN": "t", "PORT": "1", "LIMIT": "2", "CERT": "main.py", "EXTRA": "[1]",
                     "ACCOUNT": '{"id": "i", "hosts": [{"user": "u"}], "either": null, "port": 1.0}'})
for member in own.body:
    print(member.name, type(getattr(secrets, member.name)).__name__, ast.unparse(member.returns))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tool, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "API_TOKEN SecretStr SecretStr", "PORT int int | None", "LIMIT int int", "ENDPOINT NoneType SecretStr | None",
        "CERT PosixPath Path", "ACCOUNT JsonSecret _ACCOUNT", "EXTRA tuple Any",
    ]  # fmt: skip


def test_the_stub_offers_what_the_library_does(tool: Path) -> None:
    text = (tool / stub.NAME).read_text()
    offered = {*re.findall(r"^from .* import \w+ as (\w+)$", text, re.MULTILINE), "load", "secrets"}
    assert offered == {*library.__all__}


@pytest.mark.parametrize(("flag", "name"), [("stub", stub.NAME), ("metadata", metadata.NAME)])
def test_it_is_written_once_and_lint_says_when_it_is_due_again(tool: Path, flag: str, name: str) -> None:
    generate(tool, **{flag: True})
    assert not generate(tool, **{flag: True}).changed
    assert not generate(tool, **{flag: True}, check=True).changed
    lint = LintToolRequest(select=("CV015",))
    context = Context(Project(tool.parents[1]))
    assert lint_tool(context, lint).findings == ()
    manifest = tool / "tool.json"
    manifest.write_text(manifest.read_text().replace("ENDPOINT", "ADDRESS"))
    (found,) = [one for one in lint_tool(Context(Project(tool.parents[1])), lint).findings if one.file.endswith(name)]
    assert found.message == f"{name} does not say what tool.json says"
    assert generate(tool, **{flag: True}, check=True).changed
    assert "ENDPOINT" in (tool / name).read_text()
    assert generate(tool, **{flag: True}).changed
    assert "ADDRESS" in (tool / name).read_text()


@pytest.mark.parametrize(("flag", "name"), [("stub", stub.NAME), ("metadata", metadata.NAME)])
def test_a_file_that_somebody_wrote_is_left(tool: Path, flag: str, name: str) -> None:
    (tool / name).write_text("mine: int\n")
    with pytest.raises(FileRefused, match="was not generated"):
        generate(tool, **{flag: True})
    assert (tool / name).read_text() == "mine: int\n"


def test_checking_makes_no_folder(tmp_path: Path) -> None:
    folder = add_tool(tmp_path, "parcel-tracker", secrets=EVERY)
    assert generate(folder, stub=True, check=True).changed
    assert not (folder / "typings").exists()


@pytest.mark.parametrize("at", ["typings", "typings/pixie_secrets", "typings/pixie_secrets/tool"])
def test_no_folder_is_made_through_a_link(tmp_path: Path, at: str) -> None:
    folder = add_tool(tmp_path, "parcel-tracker", secrets=EVERY)
    (tmp_path / "elsewhere").mkdir()
    (folder / at).parent.mkdir(parents=True, exist_ok=True)
    (folder / at).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileRefused, match="is a symbolic link"):
        generate(folder, stub=True)
    assert [*(tmp_path / "elsewhere").iterdir()] == []


def test_one_kind_of_file_is_written_at_a_time(tool: Path) -> None:
    with pytest.raises(PixieError, match="one kind of file"):
        generate(tool, stub=True, metadata=True)


def test_neither_a_stub_nor_metadata_counts_as_code_that_reads(tmp_path: Path) -> None:
    folder = add_tool(tmp_path, "parcel-tracker", secrets=[{"key": "A_KEY", "description": "a"}, {"key": "B_KEY"}])
    (folder / "main.py").write_text("from pixie_secrets.tool import secrets\n\nprint(secrets.A_KEY is None)\n")
    generate(folder, stub=True)
    generate(folder, metadata=True)
    found = lint_tool(Context(Project(tmp_path)), LintToolRequest(select=("DC", "HS"))).findings
    assert [(one.code, "B_KEY" in one.message) for one in found] == [("DC001", True)]


NAMES = st.text(max_size=8) | st.sampled_from(["id", "class", "Secrets", "SecretStr", "__init__", "_A", "ü", "a b"])
SCHEMAS = st.recursive(
    st.builds(lambda kind: {"type": kind}, st.sampled_from(["string", "integer", "null", "object", "array"]))
    | st.sampled_from([True]) | st.just({}),
    lambda inner: (
        st.builds(lambda fields: {"type": "object", "properties": fields}, st.dictionaries(NAMES, inner, max_size=3))
        | st.builds(lambda items: {"type": ["array", "string"], "items": items, "description": "\"'\\\n"}, inner)
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(SCHEMAS, max_size=3), st.text())
def test_any_schema_gives_the_same_stub_that_python_can_read(schemas: list[Any], description: str) -> None:
    secrets = [
        DeclaredSecret(f"KEY_{number}", description, type="json", schema_=schema if isinstance(schema, dict) else None)
        for number, schema in enumerate(schemas)
    ]
    source = stub.source("any", secrets)
    assert source == stub.source("any", secrets)
    compile(source, "stub.pyi", "exec")
    classes = re.findall(r"^class (\w+)", source, re.MULTILINE)
    assert len(classes) == len({*classes})


def test_metadata_say_what_a_deployment_has_to_provide_and_no_value(tool: Path) -> None:
    (tool / ".env").touch(0o600)
    (tool / ".env").write_text("API_TOKEN=tok_4hQ-lantern-Zr81mQx5\n")
    generate(tool, metadata=True)
    text = (tool / "secrets-metadata.json").read_text()
    document = json.loads(text)
    assert document["owner"] == "parcel-tracker"
    assert document["secrets"][0] == {
        "key": "API_TOKEN", "type": "string", "required": True, "description": 'Token """ of \\ it',
    }  # fmt: skip
    assert [one["key"] for one in document["secrets"] if one["required"]] == ["API_TOKEN", "LIMIT", "CERT", "ACCOUNT"]
    assert "lantern" not in text


def test_an_app_has_a_stub_and_metadata_too(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".env.example").write_text("STRIPE_KEY= # required\nPORT=3000\n")
    for more in ({"stub": True}, {"metadata": True}):
        codegen(Context(Project(tmp_path)), CodegenRequest(".", **more))
    assert "def STRIPE_KEY(self) -> SecretStr: ..." in (tmp_path / stub.NAME).read_text()
    assert [one["key"] for one in json.loads((tmp_path / metadata.NAME).read_text())["secrets"]] == ["STRIPE_KEY"]
