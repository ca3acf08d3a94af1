"""`from pixie_secrets.tool import secrets`, in programs of their own as tools are."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import add_tool
from tests.pythons import PYTHONS

from pixie_secrets.env_file import set_value
from pixie_secrets.errors import FileRefused, ManifestError, ProjectNotFound
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.seal_tool import SealToolRequest, seal_tool
from pixie_secrets.operations.set_secret import SetSecretRequest, set_secret
from pixie_secrets.tool import MissingSecrets, SecretStr, UndeclaredSecret, ValueRefused, load

if TYPE_CHECKING:
    from pixie_secrets.tool import DeclaredSecrets

VALUE = "tok_4hQ-lantern-Zr81mQx5"
OTHER = "tok_9vB-harbor-Lk20pWn7"
SERVER = Path(__file__).parents[2] / "server"
EVERY: list[dict[str, Any]] = [
    {"key": "API_TOKEN", "required": True, "description": "Token of the service"},
    {"key": "PORT", "type": "integer"},
    {"key": "ENDPOINT", "type": "url"},
    {"key": "CERT", "type": "file"},
    {"key": "ACCOUNT", "type": "json", "required": True,
     "schema": {"type": "object", "properties": {"id": {"type": "string"}, "port": {"type": "integer"}},
                "required": ["id"]}},
    {"key": "EXTRA", "pattern": "[a-z]+"},
]  # fmt: skip
ACCOUNT = json.dumps({"id": OTHER, "port": 8443})


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    return add_tool(tmp_path / "project", "parcel-tracker", secrets=EVERY)


def write(folder: Path, name: str = ".env", /, **values: str) -> None:
    text = ""
    for key, value in values.items():
        text = set_value(text, key, value)
    path = folder / name
    path.touch(0o600)
    path.write_bytes(text.encode())


def run(folder: Path, code: str, python: str = sys.executable, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `code` as the tool's `main.py`, from another folder and with nothing else in its environment."""
    (folder / "main.py").write_text(code, encoding="utf-8")
    return subprocess.run(
        [python, "-W", "error", str(folder / "main.py")],
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SERVER), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


READS_ALL = """
from pixie_secrets.tool import secrets
print(secrets.API_TOKEN.get_secret_value() == VALUE, secrets.PORT, secrets.ENDPOINT, secrets.CERT, secrets.EXTRA)
print(secrets.ACCOUNT.id.get_secret_value() == OTHER, secrets.ACCOUNT.port)
"""


def reading() -> str:
    """A program that says whether the values are the right ones without having them in its text."""
    head = "import os\nVALUE, OTHER = os.environ.pop('EXPECTED'), os.environ.pop('EXPECTED_TOO')\n"
    return head + READS_ALL


EXPECTED = {"EXPECTED": VALUE, "EXPECTED_TOO": OTHER}


@pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)
def test_a_tool_reads_each_secret_as_it_is_declared_from_its_env_file(tool: Path, python: str) -> None:
    (tool / "cert.txt").write_text("x")
    write(tool, API_TOKEN=VALUE, PORT="8080", ENDPOINT="https://api.example/v1", CERT="cert.txt", ACCOUNT=ACCOUNT)
    done = run(tool, reading(), python, **EXPECTED)
    assert done.stderr == ""
    assert done.stdout == f"True 8080 ********** {tool / 'cert.txt'} None\nTrue 8443\n"


@pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)
def test_a_tool_reads_them_from_a_plain_environment_where_there_is_no_file(tool: Path, python: str) -> None:
    done = run(tool, reading(), python, **EXPECTED, API_TOKEN=VALUE, PORT="-1", ACCOUNT=ACCOUNT)
    assert (done.stdout, done.stderr) == ("True -1 None None None\nTrue 8443\n", "")


def test_the_environment_comes_before_the_file_and_an_empty_variable_is_no_value(tool: Path) -> None:
    write(tool, API_TOKEN=VALUE, ACCOUNT=ACCOUNT, PORT="1")
    secrets = load(tool, {"PORT": "2", "API_TOKEN": ""})
    assert secrets.PORT == 2
    assert SecretStr(VALUE) == secrets.API_TOKEN


