"""The least a tool has to be, as the tools of these tests copy it into their folders: standard library only."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def serve(
    run: Callable[[dict[str, Any]], Any],
    *,
    stream: Callable[[], Iterable[Any]] | None = None,
    cancel: Callable[[str], None] | None = None,
    schema: dict[str, Any] | None = None,
    host: str = "127.0.0.1",
) -> None:
    """Serve until we are ended. run: the answer to a body; stream: its events; cancel: called with the run's id."""

    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/healthz":
                self.answer(200, {"ok": True})
            elif self.path == "/schema":
                self.answer(200, schema or json.loads(Path("tool.json").read_text(encoding="utf-8")))
            elif self.path.startswith("/stream") and stream:
                self.send_response(200)
                self.end_headers()
                for event in stream():
                    self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
            else:
                self.answer(404, {"detail": "no such path"})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
            if self.path.startswith("/cancel") and cancel:
                cancel(parse_qs(urlsplit(self.path).query)["run_id"][0])
                self.answer(200, {})
            elif self.path == "/run":
                self.answer(200, run({"headers": dict(self.headers), **body}))
            else:
                self.answer(404, {"detail": "no such path"})

        def answer(self, status: int, document: Any) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the tests look at the log."""

    ThreadingHTTPServer.request_queue_size = 50
    ThreadingHTTPServer((host, int(sys.argv[sys.argv.index("--port") + 1])), Requests).serve_forever()
