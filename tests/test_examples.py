"""The example tools are real: started as a host starts them, with values that were written by this program."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from base64 import b64encode, urlsafe_b64decode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from dotenv import dotenv_values
from tests.waiting import until

from pixie_secrets.env_file import set_value
from pixie_secrets.layouts.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES = Path(__file__).parent.parent / "examples"
TOOLS = ("calendar-digest", "whisper-transcription")
KEY = "sk-proj-example-canary-7Qx2"
AUDIO = "data:audio/wav;base64," + b64encode(b"RIFF....WAVE").decode()


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """A web service on loopback: answers by path, and remembers what it was sent."""

    answers: dict[str, tuple[int, Any]]
    received: list[Received] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def service() -> Iterator[Service]:
    known = Service({})

    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            known.received.append(Received(self.path, dict(self.headers), body))
            status, document = known.answers.get(urlsplit(self.path).path, (404, {}))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", document)
            answer = json.dumps(document).encode()
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815  the name is http.server's

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Requests) as server:
        known.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield known
        server.shutdown()
        thread.join()


@dataclass
class Running:
    address: str
    folder: Path
    log: Path

    def get(self, path: str) -> tuple[int, Any]:
        return self._open(Request(self.address + path))

    def run(self, content_type: str = "application/json", **inputs: Any) -> tuple[int, Any]:
        body = {"run_id": "1", "inputs": inputs, **inputs, "_pixie": {"run_id": "1", "artefacts_dir": "/nowhere"}}
        headers = {"Content-Type": content_type, "X-Pixie-Run-Id": "1", "X-Pixie-Artefacts-Dir": "/nowhere"}
        return self._open(Request(f"{self.address}/run", json.dumps(body).encode(), headers))

    def _open(self, request: Request) -> tuple[int, Any]:
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    def is_healthy(self) -> bool:
        try:
            return self.get("/healthz") == (200, {"ok": True})
        except URLError:
            return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts a copy of an example as a host does: its folder as working directory, a free port, little environment."""
    processes: list[subprocess.Popen[bytes]] = []

    def started(tool: str, values: dict[str, str] | None = None, **environment: str) -> Running:
        folder = tmp_path / "tools" / tool
        shutil.copytree(
            EXAMPLES / "tools" / tool, folder, ignore=shutil.ignore_patterns(".env", ".venv", "__pycache__")
        )
        text = ""
        for key, value in (values or {}).items():
            text = set_value(text, key, value)
        (folder / ".env").write_bytes(text.encode())
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        log = tmp_path / "log"
        with log.open("wb") as output:
            processes.append(
                subprocess.Popen(
                    [sys.executable, "main.py", "--port", str(port)],
                    cwd=folder,
                    env={"PATH": os.environ["PATH"], **environment},
                    stdout=output,
                    stderr=output,
                )
            )
        running = Running(f"http://127.0.0.1:{port}", folder, log)
        until(running.is_healthy, timeout=30)
        return running

    yield started
    for process in processes:
        process.terminate()
        process.wait(timeout=60)


def test_the_examples_are_a_project_without_a_broken_tool() -> None:
    project = Project(EXAMPLES)
    assert tuple(tool.id for tool in project.tools) == TOOLS
    assert project.broken_tools == ()


@pytest.mark.parametrize("name", TOOLS)
def test_the_env_example_lists_exactly_the_declared_secrets_without_values(name: str) -> None:
    tool = Project(EXAMPLES).tool(name)
    declared = {secret.key: "" for secret in tool.manifest.secrets}
    assert dotenv_values(tool.folder / ".env.example") == declared


@pytest.mark.parametrize("name", TOOLS)
def test_an_example_says_it_is_well_and_what_it_is(name: str, start: Callable[..., Running]) -> None:
    running = start(name)
    assert running.get("/schema") == (200, json.loads((EXAMPLES / "tools" / name / "tool.json").read_bytes()))
    assert running.get("/nothing")[0] == 404


