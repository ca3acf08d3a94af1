"""The verbs over HTTP, in a process of their own: what they do, whom they answer; and nothing of a value comes out."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import add_tool, manifest, require
from tests.waiting import until

from pixie_secrets.audit import record
from pixie_secrets.channels.api.app import BODY_BYTES_MAX
from pixie_secrets.state import state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.project import Project

TOOL = "whisper-transcription"
KEY = "OPENAI_API_KEY"
VALUE = "sk-made-up-4f0ac1be77"
SCHEMATHESIS = shutil.which("schemathesis", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@dataclass
class Api:
    process: subprocess.Popen[str]
    port: int
    token_file: Path
    token: str

    def send(self, method: str, path: str, body: object = None, **headers: str | None) -> tuple[int, Any]:
        """One request; a header that is None is left out. body: JSON, or bytes as they are."""
        sent: dict[str, str | None] = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(
                method, f"/v1{path}", data, {name: value for name, value in sent.items() if value is not None}
            )
            response = connection.getresponse()
            text = response.read().decode()
            assert VALUE not in text
            assert VALUE not in str(response.headers)
            return response.status, json.loads(text) if text else None
        finally:
            connection.close()


@contextmanager
def serving(project: Project, *words: str) -> Iterator[Api]:
    errors = project.root.parent / "errors"  # a pipe that nobody reads would hold the process up
    with errors.open("w") as log, subprocess.Popen(
        [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), "settings", *words, "--api"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout
            url, path = process.stdout.readline().split()
            assert url.startswith("http://127.0.0.1:")
            assert url.endswith("/v1/secrets")
            port = int(url.split(":")[2].partition("/")[0])
            yield Api(process, port, Path(path), Path(path).read_text().strip())
        finally:
            process.terminate()
            process.wait(timeout=30)
            assert errors.read_text() == ""


@pytest.fixture
def api(project: Project) -> Iterator[Api]:
    with serving(project) as served:
        yield served


def env(project: Project) -> str:
    path = project.root / "tools" / TOOL / ".env"
    return path.read_text() if path.exists() else ""


def test_a_secret_is_made_shown_replaced_and_removed(api: Api, project: Project) -> None:
    status, made = api.send("POST", "/secrets", {
        "name": "STRIPE_API_KEY", "value": VALUE, "description": "Stripe API key for payment processing",
        "metadata": {"environment": "production", "owner": "payments-team"}, "expires": "2099-12-31",
    })  # fmt: skip
    assert status == 201
    assert (made["name"], made["status"], made["channel"], made["expires"]) == (
        "STRIPE_API_KEY",
        "set",
        "api",
        "2099-12-31",
    )
    assert made["metadata"] == {"environment": "production", "owner": "payments-team"}
    assert made["created_at"] == made["updated_at"] is not None
    assert f"STRIPE_API_KEY={VALUE}" in env(project)
    declared = json.loads((project.root / "tools" / TOOL / "tool.json").read_text())["secrets"][2]
    assert declared == {
        "key": "STRIPE_API_KEY", "description": "Stripe API key for payment processing",
        "metadata": {"environment": "production", "owner": "payments-team"},
    }  # fmt: skip
    status, changed = api.send("PUT", "/secrets/STRIPE_API_KEY", {"value": f"{VALUE}2", "metadata": None})
    assert (status, changed["metadata"], changed["created_at"]) == (200, None, made["created_at"])
    assert f"STRIPE_API_KEY={VALUE}2" in env(project)
    status, listed = api.send("GET", "/secrets")
    assert [one["name"] for one in listed["secrets"]] == [KEY, "WEBHOOK_URL", "STRIPE_API_KEY"]
    assert api.send("GET", "/secrets/STRIPE_API_KEY")[1] == changed
    assert api.send("DELETE", "/secrets/STRIPE_API_KEY") == (204, None)
    assert "STRIPE" not in env(project)
    assert api.send("GET", "/secrets/STRIPE_API_KEY")[1]["status"] == "not set"
    assert [entry.change for entry in record.read(project.root).entries] == ["set", "expires", "set", "unset"]
    assert {entry.channel for entry in record.read(project.root).entries} == {"api"}


def test_tools_and_apps_are_told_apart_by_query(project: Project) -> None:
    add_tool(project.root, "other", secrets=[{"key": KEY}])
    (project.root / "web").mkdir()
    (project.root / "web/.env.example").write_text("WEB_TOKEN=\n")
    with serving(project) as api:
        assert {one["tool"] for one in api.send("GET", "/secrets")[1]["secrets"]} == {TOOL, "other", "web"}
        assert {one["tool"] for one in api.send("GET", "/secrets?tool=other")[1]["secrets"]} == {"other"}
        status, why = api.send("PUT", f"/secrets/{KEY}", {"value": VALUE})
        assert (status, env(project)) == (404, "")
        assert "other" in why["error"]["hint"]
        assert api.send("PUT", f"/secrets/{KEY}?tool={TOOL}", {"value": VALUE})[0] == 200
        assert api.send("POST", "/secrets?tool=web", {"name": "WEB_TOKEN", "value": VALUE})[0] == 201
        assert VALUE in (project.root / "web/.env").read_text()
        assert api.send("PUT", "/secrets/WEB_TOKEN?tool=web", {"description": "x"})[0] == 422  # no manifest
    with serving(project, "other") as api:
        assert {one["tool"] for one in api.send("GET", "/secrets")[1]["secrets"]} == {"other"}
        assert api.send("GET", f"/secrets?tool={TOOL}")[0] == 404


BAD_BODIES: list[tuple[object, int]] = [
    (b"", 400), (b"{", 400), (b"[]", 400), (b"\xff", 400), (b'{"name": "A_KEY", "name": "B_KEY", "value": "x"}', 400),
    (b"[" * 100_000, 400), (b'{"value": 1e999}', 400), ({}, 422), ({"value": VALUE}, 422), ({"name": "A_KEY"}, 422),
    ({"name": "A_KEY", "value": 12345678}, 422), ({"name": "A_KEY", "value": None}, 422),
    ({"name": "A_KEY", "value": ""}, 422), ({"name": "A_KEY", "value": [VALUE]}, 422),
    ({"name": "A_KEY", "value": VALUE, "secret": VALUE}, 422), ({"name": "A_KEY", "value": VALUE, VALUE: 1}, 422),
    ({"name": VALUE, "value": VALUE}, 422), ({"name": "PATH", "value": VALUE}, 422),
    ({"name": "", "value": VALUE}, 422),
    ({"name": "openai_api_key", "value": VALUE}, 422), ({"name": "A_KEY", "value": f"{VALUE}\0"}, 422),
    ({"name": "A_KEY", "value": f"{VALUE}\ud800"}, 422), ({"name": "A_KEY", "value": VALUE * 7000}, 422),
    ({"name": "A_KEY", "value": VALUE, "description": "a\u202eb"}, 422),
    ({"name": "A_KEY", "value": VALUE, "metadata": [1]}, 422),
    ({"name": "A_KEY", "value": VALUE, "rotate_after": "9m"}, 422),
    ({"name": "A_KEY", "value": VALUE, "expires": "tomorrow"}, 422),
    ({"name": "A_KEY", "value": f"{VALUE}\0", "description": "declared, and then the value refused"}, 422),
]  # fmt: skip


def test_a_body_that_cannot_be_taken_changes_nothing_and_is_never_repeated(api: Api, project: Project) -> None:
    folder = project.root / "tools" / TOOL
    before = (folder / "tool.json").read_bytes()
    for body, status in BAD_BODIES:
        found, why = api.send("POST", "/secrets", body)
        assert found == status, body
        assert why["error"]["message"]
        assert (folder / "tool.json").read_bytes() == before, body
        assert not (folder / ".env").exists(), body
    assert api.send("POST", "/secrets", b"x" * (BODY_BYTES_MAX + 1))[0] == 413
    assert api.send("POST", "/secrets", {"name": "A_KEY", "value": VALUE}, Content_Type="text/plain")[0] == 415


FOREIGN: list[tuple[dict[str, str | None], int]] = [
    ({"Authorization": None}, 401),
    ({"Authorization": "Bearer "}, 401),
    ({"Authorization": "Bearer x"}, 401),
    ({"Authorization": "Basic eDp4"}, 401),
    ({"Host": "evil.example"}, 421),
    ({"Host": "127.0.0.1"}, 421),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://127.0.0.1:80"}, 403),
    ({"Sec_Fetch_Site": "cross-site"}, 403),
    ({"Sec_Fetch_Site": "same-origin"}, 403),
]


def test_nobody_else_is_answered(api: Api, project: Project) -> None:
    for headers, status in FOREIGN:
        for method, path in (("GET", "/secrets"), ("PUT", f"/secrets/{KEY}"), ("GET", "/openapi.json")):
            found, why = api.send(method, path, {"value": VALUE} if method == "PUT" else None, **headers)
            assert (found, env(project)) == (status, ""), headers
            assert api.token not in str(why)
            assert TOOL not in str(why)


def test_it_listens_on_this_machine_alone(api: Api) -> None:
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)} - {"127.0.0.1", "::1"}
    for address in addresses:
        if not str(address).startswith("127."):
            with pytest.raises(ConnectionRefusedError), socket.create_connection((str(address), api.port), timeout=2):
                pass


def test_the_token_is_its_owners_and_goes_with_the_program(project: Project) -> None:
    with serving(project) as api:
        assert api.token_file.stat().st_mode & 0o777 == 0o600
        assert api.token_file.parent.stat().st_mode & 0o777 == 0o700
        with serving(project) as second:
            assert second.token != api.token
            assert second.send("GET", "/secrets", Authorization=f"Bearer {api.token}")[0] == 401
            assert api.token_file.exists()
    assert not api.token_file.exists()
    with serving(project) as killed:
        killed.process.send_signal(signal.SIGKILL)
        killed.process.wait()
        assert killed.token_file.exists()
        with serving(project):
            assert not killed.token_file.exists()


def test_a_link_in_the_place_of_the_token_is_not_written_through(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    Path(state_folder()).mkdir(parents=True)
    (Path(state_folder()) / "api").symlink_to(target)
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), "settings", "--api"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be written: not a directory" in done.stderr
    assert list(target.iterdir()) == []


def test_of_fifty_that_make_the_same_secret_one_does(api: Api, project: Project) -> None:
    with ThreadPoolExecutor(20) as callers:
        found = list(callers.map(
            lambda number: api.send("POST", "/secrets", {"name": "A_KEY", "value": f"{VALUE}-{number}"})[0], range(50)
        ))  # fmt: skip
    assert sorted(found) == [201] + [409] * 49
    assert env(project).count("A_KEY=") == 1


def test_fifty_that_make_different_ones_lose_none(api: Api, project: Project) -> None:
    with ThreadPoolExecutor(20) as callers:
        found = list(callers.map(
            lambda number: api.send("POST", "/secrets", {"name": f"A_KEY_{number}", "value": VALUE})[0], range(50)
        ))  # fmt: skip
    assert found == [201] * 50
    assert all(f"A_KEY_{number}={VALUE}\n" in env(project) for number in range(50))
    declared = json.loads((project.root / "tools" / TOOL / "tool.json").read_text())["secrets"]
    assert len(declared) == 52


def test_a_manifest_that_breaks_meanwhile_is_said_and_the_value_not_stored(api: Api, project: Project) -> None:
    (project.root / "tools" / TOOL / "tool.json").write_text(json.dumps(manifest(TOOL))[:-1])
    status, why = api.send("POST", f"/secrets?tool={TOOL}", {"name": "A_KEY", "value": VALUE})
    assert (status, env(project)) == (422, "")
    assert "tool.json" in why["error"]["message"]


def test_a_caller_that_says_nothing_more_is_let_go(api: Api) -> None:
    with socket.create_connection(("127.0.0.1", api.port), timeout=60) as idle:
        idle.sendall(
            f"POST /v1/secrets HTTP/1.1\r\nHost: 127.0.0.1:{api.port}\r\nAuthorization: Bearer {api.token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
        )
        assert api.send("GET", "/secrets")[0] == 200
        assert idle.recv(4096).startswith(b"HTTP/1.1 408 ")


@pytest.mark.timeout(300)
def test_schemathesis_finds_nothing(api: Api, project: Project) -> None:
    """Answers as documented, nothing accepted that is not, no server error, no way past the token.

    All its checks but one: what was deleted is still there for a GET, since what declares it is, and is not set.
    """
    require("schemathesis", SCHEMATHESIS)
    assert SCHEMATHESIS
    done = subprocess.run(
        [
            SCHEMATHESIS, "run", f"http://127.0.0.1:{api.port}/v1/openapi.json",
            "-H", f"Authorization: Bearer {api.token}", "--checks", "all", "--exclude-checks", "use_after_free",
            "--max-examples", "25", "--seed", "1", "--no-color",
        ],
        capture_output=True, text=True, check=False, cwd=project.root.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    assert "5 selected / 5 total" in done.stdout
    until(lambda: record.read(project.root).entries)  # and values did go in
