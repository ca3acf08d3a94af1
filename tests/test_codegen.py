"""tool_secrets.py: typed, without dependencies, says all that is missing, never shows a value; and .env.example."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import add_tool
from tests.pythons import PYTHONS

from pixie_secrets.errors import FileRefused, KeyRefused
from pixie_secrets.generated import env_example, typed_access
from pixie_secrets.layouts.project import Project
from pixie_secrets.manifest.essentials import Essentials, essentials_of
from pixie_secrets.manifest.models import parse_manifest
from pixie_secrets.migrations import from_env_example
from pixie_secrets.operations.codegen import CodegenRequest
from pixie_secrets.operations.codegen import codegen as operation
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.lint_tool import LintToolRequest, lint_tool
from pixie_secrets.secret.key import check_key

EXAMPLES = Path(__file__).parents[1] / "examples"
CANARY = "canary-9f2Kq7mW"
EVERY = [
    {"key": "OPENAI_API_KEY", "description": 'For """ \\ the\napi {x} %s', "required": True},
    {"key": "Port", "type": "integer", "required": True, "example": "8080"},
    {"key": "LIMIT", "type": "integer"},
    {"key": "ACCOUNT", "type": "json", "required": True, "obtain": {"url": "https://x.example", "text": "Keys"}},
    {"key": "EXTRA", "type": "json"},
    {"key": "CERT", "type": "file", "required": True},
    {"key": "CA", "type": "file"},
    {"key": "DATABASE_URL", "type": "url"},
    {"key": "CLASS", "required": True},
    {"key": "INT", "type": "integer"},
    {"key": "INT_"},
    {"key": "STR"},
]
GOOD = {
    "OPENAI_API_KEY": CANARY, "Port": "8123", "ACCOUNT": f'{{"private_key": "{CANARY}"}}', "CERT": f"/etc/{CANARY}",
    "CLASS": CANARY, "EXTRA": "[1]", "INT": "-7",
}  # fmt: skip


def manifest(*secrets: Any, tool_id: str = "my-tool") -> Essentials:
    document = {"id": tool_id, "name": "X", "inputs": [], "outputs": [], "secrets": list(secrets)}
    return essentials_of(parse_manifest(json.dumps(document), "t"))


def run(python: str, module: str, code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "tool_secrets.py").write_text(module, encoding="utf-8")
    return subprocess.run(
        [python, "-W", "error", "-c", f"from tool_secrets import load, Secrets\n{code}"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)
def test_the_module_reads_every_type_and_shows_no_value(python: str, tmp_path: Path) -> None:
    code = f"""
import pathlib
s = load()
assert (s.openai_api_key, s.port, s.limit, s.extra) == ("{CANARY}", 8123, None, [1])
assert (s.class_, s.int_, s.int__) == ("{CANARY}", -7, None)
assert s.account == {{"private_key": "{CANARY}"}}
assert s.cert == pathlib.Path("/etc/{CANARY}") and s.ca is None and s.database_url is None
print(s, repr(s), [s], f"{{s}}", "%s" % s)
try:
    s.port = 1
except AttributeError:
    print("frozen")
assert not hasattr(s, "__dict__")
"""
    done = run(python, typed_access.source(manifest(*EVERY)), code, tmp_path, **GOOD)
    assert done.returncode == 0, done.stderr
    assert "Secrets(openai_api_key=***, port=***, limit=None, account=***" in done.stdout
    assert done.stdout.endswith("frozen\n")
    assert CANARY not in done.stdout + done.stderr
    assert "8123" not in done.stdout


@pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)
def test_everything_missing_or_wrong_is_said_at_once_and_by_name(python: str, tmp_path: Path) -> None:
    wrong = {"Port": CANARY, "ACCOUNT": "{" + CANARY, "EXTRA": "[" * 100_000, "CLASS": ""}
    done = run(python, typed_access.source(manifest(*EVERY)), "load()", tmp_path, **wrong)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "RuntimeError: OPENAI_API_KEY is not set; CERT is not set; CLASS is not set; Port is not a whole number;"
        " ACCOUNT is not JSON; EXTRA is not JSON - set them: pixie-secrets set-secret my-tool"
    )
    assert CANARY not in done.stdout + done.stderr


def test_the_module_passes_mypy_strict_and_uses_only_the_standard_library(tmp_path: Path) -> None:
    modules = [
        manifest(*EVERY), manifest(), manifest({"key": "A"}), manifest({"key": "A", "required": True}),
        *(manifest({"key": "A", "type": kind}) for kind in ("integer", "json", "file", "url")),
    ]  # fmt: skip
    for number, each in enumerate(modules):
        (tmp_path / f"secrets_{number}.py").write_text(typed_access.source(each), encoding="utf-8")
    (tmp_path / "uses.py").write_text(
        "from secrets_0 import load\n"
        "reveal_type(load().port)\nreveal_type(load().limit)\n"
        "reveal_type(load().cert)\nreveal_type(load().database_url)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", os.devnull, "."],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert [line.split('"')[1] for line in done.stdout.splitlines() if "Revealed" in line] == [
        "int", "int | None", "pathlib.Path", "str | None",
    ]  # fmt: skip


def test_a_tool_without_secrets_has_a_module_too(tmp_path: Path) -> None:
    done = run(sys.executable, typed_access.source(manifest()), "print(load({}))", tmp_path)
    assert done.stdout == "Secrets()\n", done.stderr


KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(KEYS, st.sampled_from(["string", "url", "json", "integer", "file"]), st.booleans(), st.text()),
        max_size=6,
    )
)
def test_any_manifest_gives_the_same_compiling_module_every_time(secrets: list[tuple[str, str, bool, str]]) -> None:
    declared: dict[str, dict[str, Any]] = {}
    for key, kind, required, description in secrets:
        said = "".join(char for char in description if char.isprintable() or char == "\n")
        try:
            declared.setdefault(
                check_key(key).upper(), {"key": key, "type": kind, "required": required, "description": said}
            )
        except KeyRefused:
            continue
    made = manifest(*declared.values())
    source = typed_access.source(made)
    assert source == typed_access.source(made)
    namespace: dict[str, Any] = {"__name__": "generated"}
    sys.modules["generated"] = type(sys)("generated")  # dataclasses look there
    exec(compile(source, "tool_secrets.py", "exec"), namespace)
    assert set(namespace["Secrets"].__slots__) == set(typed_access.attributes(made).values())
    found, _ = from_env_example.read(env_example.text(made)) if declared else ((), ())
    assert [each.key for each in found] == [each["key"] for each in declared.values()]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    add_tool(tmp_path, "my-tool", secrets=EVERY)
    return Project(tmp_path)


def generate(project: Project, **more: Any) -> Any:
    return operation(Context(project), CodegenRequest(tool_id="my-tool", **more))


def test_codegen_writes_once_and_lint_can_tell_when_it_is_due_again(project: Project) -> None:
    tool = project.tool("my-tool")
    assert typed_access.drift(tool) is None
    assert generate(project, check=True).changed
    assert not (tool.folder / "tool_secrets.py").exists()
    assert generate(project).changed
    assert not generate(project).changed
    assert typed_access.drift(tool) is None
    path = tool.folder / "tool_secrets.py"
    path.write_text(path.read_text().replace("    port: int", "    port: str"))
    drift = typed_access.drift(tool)
    assert drift
    assert (drift.path, drift.hint) == ("tool_secrets.py", "run `pixie-secrets codegen my-tool`")
    assert generate(project, check=True).changed
    assert generate(project).path == "tools/my-tool/tool_secrets.py"
    assert typed_access.drift(tool) is None


def test_lint_says_which_generated_file_is_out_of_step(project: Project) -> None:
    generate(project)
    generate(project, env_example=True)
    lint = LintToolRequest(select=("CV015",))
    assert lint_tool(Context(project), lint).findings == ()
    manifest_path = project.tool("my-tool").folder / "tool.json"
    manifest_path.write_text(manifest_path.read_text().replace("DATABASE_URL", "DATABASE_DSN"))
    found = lint_tool(Context(Project(project.root)), lint).findings
    assert [(each.file, each.message) for each in found] == [
        ("tools/my-tool/.env.example", ".env.example does not say what tool.json says"),
        ("tools/my-tool/tool_secrets.py", "tool_secrets.py does not say what tool.json says"),
    ]


def test_what_the_generated_module_reads_counts_as_read(tmp_path: Path) -> None:
    folder = add_tool(tmp_path, "my-tool", secrets=[{"key": "A_KEY", "required": True}, {"key": "B_KEY"}])
    (folder / "main.py").write_text("from tool_secrets import load\n\nprint(load().a_key is None)\n")
    generate(Project(tmp_path))
    found = lint_tool(Context(Project(tmp_path)), LintToolRequest(select=("DC", "HS"))).findings
    assert [each.code for each in found if "not set" not in each.message] == []


def test_a_checkout_with_other_line_ends_is_no_drift(project: Project) -> None:
    generate(project)
    tool = project.tool("my-tool")
    path = tool.folder / "tool_secrets.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert typed_access.drift(tool) is None
    assert not generate(project).changed


def test_a_module_that_somebody_wrote_is_left(project: Project) -> None:
    path = project.tool("my-tool").folder / "tool_secrets.py"
    path.write_text("mine = 1\n")
    with pytest.raises(FileRefused):
        generate(project)
    assert path.read_text() == "mine = 1\n"
    assert typed_access.drift(project.tool("my-tool")) is None


def test_env_example_says_what_each_secret_is_and_no_value(project: Project) -> None:
    generate(project, env_example=True)
    tool = project.tool("my-tool")
    text = (tool.folder / ".env.example").read_text()
    assert text.startswith(
        '# For """ \\ the api {x} %s (required)\nOPENAI_API_KEY=\n# (required)\n# a whole number; such as 8080\nPort=\n'
    )
    assert "# JSON; get one at https://x.example (Keys)\nACCOUNT=\n" in text
    assert all(line.startswith("#") or line.endswith("=") or not line for line in text.splitlines())
    assert env_example.drift(tool) is None
    (tool.folder / ".env.example").write_text(text + "# more\n")
    assert env_example.drift(tool)
    generate(project, env_example=True)
    assert env_example.drift(tool) is None


def test_an_env_example_with_keys_of_its_own_is_left(project: Project) -> None:
    path = project.tool("my-tool").folder / ".env.example"
    path.write_text(f"OTHER={CANARY}\n")
    with pytest.raises(FileRefused) as caught:
        generate(project, env_example=True)
    assert "OTHER" in caught.value.message
    assert CANARY not in caught.value.message + caught.value.hint
    assert path.read_text() == f"OTHER={CANARY}\n"


def test_nothing_is_written_through_a_link(project: Project, tmp_path: Path) -> None:
    folder = project.tool("my-tool").folder
    (folder / "tool_secrets.py").symlink_to(tmp_path / "elsewhere.py")
    with pytest.raises(FileRefused):
        generate(project)
    assert not (tmp_path / "elsewhere.py").exists()


@pytest.mark.parametrize("tool", Project(EXAMPLES).tools, ids=lambda tool: tool.id)
def test_the_examples_have_not_drifted(tool: Any) -> None:
    assert env_example.path(tool).exists()
    assert env_example.drift(tool) is None
    assert typed_access.drift(tool) is None
