"""Debian's Chromium for tests and screenshots, and a second web site for it to come from."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.conftest import require_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page


def chromium_options(*arguments: str) -> dict[str, Any]:
    """How to launch it; root, as in a container, has no sandbox to elicitation."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": require_program("chromium"), "args": [*sandbox, *arguments]}


@contextmanager
def another_site(html: str) -> Iterator[str]:
    """An address that shows `html`; to a browser, localhost is another site than 127.0.0.1."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = html.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()
