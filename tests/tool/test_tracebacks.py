"""What a traceback with local variables shows of a refusal: rich, typer, `pytest --showlocals` and trackers do that."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import add_tool
from tests.frames import shown_frames
from tests.oauth.conftest import APP_KEY, KEY, TOOL, authorized, declared, server
from tests.tool.test_secrets import VALUE, write

from pixie_secrets.errors import PixieError
from pixie_secrets.manage import Secrets, SecretStr
from pixie_secrets.oauth.client import OAuth2Client, OAuth2Secret
from pixie_secrets.tool import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.authorization_server import Running

    from pixie_secrets.layouts.project import Project

__all__ = ["declared", "server"]  # the fixtures

SCHEMA = {"type": "object", "properties": {"id": {"type": "integer"}}}
UNFIT: list[dict[str, Any]] = [
    {"key": "PORT", "type": "integer"},
    {"key": "ADDRESS", "type": "url"},
    {"key": "CERT", "type": "file"},
    {"key": "ACCOUNT", "type": "json", "schema": SCHEMA},
    {"key": "BROKEN", "type": "json"},
]
VALUES = dict.fromkeys(("PORT", "ADDRESS", "CERT", "BROKEN"), VALUE) | {"ACCOUNT": json.dumps({"id": VALUE})}


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    return add_tool(tmp_path / "project", "parcel-tracker", secrets=UNFIT)


@pytest.mark.parametrize("key", VALUES)
@pytest.mark.parametrize("from_environment", [False, True])
def test_a_value_that_does_not_fit_its_type(tool: Path, key: str, from_environment: bool) -> None:
    write(tool, **{} if from_environment else VALUES)
    secrets = load(tool, VALUES if from_environment else {})
    with pytest.raises(PixieError) as raised:
        secrets[key]
    found = shown_frames(raised.value)
    assert key in found  # there is a frame of ours, and it was looked at
    assert VALUE not in found


@pytest.mark.parametrize("value", [VALUE, VALUE + "\0", VALUE + "\udcff"])
def test_a_value_that_a_script_cannot_set(tool: Path, value: str) -> None:
    with pytest.raises(PixieError) as raised:
        Secrets(tool.parents[1]).set("parcel-tracker", "PORT", ask=lambda _: SecretStr(value))
    assert VALUE not in shown_frames(raised.value)


def test_a_token_that_cannot_be_renewed(
    declared: Callable[..., Project],
    server: Running,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = declared()
    token = authorized(project, server)
    app_secret = project.tool(TOOL).folder.joinpath(".env").read_text().partition(f"{APP_KEY}=")[2].split()[0]
    monkeypatch.delenv("SSL_CERT_FILE")  # the server cannot be trusted, so it is not reached
    with pytest.raises(PixieError, match="cannot be reached") as raised:
        OAuth2Client(OAuth2Secret(project.tool(TOOL).folder, KEY)).get("https://127.0.0.1:9/")
    found = shown_frames(raised.value)
    assert found
    assert token.refresh
    assert token.refresh.get_secret_value() not in found
    assert app_secret.strip("'\"") not in found


def test_pytest_itself_with_local_variables(tool: Path, tmp_path: Path) -> None:
    write(tool, **VALUES)
    (tmp_path / "test_it.py").write_text(
        f"from pixie_secrets.tool import load\ndef test_it():\n    load({str(tool)!r}).PORT + 1\n"
    )
    command = [sys.executable, "-m", "pytest", "--showlocals", "-p", "no:cacheprovider", "-q", "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "the value of PORT is not what parcel-tracker declares" in done.stdout
    assert VALUE not in done.stdout + done.stderr
