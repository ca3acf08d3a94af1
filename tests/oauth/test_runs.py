"""Programs get an access token that is good now; people authorize in a browser or with a code; real processes each."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest
from dotenv import dotenv_values
from tests.authorization_server import CLIENT_SECRET, JSON, SCOPE
from tests.oauth.conftest import APP_KEY, KEY, TOOL, authorized, entry_of
from tests.oauth.visitor import Traveler
from tests.waiting import until

from pixie_secrets.errors import SecretsMissing
from pixie_secrets.oauth.device_flow import SLOWER, Waiting, device_request, poll
from pixie_secrets.oauth.errors import AuthorizeAgain, NotAnAnswer
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.run_tool import RunToolRequest, run_tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.authorization_server import Running

    from pixie_secrets.layouts.project import Project

SHOW = [sys.executable, "-c", f"import os, hashlib; print(hashlib.sha256(os.environ['{KEY}'].encode()).hexdigest())"]


def pixie(project: Project, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **environment}
    )


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


# --- what a program is given


def test_a_command_under_exec_has_a_fresh_access_token_and_cannot_show_it(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    authorized(project, server)
    done = pixie(project, "exec", TOOL, "--", *SHOW)
    access = server.tokens[-1].access
    assert done.stdout == digest(access) + "\n"
    assert len(server.of_kind("refresh_token")) == 1
    shown = pixie(project, "exec", TOOL, "--", "sh", "-c", f'echo "<${KEY}>"')
    assert shown.stdout == "<***>\n"
    measure = [*SHOW[:2], "import sys; print(len(sys.argv[1]))", f"${{{{ secrets.{KEY} }}}}"]
    referred = pixie(project, "exec", TOOL, "--", *measure)
    assert referred.stdout == f"{len(access)}\n"
    assert len(server.of_kind("refresh_token")) == 1


def test_a_command_is_not_started_with_a_token_that_is_no_longer_renewed(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    authorized(project, server)
    server.tokens.clear()
    done = pixie(project, "exec", TOOL, "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"pixie-secrets authorize {TOOL} {KEY}" in done.stderr


def test_a_required_token_that_never_was_stops_a_command_that_requires_it(
    declared: Callable[..., Project],
) -> None:
    done = pixie(declared(), "exec", TOOL, "--require", "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (1, "")
    assert KEY in done.stderr
    assert f"pixie-secrets authorize {TOOL}" in done.stderr


def tool_that_tells(project: Project) -> None:
    """A tool that answers the digest of what it has."""
    served = (Path(__file__).parents[1] / "running" / "served.py").read_text()
    folder = project.root / "tools" / TOOL
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "served.py").write_text(served)
    (folder / "main.py").write_text(
        f"import hashlib, os, served\nserved.serve(lambda inputs: {{'out': hashlib.sha256(os.environ.get('{KEY}', '')"
        ".encode()).hexdigest()})\n"
    )


def test_a_tool_that_is_run_has_a_fresh_access_token(declared: Callable[..., Project], server: Running) -> None:
    project = declared()
    tool_that_tells(project)
    with pytest.raises(SecretsMissing) as missing:
        run_tool(Context(project), RunToolRequest(TOOL))
    assert f"pixie-secrets authorize {TOOL} {KEY}" in missing.value.hint
    authorized(project, server)
    ran = run_tool(Context(project), RunToolRequest(TOOL))
    assert ran.outputs == {"out": digest(server.tokens[-1].access)}, ran
    server.tokens.clear()
    entry = entry_of(project)
    token = entry.read()
    assert token
    entry.write(token._replace(expires_at=1, issued_at=0))
    with pytest.raises(AuthorizeAgain):
        run_tool(Context(project), RunToolRequest(TOOL))


def test_an_optional_token_that_cannot_be_had_is_left_out_with_a_warning(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared()
    path = project.root / "tools" / TOOL / "tool.json"
    path.write_text(path.read_text().replace('"required": true', '"required": false'))
    project = type(project)(project.root)
    tool_that_tells(project)
    authorized(project, server)
    server.behavior.next_answer = 503, JSON, "{}"
    ran = run_tool(Context(project), RunToolRequest(TOOL))
    assert ran.outputs == {"out": digest("")}, ran
    [warning] = [one for one in ran.warnings if KEY in one]
    assert "left out" in warning


# --- the command


class Browser:
    """A program in `$BROWSER` that writes down where it was sent."""

    def __init__(self, folder: Path) -> None:
        self.link = folder / "link"
        self.program = folder / "browser"
        self.program.write_text(f'#!/bin/sh\nprintf %s "$1" > {self.link}.new && mv {self.link}.new {self.link}\n')
        self.program.chmod(0o755)

    def sent_to(self) -> str:
        return self.link.read_text() if self.link.exists() else ""


def test_the_command_opens_the_page_and_says_what_the_tool_may_do_now(
    declared: Callable[..., Project], server: Running, tmp_path: Path
) -> None:
    project, browser = declared(), Browser(tmp_path)
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), "authorize", TOOL, "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=pipe, stderr=pipe, text=True, env={**os.environ, "BROWSER": str(browser.program)}
    ) as process:
        Traveler().go(until(browser.sent_to))
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    told: dict[str, Any] = json.loads(out)
    assert (told["key"], told["scopes"], told["renews_itself"]) == (KEY, [SCOPE], True)
    issued = server.tokens[-1]
    for value in (issued.access, str(issued.refresh), CLIENT_SECRET):
        assert value not in out + err


def test_a_no_at_the_provider_ends_the_command(
    declared: Callable[..., Project], server: Running, tmp_path: Path
) -> None:
    project, browser = declared(), Browser(tmp_path)
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), "authorize", TOOL]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=pipe, stderr=pipe, text=True, env={**os.environ, "BROWSER": str(browser.program)}
    ) as process:
        Traveler().go(until(browser.sent_to), agrees=False)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "access was refused" in err) == (1, True)


def test_with_nobody_there_the_command_shows_no_link_and_no_code(declared: Callable[..., Project]) -> None:
    done = pixie(declared(), "authorize", TOOL)
    assert (done.returncode, done.stdout) == (1, "")
    assert "http" not in done.stderr


# --- the device flow at a terminal (RFC 8628)


def at_terminal(project: Project, *words: str) -> Any:
    arguments = ["-m", "pixie_secrets", "--project", str(project.root), *words]
    size = (40, 200)
    return pexpect.spawn(sys.executable, arguments, env=dict(os.environ), encoding="utf-8", timeout=60, dimensions=size)


def shown_code(terminal: Any) -> str:
    """Agree to the server, which is none that is known; the code that is shown then."""
    terminal.expect(r"\[y/N\]")
    terminal.send("y")
    terminal.expect(r"enter the code (\S+)")
    code: str = terminal.match[1]
    return code


def test_without_a_browser_a_code_is_entered_anywhere(declared: Callable[..., Project], server: Running) -> None:
    project = declared(device_url=f"{server.address}/device")
    server.behavior.slow_downs = 0
    with at_terminal(project, "authorize", TOOL) as terminal:
        terminal.expect(f"{APP_KEY} is sent to")
        assert server.asked == []  # until the person has seen that
        code = shown_code(terminal)
        until(lambda: len(server.asked) > 2)  # still pending
        Traveler().enter(server, code)
        terminal.expect(f"authorized {KEY} of {TOOL}")
        terminal.expect(pexpect.EOF)
    assert terminal.exitstatus == 0
    kept = json.loads(str(dotenv_values(project.root / "tools" / TOOL / ".env")[KEY]))
    assert kept["access_token"] == server.tokens[-1].access


def test_a_no_to_the_server_sends_nothing(declared: Callable[..., Project], server: Running) -> None:
    with at_terminal(declared(device_url=f"{server.address}/device"), "authorize", TOOL) as terminal:
        terminal.expect(r"\[y/N\]")
        terminal.send("n")
        terminal.expect("nothing was sent")
        terminal.expect(pexpect.EOF)
    assert terminal.exitstatus == 1
    assert server.asked == []


@pytest.mark.parametrize("how", ["refused", "expired"])
def test_a_code_that_is_refused_or_too_old_ends_the_wait(
    declared: Callable[..., Project], server: Running, how: str
) -> None:
    project = declared(device_url=f"{server.address}/device")
    with at_terminal(project, "authorize", TOOL) as terminal:
        code = shown_code(terminal)
        if how == "refused":
            Traveler().enter(server, code, agrees=False)
        else:
            server.behavior.device_expires = True
        terminal.expect("access was refused" if how == "refused" else "not entered at .* in time")
        terminal.expect(pexpect.EOF)
    assert terminal.exitstatus == 1
    assert KEY not in dotenv_values(project.root / "tools" / TOOL / ".env")


def test_a_server_that_says_slow_down_is_asked_less_often(declared: Callable[..., Project], server: Running) -> None:
    project = declared(device_url=f"{server.address}/device")
    entry = entry_of(project)
    request = device_request(entry.registration, entry.app_secret())
    assert request.interval == 1
    server.behavior.slow_downs = 1
    assert poll(request, entry.app_secret()) == Waiting(1 + SLOWER)
    assert poll(request, entry.app_secret()) == Waiting(1)  # authorization_pending


@pytest.mark.parametrize(
    "answer",
    ['{"device_code": "d"}', '{"device_code": "d", "user_code": "U", "verification_uri": "javascript:alert(1)"}',
     '{"device_code": "d", "user_code": "two\\nlines", "verification_uri": "https://a.example"}', "[]", "<html>"],
)  # fmt: skip
def test_an_answer_without_a_code_to_enter_is_none(
    declared: Callable[..., Project], server: Running, answer: str
) -> None:
    entry = entry_of(declared(device_url=f"{server.address}/device"))
    server.behavior.next_answer = 200, JSON, answer
    with pytest.raises(NotAnAnswer):
        device_request(entry.registration, entry.app_secret())


# --- giving it back


@pytest.mark.parametrize("answer", ["y", "n"])
def test_removing_a_token_at_a_terminal_asks_whether_to_revoke_it(
    declared: Callable[..., Project], server: Running, answer: str
) -> None:
    project = declared(revoke_url=f"{server.address}/revoke")
    token = authorized(project, server, ends_in=3600)
    assert token.refresh
    with at_terminal(project, "unset-secret", TOOL, KEY) as terminal:
        terminal.expect(f"Also revoke it at {re.escape(server.address.removeprefix('https://'))}")
        terminal.expect(r"\[y/N\]")
        terminal.send(answer)
        terminal.expect(f"removed {KEY} from {TOOL}")
        terminal.expect(pexpect.EOF)
    assert server.takes_refresh(token.refresh.get_secret_value()) is (answer == "n")
    assert KEY not in dotenv_values(project.root / "tools" / TOOL / ".env")


def test_a_token_that_cannot_be_revoked_is_not_removed_either(
    declared: Callable[..., Project], server: Running
) -> None:
    project = declared(revoke_url=f"{server.address}/revoke")
    authorized(project, server, ends_in=3600)
    server.behavior.next_answer = 503, JSON, "{}"
    done = pixie(project, "unset-secret", TOOL, KEY, "--revoke")
    assert (done.returncode, "failed" in done.stderr) == (1, True)
    assert KEY in dotenv_values(project.root / "tools" / TOOL / ".env")
