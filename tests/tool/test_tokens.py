"""OAuth2 as a tool sees it: `OAuth2Client(secrets.KEY)`, on the tests' own authorization server."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.oauth.conftest import KEY, TOOL, authorized, declared, server
from tests.tool.test_secrets import SERVER

from pixie_secrets.tool import AuthorizeAgain, MissingSecrets, OAuth2Client, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.authorization_server import Running

    from pixie_secrets.layouts.project import Project

__all__ = ["declared", "server"]  # fixtures of the room next door
PROGRAM = f"""
import logging
from pixie_secrets.tool import OAuth2Client, secrets

logging.basicConfig(format="%(message)s")
answer = OAuth2Client(secrets.{KEY}).get("ADDRESS/calendars/team/events")
print(answer.status_code, secrets.{KEY})
logging.warning("sent %s", answer.request.headers["Authorization"])
"""


def run(project: Project, server: Running, **environment: str) -> subprocess.CompletedProcess[str]:
    main = project.root / "tools" / TOOL / "main.py"
    main.write_text(PROGRAM.replace("ADDRESS", server.address))
    return subprocess.run(
        [sys.executable, str(main)], capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SERVER), "SSL_CERT_FILE": str(server.ca), **environment},
    )  # fmt: skip


def test_a_tool_sends_requests_with_a_token_that_is_renewed_when_it_ended(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    token = authorized(project, server)
    done = run(project, server)
    assert (done.stdout, done.stderr) == (f"200 OAuth2Secret('{KEY}')\n", "sent Bearer ***\n")
    assert len(server.of_kind("refresh_token")) == 1
    assert token.access.get_secret_value() not in done.stdout + done.stderr
    assert run(project, server).stdout == done.stdout
    assert len(server.of_kind("refresh_token")) == 1


def test_a_token_that_the_environment_has_is_used_as_it_is(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    issued = server.issue()
    done = run(project, server, **{KEY: issued.access})
    assert (done.stdout, done.stderr) == (f"200 OAuth2Secret('{KEY}')\n", "sent Bearer ***\n")
    assert server.of_kind("refresh_token") == []


def test_a_token_that_nobody_agreed_to_is_a_missing_secret(declared: Callable[..., Project]) -> None:
    with pytest.raises(MissingSecrets, match=f"{KEY} of {TOOL} is not set"):
        load(declared().root / "tools" / TOOL, {}).check()


def test_a_token_that_can_be_renewed_no_more_asks_for_the_person(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    authorized(project, server, refresh=False)
    secret = load(project.root / "tools" / TOOL, {})[KEY]
    with pytest.raises(AuthorizeAgain):
        OAuth2Client(secret).get(f"{server.address}/calendars/team/events")