def test_what_was_stored_is_what_the_library_reads(tool: Path) -> None:
    project = Project(tool.parents[1])
    value = "line 1\nline 2 = \"x\" '$y' # z\\"
    set_secret(Context(project), SetSecretRequest("parcel-tracker"), {"API_TOKEN": SecretStr(value)})
    set_secret(Context(project), SetSecretRequest("parcel-tracker"), {"ACCOUNT": SecretStr(ACCOUNT)})
    assert SecretStr(value) == load(tool, {}).API_TOKEN


def test_all_missing_required_ones_are_named_in_one_error(tool: Path) -> None:
    secrets = load(tool, {})
    for read in (lambda: secrets.PORT, secrets.check, lambda: secrets["ACCOUNT"]):
        with pytest.raises(MissingSecrets) as refused:
            read()
        assert refused.value.message == "API_TOKEN and ACCOUNT of parcel-tracker are not set"
        assert refused.value.keys == ("API_TOKEN", "ACCOUNT")
    with pytest.raises(MissingSecrets, match=r"^ACCOUNT of parcel-tracker is not set\n"):
        load(tool, {"API_TOKEN": VALUE}).check()


def test_an_error_that_nobody_catches_says_what_to_do(tool: Path) -> None:
    done = run(tool, "from pixie_secrets.tool import secrets\nsecrets.API_TOKEN\n")
    assert done.returncode == 1
    *_, error, hint = done.stderr.splitlines()
    assert error == "pixie_secrets.errors.MissingSecrets: API_TOKEN and ACCOUNT of parcel-tracker are not set"
    assert hint.startswith("hint: pixie-secrets set-secret parcel-tracker asks for ")


