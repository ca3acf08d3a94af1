"""What a tool has of its token: a header, a fresh token before it ends, and one more try when it was turned away."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from tests.authorization_server import JSON
from tests.oauth.conftest import KEY, TOOL, authorized, entry_of

from pixie_secrets.errors import KeyRefused, PixieError
from pixie_secrets.known_values import KNOWN
from pixie_secrets.oauth.client import AsyncOAuth2Client, OAuth2Auth, OAuth2Client, OAuth2Secret
from pixie_secrets.oauth.errors import AuthorizeAgain
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.authorization_server import Running

    from pixie_secrets.layouts.project import Project

EVENTS = "/calendars/team/events"


def secret_of(project: Project) -> OAuth2Secret:
    return OAuth2Secret(project.root / "tools" / TOOL, KEY)


def get(secret: OAuth2Secret, url: str, *, asynchronous: bool) -> httpx2.Response:
    if not asynchronous:
        return OAuth2Client(secret).get(url)
    return asyncio.run(AsyncOAuth2Client(secret).get(url))


both = pytest.mark.parametrize("asynchronous", [False, True])


@both
def test_a_request_has_the_token_and_an_ended_one_is_renewed_first(
    declared: Callable[..., Project], server: Running, asynchronous: bool
) -> None:
    project = declared()
    authorized(project, server)
    answer = get(secret_of(project), server.address + EVENTS, asynchronous=asynchronous)
    assert answer.json()["items"][0]["summary"] == "Off-site"
    assert len(server.of_kind("refresh_token")) == 1
    get(secret_of(project), server.address + EVENTS, asynchronous=asynchronous)
    assert len(server.of_kind("refresh_token")) == 1


@both
def test_a_request_that_is_turned_away_is_sent_once_more_with_a_new_token(
    declared: Callable[..., Project], server: Running, asynchronous: bool
) -> None:
    project = declared()
    token = authorized(project, server, ends_in=3600)
    server.tokens[-1].access = "ended-early"  # the server forgot it, whatever it said of its life
    answer = get(secret_of(project), server.address + EVENTS, asynchronous=asynchronous)
    assert answer.status_code == 200
    assert len(server.of_kind("refresh_token")) == 1
    now = entry_of(project).read()
    assert now
    assert now.access != token.access


@both
def test_a_request_that_is_turned_away_again_is_answered_so(
    declared: Callable[..., Project], server: Running, asynchronous: bool
) -> None:
    project = declared()
    authorized(project, server, ends_in=3600)
    answer = get(secret_of(project), server.address + EVENTS + "/nothing", asynchronous=asynchronous)
    assert answer.status_code == 404
    server.tokens[-1].access = "ended-early"
    server.behavior.next_answer = 200, JSON, '{"access_token": "not-of-this-server", "expires_in": 3600}'
    assert get(secret_of(project), server.address + EVENTS, asynchronous=asynchronous).status_code == 401
    assert len(server.of_kind("refresh_token")) == 1


def test_post_and_request_carry_it_too(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    authorized(project, server, ends_in=3600)
    client = OAuth2Client(secret_of(project), base_url=server.address, headers={"X-Mine": "1"})
    assert client.post(EVENTS).status_code == 405
    answer = client.request("GET", EVENTS)
    assert answer.status_code == 200
    assert answer.request.headers["X-Mine"] == "1"


def test_the_auth_object_is_httpx_s(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    authorized(project, server)
    with httpx2.Client(auth=OAuth2Auth(secret_of(project))) as client:
        assert client.get(server.address + EVENTS).status_code == 200


@contextmanager
def elsewhere(to: str = "") -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server without TLS on this machine: its address, and the headers it was sent; it redirects where `to` says."""
    seen: list[dict[str, str]] = []

    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers))
            self.send_response(302 if to else 200)
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Requests) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", seen
        server.shutdown()
        thread.join()


def test_the_token_goes_along_no_redirect_to_another_host(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    authorized(project, server, ends_in=3600)
    with elsewhere() as (there, seen_there), elsewhere(there) as (here, seen_here):
        OAuth2Client(secret_of(project), follow_redirects=True).get(here)
    assert "Authorization" in seen_here[0]
    assert "Authorization" not in seen_there[0]


@both
def test_the_token_goes_nowhere_in_the_clear(
    declared: Callable[..., Project], server: Running, asynchronous: bool
) -> None:
    project = declared()
    authorized(project, server, ends_in=3600)
    with pytest.raises(PixieError, match="https only"):
        get(secret_of(project), "http://192.0.2.1/", asynchronous=asynchronous)


def test_without_a_consent_the_error_says_how_to_get_one(declared: Callable[..., Project], server: Running) -> None:
    with pytest.raises(AuthorizeAgain) as raised:
        OAuth2Client(secret_of(declared())).get(server.address + EVENTS)
    assert "pixie-secrets authorize" in raised.value.hint


def test_a_token_that_somebody_else_takes_care_of_is_used_as_it_is(server: Running, tmp_path: Path) -> None:
    issued = server.issue()
    secret = OAuth2Secret(tmp_path, KEY, SecretStr(issued.access))
    assert OAuth2Client(secret).get(server.address + EVENTS).status_code == 200
    assert KNOWN.mask(issued.access) == "***"
    assert issued.access not in repr(secret)


def test_a_key_that_no_provider_issues_is_refused_by_name(declared: Callable[..., Project]) -> None:
    with pytest.raises(KeyRefused, match="no secret of that name"):
        OAuth2Secret(declared().root / "tools" / TOOL, "CALENDAR_APP_SECRET")


def test_a_token_that_run_tool_gave_is_renewed_from_the_store_and_one_of_another_is_not(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    token = authorized(project, server, ends_in=3600)
    folder = project.root / "tools" / TOOL
    given, foreign = OAuth2Secret(folder, KEY, token.access), OAuth2Secret(folder, KEY, SecretStr("of-ci"))
    server.tokens[-1].access = "ended-early"
    assert OAuth2Client(foreign).get(server.address + EVENTS).status_code == 401
    assert server.asked == []
    assert OAuth2Client(given).get(server.address + EVENTS).status_code == 200
    assert len(server.of_kind("refresh_token")) == 1
