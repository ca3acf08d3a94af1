"""What is public of the library, and what importing and reading bring along: both stay as they are by intent."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import add_tool
from tests.tool.test_secrets import SERVER, VALUE, write

import pixie_secrets
from pixie_secrets import manage, tool

PUBLIC = {
    "pixie_secrets.tool": {
        "AsyncOAuth2Client": "(secret: 'OAuth2Secret', **options: 'Any') -> 'None'",
        "AsyncOAuth2Client.get": "(self, url: 'str', **options: 'Any') -> 'httpx2.Response'",
        "AsyncOAuth2Client.post": "(self, url: 'str', **options: 'Any') -> 'httpx2.Response'",
        "AsyncOAuth2Client.request": "(self, method: 'str', url: 'str', **options: 'Any') -> 'httpx2.Response'",
        "AuthorizeAgain": "(message: 'str', hint: 'str' = '') -> 'None'",
        "DeclaredSecrets": "(find: 'Callable[[], Owner]', environment: 'Mapping[str, str]') -> 'None'",
        "DeclaredSecrets.check": "(self) -> 'None'",
        "JsonSecret": "(key: 'str', document: 'dict[str, Any]', schema: 'Mapping[str, Any] | None' = None) -> 'None'",
        "JsonSecret.get_secret_value": "(self) -> 'Any'",
        "ManifestError": "(message: 'str', hint: 'str' = '') -> 'None'",
        "MissingExtra": "(message: 'str', hint: 'str' = '') -> 'None'",
        "MissingSecrets": "(message: 'str', hint: 'str' = '') -> 'None'",
        "OAuth2Auth": "(secret: 'OAuth2Secret') -> 'None'",
        "OAuth2Auth.async_auth_flow": "(self, request: 'httpx2.Request') -> 'AsyncGenerator[httpx2.Request,"
        " httpx2.Response]'",
        "OAuth2Auth.sync_auth_flow": "(self, request: 'httpx2.Request') -> 'Generator[httpx2.Request, httpx2.Response,"
        " None]'",
        "OAuth2Client": "(secret: 'OAuth2Secret', **options: 'Any') -> 'None'",
        "OAuth2Client.get": "(self, url: 'str', **options: 'Any') -> 'httpx2.Response'",
        "OAuth2Client.post": "(self, url: 'str', **options: 'Any') -> 'httpx2.Response'",
        "OAuth2Client.request": "(self, method: 'str', url: 'str', **options: 'Any') -> 'httpx2.Response'",
        "OAuth2Secret": "(folder: 'Path', key: 'str', given: 'SecretStr | None' = None) -> 'None'",
        "OAuth2Secret.access_token": "(self, refused: 'SecretStr | None' = None) -> 'SecretStr'",
        "PixieError": "(message: 'str', hint: 'str' = '') -> 'None'",
        "SecretStr": "(text: 'str') -> 'None'",
        "SecretStr.get_secret_value": "(self) -> 'str'",
        "UndeclaredSecret": "(message: 'str', hint: 'str' = '') -> 'None'",
        "ValueRefused": "(message: 'str', hint: 'str' = '') -> 'None'",
        "load": "(folder: 'str | PathLike[str] | None' = None, environment: 'Mapping[str, str] | None' = None)"
        " -> 'AnySecrets'",
        "secrets": "",
    },
    "pixie_secrets.manage": {
        "AskedSecret": "key description required status declared example obtain",
        "PixieError": "(message: 'str', hint: 'str' = '') -> 'None'",
        "SecretSaved": "tool_id path secrets value_warnings doubts file_warnings ignored",
        "SecretStr": "(text: 'str') -> 'None'",
        "SecretStr.get_secret_value": "(self) -> 'str'",
        "SecretUnset": "tool_id key status was_set warnings revoked next_step",
        "Secrets": "(project: 'str | PathLike[str] | None' = None) -> 'None'",
        "Secrets.list": "(self, tool: 'str | None' = None) -> 'SecretsListed'",
        "Secrets.metadata": "(self, tool: 'str') -> 'Metadata'",
        "Secrets.missing": "(self, tool: 'str') -> 'tuple[str, ...]'",
        "Secrets.set": "(self, tool: 'str', *keys: 'str', ask: 'Callable[[AskedSecret], SecretStr | None] | None' ="
        " None, allow_undeclared: 'bool' = False, file: 'str | None' = None) -> 'SecretSaved'",
        "Secrets.unset": "(self, tool: 'str', key: 'str', *, file: 'str | None' = None) -> 'SecretUnset'",
        "SecretsListed": "tools unreadable apps warnings",
    },
}


@pytest.mark.parametrize("module", [tool, manage], ids=lambda module: module.__name__)
def test_the_public_names_are_these_and_take_these_arguments(module: object) -> None:
    """Semantic versioning: a change here that takes something away is a major version, one that adds a minor one."""
    found: dict[str, str] = {}
    for name in vars(module)["__all__"]:
        thing = getattr(module, name)
        if fields := getattr(thing, "_fields", ()):
            found[name] = " ".join(fields)
            continue
        found[name] = str(inspect.signature(thing)) if callable(thing) else ""
        if inspect.isclass(thing) and not issubclass(thing, Exception):
            for member, each in vars(thing).items():
                if not member.startswith("_") and inspect.isfunction(each):
                    found[f"{name}.{member}"] = str(inspect.signature(each))
    assert found == PUBLIC[vars(module)["__name__"]]


@pytest.mark.parametrize("module", [tool, manage], ids=lambda module: module.__name__)
def test_every_public_name_says_what_it_is_for(module: object) -> None:
    for name in vars(module)["__all__"]:
        assert inspect.getdoc(getattr(module, name)), name
    assert set(vars(module)["__all__"]) <= set(dir(module))


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(pixie_secrets.__file__).parent / "py.typed").is_file()


LATE = """
import json, sys
before = set(sys.modules)
from pixie_secrets.tool import secrets
imported = set(sys.modules) - before
secrets.API_TOKEN
print(json.dumps([sorted(imported), sorted(set(sys.modules) - before)]))
"""
STANDARD = sys.stdlib_module_names


def modules_of(folder: Path, code: str) -> list[list[str]]:
    (folder / "main.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-S", str(folder / "main.py")],
        env={"PYTHONPATH": os.pathsep.join([str(SERVER), *filter(os.path.isdir, sys.path)])},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_importing_brings_nothing_that_only_reading_needs_and_reading_no_package(tmp_path: Path) -> None:
    folder = add_tool(tmp_path, "parcel-tracker", secrets=[{"key": "API_TOKEN", "required": True}])
    write(folder, API_TOKEN=VALUE)
    imported, read = modules_of(folder, LATE)
    own = {name for name in imported if name.startswith("pixie_secrets")}
    assert own == {
        "pixie_secrets", "pixie_secrets.bare_refusals", "pixie_secrets.errors", "pixie_secrets.secret",
        "pixie_secrets.secret.text",
        "pixie_secrets.tool", "pixie_secrets.tool.declared_secrets", "pixie_secrets.tool.whose",
    }  # fmt: skip
    assert not {"logging", "json", "re", "traceback"} & {*imported}
    packages = {name.partition(".")[0] for name in read} - STANDARD - {"pixie_secrets"}
    assert packages == set()


def test_a_line_of_the_log_brings_what_masking_needs_and_no_more(tmp_path: Path) -> None:
    folder = add_tool(tmp_path, "parcel-tracker", secrets=[{"key": "API_TOKEN", "required": True}])
    write(folder, API_TOKEN=VALUE)
    code = LATE.replace("print", "import logging; logging.warning('x'); print")
    _, read = modules_of(folder, code)
    assert {name.partition(".")[0] for name in read} - STANDARD - {"pixie_secrets"} == {"ahocorasick_rs"}
