"""Serves this tool to its host: GET /healthz, GET /schema and POST /run, on 127.0.0.1 only."""

from __future__ import annotations

import argparse
import json
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from dotenv import load_dotenv

load_dotenv()  # this folder's .env, before anything reads a secret

from tool import Refused, run  # noqa: E402  after load_dotenv on purpose

SCHEMA = json.loads((Path(__file__).parent / "tool.json").read_text(encoding="utf-8"))
BODY_MAX = 40 * 1024 * 1024


class Requests(BaseHTTPRequestHandler):
    """One request. A refusal is a 4xx or 5xx with `detail`, which the host shows to the user."""

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._answer(200, {"ok": True})
        elif self.path == "/schema":
            self._answer(200, SCHEMA)
        else:
            self._answer(404, {"detail": "there is GET /healthz, GET /schema and POST /run"})

    def do_POST(self) -> None:
        try:
            self._answer(200, run(self._inputs()))
        except Refused as refused:
            self._answer(refused.status, {"detail": refused.detail})
        except Exception:
            traceback.print_exc()
            self._answer(500, {"detail": "internal error, see the tool's log"})

    def _inputs(self) -> dict[str, Any]:
        if self.path != "/run":
            raise Refused(404, "there is GET /healthz, GET /schema and POST /run")
        if self.headers.get_content_type() != "application/json":
            raise Refused(415, "the body must be application/json")  # which also keeps web pages out
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_MAX:
            self.close_connection = True
            raise Refused(413, "the request is larger than 40 MiB")
        try:
            body = json.loads(self.rfile.read(length))
            inputs = body.get("inputs", body)
        except (ValueError, AttributeError):
            raise Refused(400, "the body is not a JSON object") from None
        if not isinstance(inputs, dict):
            raise Refused(400, "inputs must be a JSON object")
        return inputs

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """No access log: /healthz is polled."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=SCHEMA["description"])
    parser.add_argument("--port", type=int, required=True)
    with ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Requests) as server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
