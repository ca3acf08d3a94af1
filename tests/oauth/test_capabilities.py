"""What the OAuth2 client of frameworks with typed secrets offers (pikku.dev, "Secrets"), a test for each.

What else is theirs, typed access and generated files, is in `tests/tool/test_capabilities`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dotenv import dotenv_values
from tests.authorization_server import CLIENT_SECRET
from tests.channels.pages import serving, tree
from tests.oauth.conftest import APP_KEY, KEY, TOOL, authorized, entry_of
from tests.oauth.visitor import Traveler, way_to

from pixie_secrets.oauth.client import OAuth2Client, OAuth2Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.authorization_server import Running

    from pixie_secrets.layouts.project import Project

EVENTS = "/calendars/team/events"


def client(project: Project, server: Running) -> OAuth2Client:
    return OAuth2Client(OAuth2Secret(project.root / "tools" / TOOL, KEY), base_url=server.address)


def test_authorization_headers_are_added(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    token = authorized(project, server, ends_in=3600)
    sent = client(project, server).request("GET", EVENTS).request
    assert sent.headers["Authorization"] == f"Bearer {token.access.get_secret_value()}"


def test_an_expired_token_is_detected_before_it_is_sent(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    token = authorized(project, server, ends_in=-1)
    answer = client(project, server).get(EVENTS)
    assert answer.status_code == 200
    assert answer.history == []
    assert token.access.get_secret_value() not in answer.request.headers["Authorization"]


def test_tokens_are_refreshed_automatically(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    before = authorized(project, server)
    calendar = client(project, server)
    assert [calendar.get(EVENTS).status_code for _ in range(3)] == [200, 200, 200]
    assert len(server.of_kind("refresh_token")) == 1
    now = entry_of(project).read()
    assert now
    assert now.access != before.access


def test_a_failed_request_is_retried_after_a_refresh(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    authorized(project, server, ends_in=3600)
    server.tokens[-1].access = "forgotten-by-the-server"
    assert client(project, server).get(EVENTS).status_code == 200
    assert len(server.of_kind("refresh_token")) == 1


def test_the_app_s_secret_and_the_token_are_two_secrets(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    authorized(project, server)
    client(project, server).get(EVENTS)
    kept = dotenv_values(project.root / "tools" / TOOL / ".env")
    assert kept[APP_KEY] == CLIENT_SECRET  # which a refresh leaves alone
    assert CLIENT_SECRET not in str(kept[KEY])
    assert {"access_token", "refresh_token", "expires_at", "scopes"} <= json.loads(str(kept[KEY])).keys()


def test_an_authorization_flow_runs_from_the_settings_page_without_touching_code_or_files(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    before = tree(project)
    with serving(project) as served:
        person = Traveler()
        settings = person.open(served.settings(TOOL))
        done = person.decide(way_to(person.visit(f"{settings.url}/authorize?key={KEY}")))
    assert "Authorized" in done.html
    assert client(project, server).get(EVENTS).status_code == 200
    after = tree(project)
    assert {path for path in after if before.get(path) != after[path]} == {str(project.root / "tools" / TOOL / ".env")}
