"""The examples of the library are real: run as their host, CI or a person runs them, and clean for type checkers."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest
import yaml
from tests.tool.test_secrets import SERVER, VALUE, write
from tests.tool.test_stub import CHECKERS

from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.codegen import CodegenRequest, codegen
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.lint_tool import LintToolRequest, lint_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[2] / "examples" / "library"
TOOLS = ("event-poster", "nightly-report", "parcel-tracker")


class Service:
    """A web service on loopback: one answer for all, and what it was sent."""

    def __init__(self) -> None:
        self.answer: Any = {}
        self.received: list[tuple[str, dict[str, str], bytes]] = []
        self.address = ""


@pytest.fixture
def service() -> Iterator[Service]:
    known = Service()

    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            known.received.append((self.path, dict(self.headers), body))
            answer = json.dumps(known.answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Requests) as server:
        known.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield known
        server.shutdown()
        thread.join()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the examples, as in a clone."""
    folder = tmp_path / "library"
    shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns(".env", ".venv", "__pycache__", ".mypy_cache"))
    return folder


def run(
    folder: Path, *arguments: str, standard_input: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, input=standard_input, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(SERVER), **environment},
    )  # fmt: skip


def test_there_is_a_tool_of_each_kind() -> None:
    project = Project(EXAMPLES)
    assert tuple(tool.id for tool in project.tools) == TOOLS
    assert project.broken_tools == ()
    lint = lint_tool(Context(project), LintToolRequest())
    assert {one.code for one in lint.findings} <= {"CV009", "DC004"}


@pytest.mark.parametrize("tool", TOOLS)
def test_their_generated_files_say_what_their_manifests_say(tool: str) -> None:
    more: dict[str, Any]
    for more in ({"stub": True}, {"metadata": True}) if tool == "nightly-report" else ({"stub": True},):
        assert not codegen(Context(Project(EXAMPLES)), CodegenRequest(tool, check=True, **more)).changed


@pytest.mark.parametrize("checker", CHECKERS.values(), ids=CHECKERS)
@pytest.mark.parametrize("tool", TOOLS)
def test_they_are_clean_for_type_checkers(project: Path, tool: str, checker: Any) -> None:
    status, output = checker(project / "tools" / tool, "main.py")
    assert status == 0, output


def test_a_host_runs_a_tool_that_reads_its_key_with_the_library(project: Path, service: Service) -> None:
    service.answer = {"status": "out for delivery"}
    (project / "tools" / "parcel-tracker" / ".venv").symlink_to(sys.prefix)
    write(project / "tools" / "parcel-tracker", PARCEL_API_KEY=VALUE, PARCEL_BASE_URL=service.address)
    done = run(project, "-m", "pixie_secrets", "run-tool", "parcel-tracker", "--inputs", '{"number": "1Z/9"}', "--json")
    answered = json.loads(done.stdout)
    assert answered["outputs"] == {"status": "out for delivery"}, answered
    [(path, headers, _)] = service.received
    assert (path, headers["Authorization"]) == ("/parcels/1Z%2F9", f"Bearer {VALUE}")
    assert "asking with Bearer ***" in json.dumps(answered["log"])
    assert VALUE not in done.stdout + done.stderr


def test_a_json_secret_signs_what_is_posted_and_is_not_shown(project: Path, service: Service) -> None:
    tool = project / "tools" / "event-poster"
    webhook = json.dumps({"url": f"{service.address}/hook", "signingSecret": VALUE}, indent=2)
    write(tool, WEBHOOK=webhook)
    done = run(tool, "main.py", standard_input='{"event": "paid"}')
    assert (done.stdout, done.stderr) == ("<WEBHOOK: url, signingSecret, timeoutSeconds>: 200\n", "")
    [(path, headers, body)] = service.received
    assert (path, body) == ("/hook", b'{"event": "paid"}')
    assert headers["X-Signature"] == hmac.new(VALUE.encode(), body, hashlib.sha256).hexdigest()


def steps_of_ci(project: Path) -> list[dict[str, Any]]:
    workflow = yaml.safe_load((project / "tools" / "nightly-report" / "ci.yml").read_text())
    steps: list[dict[str, Any]] = workflow["jobs"]["report"]["steps"]
    return steps


def test_ci_passes_what_the_metadata_say_and_the_report_runs_without_a_file(project: Path, service: Service) -> None:
    tool = project / "tools" / "nightly-report"
    metadata = json.loads((tool / "secrets-metadata.json").read_text())
    needed = {one["key"] for one in metadata["secrets"] if one["required"]}
    step = steps_of_ci(project)[-1]
    assert needed == {*step["env"]}
    service.answer = [{}, {}, {}]
    values = {"TRACKER_TOKEN": VALUE, "TRACKER_URL": service.address}
    assert step["run"] == "python main.py"
    done = run(tool, "main.py", **values)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3 open issues\n", "")
    assert service.received[0][1]["Authorization"] == f"Bearer {VALUE}"
    assert run(tool, "main.py", **values, ISSUES_MAX="2").returncode == 1
    assert not (tool / ".env").exists()


def test_ci_that_passes_nothing_is_told_everything_at_once(project: Path) -> None:
    done = run(project / "tools" / "nightly-report", "main.py")
    assert done.returncode == 2
    assert done.stderr.startswith("TRACKER_TOKEN and TRACKER_URL of nightly-report are not set; ")


def test_the_script_takes_from_a_password_manager_what_it_has_and_asks_for_the_rest(
    project: Path, tmp_path: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    store = {"tools/PARCEL_API_KEY": VALUE, "tools/TRACKER_TOKEN": f"{VALUE}-2", "tools/WEBHOOK": "no JSON at all"}
    cases = "\n".join(f"'{name}') echo '{value}' ;;" for name, value in store.items())
    (programs / "pass").write_text(f'#!/bin/sh\ncase "$2" in\n{cases}\n*) exit 1 ;;\nesac\n')
    (programs / "pass").chmod(0o755)
    terminal = pexpect.spawn(
        sys.executable, ["set_up.py"], cwd=project, encoding="utf-8", timeout=60,
        env={"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(SERVER), "TERM": "xterm",
             "HOME": os.environ["HOME"]},
    )  # fmt: skip
    screen = ""
    webhook = json.dumps({"url": "https://hooks.example/x", "signingSecret": f"{VALUE}-3"})
    for answer in (webhook, "https://tracker.example"):
        terminal.expect("value: ")
        screen += terminal.before or ""
        terminal.send(f"{answer}\r")
    terminal.expect(pexpect.EOF)
    screen += terminal.before or ""
    assert (
        "event-poster: WEBHOOK not from pass: that is not a value for WEBHOOK: it must be one JSON document" in screen
    )
    assert all(f"{tool}: ready" in screen for tool in TOOLS)
    assert VALUE not in screen
    found = {tool: (project / "tools" / tool / ".env").read_text() for tool in TOOLS}
    assert found["parcel-tracker"] == f"PARCEL_API_KEY={VALUE}\n"
    assert f"TRACKER_TOKEN={VALUE}-2\n" in found["nightly-report"]
    assert "TRACKER_URL=https://tracker.example\n" in found["nightly-report"]
    assert f"{VALUE}-3" in found["event-poster"]
