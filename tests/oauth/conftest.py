"""A tool whose calendar token is issued by the tests' own authorization server."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.authorization_server import CLIENT_SECRET, SCOPE, Running, authorization_server
from tests.conftest import add_tool

from pixie_secrets.layouts.project import Project
from pixie_secrets.oauth.entry import TokenEntry
from pixie_secrets.oauth.token import Token
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOOL, KEY, APP_KEY = "calendar-digest", "GOOGLE_CALENDAR", "CALENDAR_APP_SECRET"


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    with authorization_server(tmp_path_factory.mktemp("authorization")) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.ca))
        yield running


@pytest.fixture
def declared(tmp_path: Path, server: Running) -> Callable[..., Project]:
    """Makes the project; its token's declaration can be given more fields, and the app's secret is set."""

    def make(**more: Any) -> Project:
        root = tmp_path / "project"
        secrets = [
            {"key": KEY, "required": True, "type": "oauth2", "oauth2": server.declaration(**more)},
            {"key": APP_KEY, "description": "The app's own secret"},
        ]
        folder = add_tool(root, TOOL, secrets=secrets)
        (folder / ".env").write_text(f"{APP_KEY}={CLIENT_SECRET}\n")
        return Project(root)

    return make


def entry_of(project: Project) -> TokenEntry:
    return TokenEntry(project.tool(TOOL), KEY)


def authorized(project: Project, server: Running, *, ends_in: float = -1, refresh: bool = True) -> Token:
    """Keep a token that the server issued; ends_in: seconds from now."""
    entry, issued, now = entry_of(project), server.issue(), int(time.time())
    token = Token(
        SecretStr(issued.access),
        SecretStr(issued.refresh) if refresh and issued.refresh else None,
        now - 3600,
        int(now + ends_in),
        (SCOPE,),
        entry.registration.digest,
    )
    entry.write(token)
    return token