@pytest.mark.parametrize(
    ("name", "said", "inputs"),
    [
        (
            "whisper-transcription",
            "OPENAI_API_KEY is not set: pixie-secrets set-secret whisper-transcription OPENAI_API_KEY",
            {"audio_input": AUDIO},
        ),
        (
            "calendar-digest",
            (
                "GOOGLE_CALENDAR is not connected: pixie-secrets authorize calendar-digest "
                "(or set GOOGLE_SERVICE_ACCOUNT_JSON)"
            ),
            {"calendar_id": "team"},
        ),
    ],
)
def test_a_run_without_the_secret_says_how_to_set_it(
    name: str, said: str, inputs: dict[str, str], start: Callable[..., Running]
) -> None:
    status, answer = start(name).run(**inputs)
    assert status == 422
    assert answer["detail"] == said


@pytest.mark.parametrize("value", ["the-token", '{"access_token": "the-token", "refresh_token": "another"}'])
def test_a_calendar_is_read_with_the_token_of_its_owner(
    value: str, start: Callable[..., Running], service: Service
) -> None:
    service.answers["/calendars/primary/events"] = 200, {"items": []}
    running = start("calendar-digest", {"GOOGLE_CALENDAR": value}, GOOGLE_CALENDAR_BASE_URL=service.address)
    assert running.run(calendar_id="primary")[0] == 200
    [sent] = service.received
    assert sent.headers["Authorization"] == "Bearer the-token"


def test_what_is_no_token_is_refused_without_repeating_it(start: Callable[..., Running]) -> None:
    status, answer = start("calendar-digest", {"GOOGLE_CALENDAR": '{"half": "a-token"}'}).run(calendar_id="primary")
    assert (status, answer["detail"]) == (422, "GOOGLE_CALENDAR is no token: pixie-secrets authorize calendar-digest")


@pytest.mark.parametrize("name", TOOLS)
def test_a_request_that_a_web_page_could_send_is_refused(name: str, start: Callable[..., Running]) -> None:
    assert start(name).run(content_type="text/plain")[0] == 415


# --- whisper-transcription


def test_an_audio_file_is_transcribed_with_the_key_from_the_env_file(
    start: Callable[..., Running], service: Service, tmp_path: Path
) -> None:
    segments = [{"id": 0, "start": 0.0, "end": 1.2345, "text": " Hello."}]
    service.answers["/v1/audio/transcriptions"] = 200, {"text": "Hello.", "segments": segments}
    running = start("whisper-transcription", {"OPENAI_API_KEY": KEY}, OPENAI_BASE_URL=f"{service.address}/v1/")
    audio = tmp_path / 'a"talk.mp3'
    audio.write_bytes(b"\xff\xfbsound\r\n--")
    status, answer = running.run(audio_input=str(audio), language="de")
    assert (status, answer) == (
        200,
        {"transcript": "Hello.", "segments": {"rows": [{"start": 0.0, "end": 1.23, "text": "Hello."}]}},
    )
    [sent] = service.received
    assert sent.headers["Authorization"] == f"Bearer {KEY}"
    assert b'name="file"; filename="a_talk.mp3"\r\n\r\n\xff\xfbsound\r\n--\r\n' in sent.body
    assert b'name="language"\r\n\r\nde\r\n' in sent.body
    assert KEY not in running.log.read_text()


@pytest.mark.parametrize(
    "given", [None, "", "/etc/passwd", "/gone.wav", "data:audio/wav;base64,?", "data:text/plain;base64,YQ=="]
)
def test_what_is_no_audio_is_refused_before_anything_is_sent(
    given: object, start: Callable[..., Running], service: Service
) -> None:
    running = start("whisper-transcription", {"OPENAI_API_KEY": KEY}, OPENAI_BASE_URL=service.address)
    assert running.run(audio_input=given)[0] == 422
    assert service.received == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((401, {"error": {"message": f"Incorrect API key: {KEY}"}}), "refused the OPENAI_API_KEY"),
        ((500, {}), "answered 500"),
    ],
)
def test_the_service_s_refusal_is_told_without_the_key(
    answer: tuple[int, Any], said: str, start: Callable[..., Running], service: Service
) -> None:
    service.answers["/audio/transcriptions"] = answer
    running = start("whisper-transcription", {"OPENAI_API_KEY": KEY}, OPENAI_BASE_URL=service.address)
    status, told = running.run(audio_input=AUDIO)
    assert status == 502
    assert said in told["detail"]
    assert KEY not in json.dumps(told) + running.log.read_text()