def test_a_key_that_is_not_declared_is_no_attribute_and_the_nearest_is_named(tool: Path) -> None:
    write(tool, API_TOKEN=VALUE, ACCOUNT=ACCOUNT, STRAY=VALUE)
    secrets = load(tool, {"APITOKEN": VALUE})
    assert not hasattr(secrets, "APITOKEN")
    assert "APITOKEN" not in secrets
    assert "STRAY" not in secrets
    with pytest.raises(UndeclaredSecret) as refused:
        _ = secrets.APITOKEN
    assert refused.value.hint.startswith("did you mean API_TOKEN? ")
    assert isinstance(refused.value, KeyError)
    assert str(refused.value) == "parcel-tracker does not declare that secret"


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("PORT", f"80{VALUE}", "it must be a whole number"),
        ("ENDPOINT", VALUE, "it must be a whole address with its scheme, without white space"),
        ("CERT", VALUE, "it must be the path of an existing file, absolute or from the tool's folder (~ is not read)"),
        ("ACCOUNT", VALUE, "it must be one JSON document"),
        ("ACCOUNT", json.dumps([VALUE]), "it breaks a rule of its schema, type: object"),
        ("ACCOUNT", json.dumps({"port": 1}), "it breaks a rule of its schema, required: id"),
        ("ACCOUNT", json.dumps({"id": VALUE, "port": VALUE}),
         "it breaks a rule of its schema, properties/port/type: integer"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused_by_its_rule_and_not_repeated(
    tool: Path, key: str, value: str, rule: str
) -> None:
    secrets = load(tool, {"API_TOKEN": VALUE, "ACCOUNT": ACCOUNT, key: value})
    with pytest.raises(ValueRefused) as refused:
        secrets[key]
    assert refused.value.message == f"the value of {key} is not what parcel-tracker declares: {rule}"
    for error in (refused.value, refused.value.__context__, refused.value.__cause__):
        assert VALUE not in repr(error)


def views(secrets: DeclaredSecrets) -> str:
    return " ".join([repr(secrets), str(secrets), f"{secrets!r:>9}", str([secrets]), str(dir(secrets))])


def test_no_view_of_the_secrets_shows_a_value(tool: Path) -> None:
    write(tool, API_TOKEN=VALUE, ACCOUNT=ACCOUNT)
    secrets = load(tool, {})
    assert views(secrets)
    assert secrets.ACCOUNT.id == SecretStr(OTHER)
    shown = views(secrets) + repr([secrets.ACCOUNT, secrets.API_TOKEN])
    assert "<secrets of parcel-tracker: API_TOKEN, PORT, " in shown
    assert VALUE not in shown
    assert OTHER not in shown
    for held in (secrets, secrets.ACCOUNT):
        with pytest.raises(TypeError):
            vars(held)
        with pytest.raises(TypeError):
            pickle.dumps(held)


LOGS = """
import logging, sys, threading, warnings
from pixie_secrets.tool import secrets
logging.basicConfig(format="%(message)s")
log = logging.getLogger("of.the.tool")
log.warning("connecting with %s and %r", secrets.API_TOKEN.get_secret_value(), secrets.ACCOUNT.get_secret_value())
warnings.simplefilter("always")
warnings.warn(secrets.API_TOKEN.get_secret_value())
raise RuntimeError(secrets.ACCOUNT.id.get_secret_value())
"""


@pytest.mark.parametrize("where", ["file", "environment"])
def test_from_the_first_secret_on_logging_warnings_and_tracebacks_are_masked(tool: Path, where: str) -> None:
    values = {"API_TOKEN": VALUE, "ACCOUNT": ACCOUNT}
    if where == "file":
        write(tool, **values)
    done = run(tool, LOGS, **(values if where == "environment" else {}))
    assert done.returncode == 1
    assert done.stderr.startswith("connecting with *** and ")
    assert "UserWarning: ***" in done.stderr
    assert done.stderr.endswith("RuntimeError: ***\n")
    assert VALUE not in done.stderr
    assert OTHER not in done.stderr


def test_every_module_of_a_tool_has_its_own_tool_s_secrets(tmp_path: Path) -> None:
    for name, value in (("one", VALUE), ("two", OTHER)):
        folder = add_tool(tmp_path, name, secrets=[{"key": "API_TOKEN", "required": True}])
        write(folder, API_TOKEN=value)
        (folder / "src" / f"client_{name}").mkdir(parents=True)
        (folder / "src" / f"client_{name}" / "__init__.py").write_text("from pixie_secrets.tool import secrets\n")
    paths = os.pathsep.join([str(SERVER), *(str(tmp_path / "tools" / name / "src") for name in ("one", "two"))])
    code = f"""
import client_one, client_two
from pixie_secrets.tool import secrets
assert client_one.secrets.API_TOKEN.get_secret_value() == "{VALUE}"
assert client_two.secrets.API_TOKEN.get_secret_value() == "{OTHER}"
assert secrets.API_TOKEN.get_secret_value() == "{VALUE}"
"""
    done = run(tmp_path / "tools" / "one", code, PYTHONPATH=paths)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_library_that_is_installed_reads_the_secrets_of_the_tool_that_runs(tool: Path, tmp_path: Path) -> None:
    write(tool, API_TOKEN=VALUE, ACCOUNT=ACCOUNT)
    packages = tmp_path / "elsewhere" / ".venv" / "site-packages"
    packages.mkdir(parents=True)
    write(tmp_path / "elsewhere", API_TOKEN=OTHER)
    (packages / "their_client.py").write_text("from pixie_secrets.tool import secrets\n")
    code = f"import their_client\nassert their_client.secrets.API_TOKEN.get_secret_value() == '{VALUE}'\n"
    done = run(tool, code, PYTHONPATH=f"{SERVER}{os.pathsep}{packages}")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_typed_at_a_prompt_is_of_the_folder_one_stands_in(tool: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from pixie_secrets.tool import secrets; print(secrets.PORT)"],
        cwd=tool, env={"PYTHONPATH": str(SERVER), "API_TOKEN": VALUE, "ACCOUNT": ACCOUNT, "PORT": "7"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("7\n", "")


def test_a_value_that_is_set_anew_is_what_a_running_tool_reads_next(tool: Path) -> None:
    write(tool, API_TOKEN=VALUE, ACCOUNT=ACCOUNT)
    secrets = load(tool, {})
    assert SecretStr(VALUE) == secrets.API_TOKEN
    project = Project(tool.parents[1])
    set_secret(Context(project), SetSecretRequest("parcel-tracker"), {"API_TOKEN": SecretStr(OTHER)})
    assert SecretStr(OTHER) == secrets.API_TOKEN
    assert KNOWN.mask(f"{VALUE} {OTHER}") == "*** ***"
    (tool / ".env").unlink()
    with pytest.raises(MissingSecrets):
        secrets.check()


def test_threads_read_whole_values_while_they_are_set(tool: Path) -> None:
    write(tool, API_TOKEN=VALUE, ACCOUNT=ACCOUNT)
    secrets, project, done = load(tool, {}), Project(tool.parents[1]), threading.Event()
    seen: set[SecretStr] = set()

    def read() -> None:
        while not done.is_set():
            seen.add(secrets.API_TOKEN)

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for value in [OTHER, VALUE] * 10:
            set_secret(Context(project), SetSecretRequest("parcel-tracker"), {"API_TOKEN": SecretStr(value)})
        done.set()
        for reader in readers:
            reader.result()
    assert seen <= {SecretStr(VALUE), SecretStr(OTHER)}


def test_an_app_has_what_its_templates_list_settings_too_and_what_its_env_file_has(tmp_path: Path) -> None:
    app = tmp_path / "shop"
    (app / ".git").mkdir(parents=True)
    (app / ".env.example").write_text("# key of the payments (required)\nSTRIPE_KEY=\nPORT=3000\n")
    write(app, STRIPE_KEY=VALUE, EXTRA_TOKEN=OTHER)
    secrets = load(app, {"PORT": "8000", "HOME": "/root"})
    assert SecretStr(VALUE) == secrets.STRIPE_KEY
    assert SecretStr(OTHER) == secrets.EXTRA_TOKEN
    assert secrets.PORT.get_secret_value() == "8000"
    assert [*secrets] == ["STRIPE_KEY", "PORT"]
    with pytest.raises(UndeclaredSecret, match=r"^shop does not declare that secret\n"):
        _ = secrets.HOME
    assert KNOWN.mask(f"{VALUE} 8000") == "*** 8000"
    (app / ".env").unlink()
    with pytest.raises(MissingSecrets, match=r"^STRIPE_KEY of shop is not set\n"):
        load(app, {}).check()


def test_an_app_further_in_is_named_as_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    app = tmp_path / "shop" / "apps" / "api"
    app.mkdir(parents=True)
    (app / ".env.example").write_text("STRIPE_KEY= # required\n")
    with pytest.raises(MissingSecrets, match=r"^STRIPE_KEY of apps/api is not set\n"):
        load(app, {}).check()


def test_nothing_above_the_repository_is_looked_at(tmp_path: Path) -> None:
    write(tmp_path, API_TOKEN=VALUE)
    (tmp_path / "tool.json").write_text("{}")
    inside = tmp_path / "repository" / "src"
    inside.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    with pytest.raises(ProjectNotFound, match=r"neither a tool.json nor a .env or a template of one"):
        load(inside, {}).check()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"id": "x", "secrets": [{"key": "PATH"}]}', '{"id": "x", "secrets": {"key": "A"}}',
     '{"id": "x", "secrets": [{"key": "A_KEY", "requierd": true}]}', '{"secrets": []}', '{"id": "x", "id": "y"}',
     '{"id": "x", "secrets": [{"key": "A_KEY", "type": "json", "schema": true}]}'],
)  # fmt: skip
def test_a_manifest_that_does_not_say_which_secrets_there_are_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "tool.json").write_text(text)
    with pytest.raises(ManifestError, match="what it says of the tool's secrets breaks the format"):
        load(tmp_path, {}).check()


