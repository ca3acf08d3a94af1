"""A host of its own event loop for tests, and a browser that can misbehave.

`tests.person.Person` is the well-behaved one; `Visitor` sends exactly the bytes and headers a test asks for.
"""

from __future__ import annotations

import http.client
import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from anyio.from_thread import start_blocking_portal

from pixie_secrets.channels.page.host import PageHost
from pixie_secrets.operations.set_secret import SetSecretRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from anyio.from_thread import BlockingPortal

    from pixie_secrets.channels.page.elicitation import Elicitation
    from pixie_secrets.channels.page.question import Ending, PageQuestion
    from pixie_secrets.layouts.project import Project

WHISPER = "whisper-transcription"
HOME = f"/tool/{WHISPER}/settings"


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Served:
    """A host running in an event loop of another thread."""

    portal: BlockingPortal
    host: PageHost
    clock: Clock
    project: Project

    def ask(self, *keys: str, tool_id: str = WHISPER, allow_undeclared: bool = False) -> Elicitation:
        request = SetSecretRequest(tool_id=tool_id, keys=keys, allow_undeclared=allow_undeclared)
        return self.portal.call(self.host.open, request)

    def link(self, question: PageQuestion) -> str:
        return self.portal.call(question.link)

    def ending(self, question: PageQuestion, timeout: float = 5) -> Ending | None:
        return self.portal.call(question.wait, timeout)

    def settings(self, tool_id: str | None = None) -> str:
        return self.portal.call(self.host.open_settings, tool_id)

    def env(self, tool_id: str = WHISPER) -> Path:
        return self.project.root / "tools" / tool_id / ".env"


@contextmanager
def serving(project: Project, **options: Any) -> Iterator[Served]:
    clock = Clock()
    with start_blocking_portal() as portal:

        async def make() -> PageHost:
            return PageHost(project, clock=clock, **options)

        host = portal.call(make)
        try:
            yield Served(portal, host, clock, project)
        finally:
            for question in host._questions:
                question.ending_shown.set()  # nobody looks at the last page of a test
            portal.call(host.close)


def tree(project: Project) -> dict[str, bytes]:
    """Every file of the project: what "nothing was written" is compared by."""
    return {str(path): path.read_bytes() for path in sorted(project.root.rglob("*")) if path.is_file()}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    html: str

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)
        return re.sub(r"<[^>]+>", "", found.group(1)).strip() if found else ""

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.html)
        assert found, self.html
        return found.group(1)

    @property
    def action(self) -> str:
        found = re.search(r'<form method="post" action="([^"]*)"', self.html)
        assert found, self.html
        return found.group(1)


@dataclass
class Visitor:
    """Speaks HTTP to one port; `headers` are sent with everything and may be wrong on purpose."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def send(
        self, method: str, target: str, headers: Mapping[str, str | None] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request; a header that is None is left out."""
        sent: dict[str, str | None] = {
            "Host": f"127.0.0.1:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()) or None,
            "Sec-Fetch-Site": "none",
        }
        if method == "POST":
            sent |= {"Origin": f"http://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin"}
        if body is not None:
            sent["Content-Length"] = str(len(body))
        sent |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            for cookie in response.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition("=")
                self.cookies[name] = value.split(";")[0]
            return Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()

    def get(self, target: str, headers: Mapping[str, str | None] | None = None) -> Answer:
        return self.send("GET", target, headers)

    def post(
        self, target: str, fields: Mapping[str, str | bytes], headers: Mapping[str, str | None] | None = None
    ) -> Answer:
        """Send a form; a field of bytes is a file."""
        content_type, body = encode(fields)
        return self.send("POST", target, {"Content-Type": content_type, **(headers or {})}, body)

    def enter(self, link: str) -> Answer:
        """Follow a link and go on to its page."""
        landing = self.get(target_of(link))
        assert landing.status == 200, landing.html
        exchanged = self.post("/open", {"token": landing.hidden("token")})
        assert exchanged.status == 303, exchanged.html
        return self.get(exchanged.headers["Location"])

    def save(self, page: Answer, fields: Mapping[str, str | bytes]) -> Answer:
        """Fill in the page's form and follow to where it leads."""
        answer = self.post(page.action, {"token": page.hidden("token"), **fields})
        return self.get(answer.headers["Location"]) if answer.status == 303 else answer


def visitor(link: str) -> Visitor:
    port = urlsplit(link).port
    assert port
    return Visitor(port)


def target_of(link: str) -> str:
    split = urlsplit(link)
    return f"{split.path}?{split.query}"


def encode(fields: Mapping[str, str | bytes]) -> tuple[str, bytes]:
    """The content type and body of a form, as browsers send it."""
    boundary = f"----{secrets.token_hex(8)}"
    parts = []
    for name, value in fields.items():
        filename = (
            '; filename="chosen.pem"\r\nContent-Type: application/octet-stream' if isinstance(value, bytes) else ""
        )
        content = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{filename}\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()
