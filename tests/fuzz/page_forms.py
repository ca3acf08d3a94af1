"""Requests to the page's real application: forms in every state of repair, odd headers and addresses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tests.fuzz.kind import VALUE, Broken, Kind, damaged, project, text
from tests.known_index import forget_known_values

from pixie_secrets.channels.page.app import build_app
from pixie_secrets.channels.page.host import PageHost
from pixie_secrets.channels.page.link_grants import Access, LinkGrant, address, cookie_name
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.project import Project

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

PORT = 8000
BOUNDARY = "----fuzz"
NAMES = ("token", "line.K", "block.K", "file.K", "line.Z", "key", "value", "", "token")
KINDS = (
    f"multipart/form-data; boundary={BOUNDARY}", "multipart/form-data", "application/x-www-form-urlencoded",
    "text/plain",
    f'multipart/form-data; boundary="{BOUNDARY}"', f"multipart/form-data; boundary={'x' * 200}",
    "multipart/form-data; a*=b",
)  # fmt: skip


class PageForms(Kind):
    def __init__(self, folder: Path) -> None:
        self._root = project(folder / "proj")
        self._env = self._root / "tools/a/.env"
        self._loop = asyncio.new_event_loop()

    def attempt(self, random: Random) -> str:
        forget_known_values()  # what one input made known must not make the next slow
        KNOWN.add(VALUE, key="K", tool="a")
        before = f"K={VALUE}\n".encode()
        self._env.write_bytes(before)
        access = Access(lambda: 0.0)
        grant = LinkGrant(tool_id="a")
        session = access.redeem(access.issue(grant))
        assert session
        link = access.issue(LinkGrant(tool_id="a"))
        tokens = {"save": session.form_token("save"), "remove K": session.form_token("remove K"), "link": link}
        own = f"{cookie_name(PORT, grant)}={session.secret}"
        scope, body = _request(random, tokens, own, f"{address('a')}?page={grant.id}")
        status, said = self._loop.run_until_complete(
            _answer(build_app(PageHost(Project(self._root)), access), scope, body)
        )
        if status >= 500:
            raise Broken(f"answered {status}")
        if self._env.read_bytes() != before and status != 303:
            raise Broken(f"answered {status}, and the file is another")
        return said.replace(link, "")

    def close(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def _request(random: Random, tokens: dict[str, str], cookie: str, own: str) -> tuple[dict[str, Any], list[bytes]]:
    path = random.choice([own, own, own, "/open", f"/open?token={tokens['link']}", "/", "/tool/b/settings",
                          own.replace("?", "/remove?") + "&key=K", "/" + quote(text(random), safe="/?&=",
                          errors="replace")])  # fmt: skip
    token = tokens["link"] if path == "/open" else tokens["remove K"] if "/remove" in path else tokens["save"]
    fields = [("token", token), ("key", "K") if "/remove" in path else ("line.K", text(random, 20))]
    if random.random() < 0.5:
        fields = [(random.choice(NAMES), text(random, 20)) for _ in range(random.randrange(6))] + fields[
            : random.randrange(3)
        ]
    kind = KINDS[0] if random.random() < 0.7 else random.choice(KINDS)
    body = urlencode(fields, errors="replace").encode() if "urlencoded" in kind else _multipart(random, fields)
    if random.random() < 0.4:
        body = damaged(random, body)
    headers = {
        "host": f"127.0.0.1:{PORT}", "cookie": cookie, "origin": f"http://127.0.0.1:{PORT}",
        "sec-fetch-site": "same-origin", "content-type": kind, "content-length": str(len(body)),
    }  # fmt: skip
    if random.random() < 0.2:
        headers[random.choice(list(headers))] = text(random).replace("\n", "").replace("\r", "")
    path, _, query = path.partition("?")
    cut = random.randrange(len(body) + 1)
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
        "method": random.choice(["POST"] * 8 + ["GET", "PUT"]), "path": path, "raw_path": path.encode("utf-8",
        "replace"),
        "query_string": query.encode("utf-8", "replace"), "client": ("127.0.0.1", 5), "server": ("127.0.0.1", PORT),
        "headers": [(name.encode(), each.encode("utf-8", "replace")) for name, each in headers.items()],
    }  # fmt: skip
    return scope, [body[:cut], body[cut:]]


def _multipart(random: Random, fields: list[tuple[str, str]]) -> bytes:
    made = b""
    for name, value in fields:
        disposition = f'form-data; name="{name}"' if random.random() < 0.9 else text(random)
        if random.random() < 0.1:
            disposition += '; filename="x"'
        head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n{value}\r\n"
        made += head.encode("utf-8", "surrogatepass")
    return made + f"--{BOUNDARY}--\r\n".encode()


async def _answer(app: Any, scope: dict[str, Any], body: list[bytes]) -> tuple[int, str]:
    """The status, and all of headers and body as text."""
    messages: list[Any] = []
    rest = list(body)

    async def receive() -> dict[str, Any]:
        if rest:
            return {"type": "http.request", "body": rest.pop(0), "more_body": bool(rest)}
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        messages.append(message)

    await app(scope, receive, send)
    start = messages[0]
    said = b"\n".join([*(name + b": " + each for name, each in start["headers"] if name != b"set-cookie"),
                       *(message.get("body", b"") for message in messages[1:])])  # fmt: skip
    return start["status"], said.decode("utf-8", "replace")