def test_a_fault_in_another_part_of_the_manifest_is_not_the_tool_s_business(tmp_path: Path) -> None:
    odd = {"key": "A_KEY", "pattern": "(", "probe": {"show": 1}}
    (tmp_path / "tool.json").write_text(json.dumps({"id": "x", "inputs": 7, "secrets": [odd]}))
    assert SecretStr(VALUE) == load(tmp_path, {"A_KEY": VALUE}).A_KEY


def test_an_env_file_that_is_a_link_is_refused(tool: Path, tmp_path: Path) -> None:
    write(tmp_path, "elsewhere", API_TOKEN=VALUE)
    (tool / ".env").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileRefused):
        load(tool, {}).check()


def test_keys_that_python_keeps_for_itself_are_items(tmp_path: Path) -> None:
    folder = add_tool(tmp_path, "odd", secrets=[{"key": "class"}, {"key": "check"}])
    secrets = load(folder, {"class": VALUE, "check": OTHER})
    assert secrets["class"] == getattr(secrets, "class") == SecretStr(VALUE)
    assert secrets["check"] == SecretStr(OTHER)


def test_the_environment_may_be_any_mapping_such_as_one_that_asks_a_vault(tool: Path) -> None:
    asked: list[str] = []

    class Vault(dict[str, str]):
        def get(self, key: str, default: Any = None) -> Any:
            asked.append(key)
            return {"API_TOKEN": VALUE, "ACCOUNT": ACCOUNT}.get(key, default)

    secrets = load(tool, Vault())
    assert SecretStr(VALUE) == secrets.API_TOKEN
    assert {*asked} <= {secret["key"] for secret in EVERY}
    assert KNOWN.mask(VALUE) == "***"