def test_the_key_goes_neither_along_a_redirect_nor_in_the_clear(
    start: Callable[..., Running], service: Service
) -> None:
    service.answers["/audio/transcriptions"] = 302, f"{service.address}/elsewhere"
    running = start("whisper-transcription", {"OPENAI_API_KEY": KEY}, OPENAI_BASE_URL=service.address)
    assert running.run(audio_input=AUDIO) == (502, {"detail": "the transcription service answered 302"})
    assert [sent.path for sent in service.received] == ["/audio/transcriptions"]


def test_the_key_is_not_sent_to_an_address_without_tls(start: Callable[..., Running]) -> None:
    running = start("whisper-transcription", {"OPENAI_API_KEY": KEY}, OPENAI_BASE_URL="http://192.0.2.1/v1")
    assert running.run(audio_input=AUDIO) == (422, {"detail": "OPENAI_BASE_URL must begin with https://"})


# --- calendar-digest


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def account(private_key: rsa.RSAPrivateKey, service: Service) -> str:
    """A service account's key file as downloaded: JSON of several lines with a PEM key in it."""
    pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fields = {"type": "service_account", "client_email": "me@example.iam", "private_key": pem.decode()}
    return json.dumps({**fields, "token_uri": f"{service.address}/token"}, indent=2) + "\n"


@pytest.mark.parametrize("with_webhook", [True, False])
def test_a_digest_is_made_and_posted_only_where_a_webhook_is_set(
    with_webhook: bool, start: Callable[..., Running], service: Service, private_key: rsa.RSAPrivateKey
) -> None:
    service.answers["/token"] = 200, {"access_token": "short-lived"}
    service.answers["/calendars/team%40x/events"] = (
        200,
        {
            "items": [
                {"summary": "Off-site", "start": {"date": "2026-03-02"}},
                {"summary": "Review", "start": {"dateTime": "2026-03-02T14:30:00Z"}},
            ]
        },
    )
    service.answers["/hook/canary"] = 200, {}
    values = {"GOOGLE_SERVICE_ACCOUNT_JSON": account(private_key, service)}
    if with_webhook:
        values["WEBHOOK_URL"] = f"{service.address}/hook/canary"
    running = start("calendar-digest", values, GOOGLE_CALENDAR_BASE_URL=service.address)
    status, answer = running.run(calendar_id="team@x", days=3)
    assert status == 200, answer
    digest = "# The next 3 days\n\n## 2026-03-02\n- all day Off-site\n- 14:30 Review"
    assert answer == {"digest": digest, "events": 2, "posted": with_webhook}

    token, events, *hooks = service.received
    header, claims, signature = parse_qs(token.body.decode())["assertion"][0].split(".")
    private_key.public_key().verify(
        urlsafe_b64decode(signature + "=="), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    assert json.loads(urlsafe_b64decode(claims + "=="))["iss"] == "me@example.iam"
    assert events.headers["Authorization"] == "Bearer short-lived"
    assert [json.loads(hook.body) for hook in hooks] == ([{"text": digest}] if with_webhook else [])


@pytest.mark.parametrize(
    "value", ["not json", "[]", "{}", '{"client_email": "a", "private_key": "b", "token_uri": "c"}']
)
def test_a_key_file_that_is_none_is_refused_without_repeating_it(value: str, start: Callable[..., Running]) -> None:
    status, answer = start("calendar-digest", {"GOOGLE_SERVICE_ACCOUNT_JSON": value}).run(calendar_id="team")
    assert status == 422
    assert "GOOGLE_SERVICE_ACCOUNT_JSON" in answer["detail"]
    assert value not in answer["detail"]