@given(
    st.dictionaries(st.sampled_from(["A_KEY", "B_KEY", "C_KEY"]), st.text(st.characters(codec="utf-8"), max_size=30))
)
def test_any_text_in_the_environment_comes_out_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    declared = [{"key": key} for key in ("A_KEY", "B_KEY", "C_KEY")]
    (folder / "tool.json").write_text(json.dumps({"id": "x", "secrets": declared}))
    secrets = load(folder, values)
    for key in secrets:
        found = secrets[key]
        assert (found.get_secret_value() if found else "") == values.get(key, "")
        assert (key in secrets) == bool(values.get(key))


def seal(tool: Path) -> None:
    seal_tool(Context(Project(tool.parents[1])), SealToolRequest(tool.name))


def test_a_tool_reads_sealed_values_as_it_did_those_in_its_env_file(tool: Path) -> None:
    write(tool, API_TOKEN=VALUE, PORT="8080", ACCOUNT=ACCOUNT)
    seal(tool)
    assert VALUE not in "".join(path.read_text() for path in tool.iterdir())
    done = run(tool, reading(), **EXPECTED, HOME=os.environ["HOME"])
    assert (done.stdout, done.stderr) == ("True 8080 None None None\nTrue 8443\n", "")
    logged = run(tool, LOGS, HOME=os.environ["HOME"])
    assert logged.stderr.startswith("connecting with *** and ")
    assert VALUE not in logged.stderr


def test_a_tool_that_is_sealed_and_set_anew_while_it_runs_reads_on(tool: Path) -> None:
    write(tool, API_TOKEN=VALUE, ACCOUNT=ACCOUNT)
    secrets = load(tool, {})
    assert SecretStr(VALUE) == secrets.API_TOKEN
    seal(tool)
    assert SecretStr(VALUE) == secrets.API_TOKEN
    project = Project(tool.parents[1])
    set_secret(Context(project), SetSecretRequest("parcel-tracker"), {"API_TOKEN": SecretStr(OTHER)})
    assert SecretStr(OTHER) == secrets.API_TOKEN


def test_a_sealed_tool_without_a_key_to_open_it_says_so(tool: Path, tmp_path: Path) -> None:
    write(tool, API_TOKEN=VALUE, ACCOUNT=ACCOUNT)
    seal(tool)
    (tmp_path / "nobody").mkdir()
    done = run(tool, "from pixie_secrets.tool import secrets\nsecrets.API_TOKEN\n", HOME=str(tmp_path / "nobody"))
    assert done.returncode == 1
    assert re.search(r"^pixie_secrets\.sealed\.refusals\.\w+: ", done.stderr, re.MULTILINE)
    assert VALUE not in done.stderr
    code = "from pixie_secrets.tool import secrets\nprint(secrets.API_TOKEN)\n"
    done = run(tool, code, HOME=str(tmp_path / "nobody"), API_TOKEN=VALUE, ACCOUNT=ACCOUNT)
    assert (done.stdout, done.stderr) == ("**********\n", ""), "what the environment has needs no store"


def test_a_sealed_tool_without_the_package_that_opens_it_names_the_extra(tool: Path) -> None:
    write(tool, API_TOKEN=VALUE, ACCOUNT=ACCOUNT)
    seal(tool)
    code = "import sys\nsys.modules['pyrage'] = None\nfrom pixie_secrets.tool import secrets\nsecrets.API_TOKEN\n"
    done = run(tool, code, HOME=os.environ["HOME"])
    *_, error, hint = done.stderr.splitlines()
    assert error.startswith("pixie_secrets.errors.MissingExtra: this needs pyrage, which comes with the extra `sealed`")
    assert hint.endswith("pip install 'pixie-secrets[sealed]'")
