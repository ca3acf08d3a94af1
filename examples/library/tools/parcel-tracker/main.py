"""Serves this tool to its host: GET /healthz, GET /schema and POST /run, on 127.0.0.1 only."""

from __future__ import annotations

import argparse
import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from pixie_secrets.tool import PixieError, secrets

SCHEMA = json.loads((Path(__file__).parent / "tool.json").read_text(encoding="utf-8"))
USUAL = "https://parcels.example/v1"
log = logging.getLogger("parcel-tracker")


def run(inputs: dict[str, Any]) -> dict[str, str]:
    """What the tool does. A key that is set anew meanwhile is the one that the next run uses."""
    address = secrets.PARCEL_BASE_URL
    base = address.get_secret_value() if address else USUAL
    request = Request(f"{base}/parcels/{quote(str(inputs['number']), safe='')}")
    request.add_header("Authorization", f"Bearer {secrets.PARCEL_API_KEY.get_secret_value()}")
    log.info("asking with %s", request.get_header("Authorization"))  # the key is masked in here
    with urlopen(request, timeout=30) as answer:
        return {"status": str(json.load(answer)["status"])}


class Requests(BaseHTTPRequestHandler):
    """One request. A refusal is a 4xx or 5xx with `detail`, which the host shows to the user."""

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self.answer(200, {"ok": True})
        else:
            self.answer(200 if self.path == "/schema" else 404, SCHEMA)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        try:
            self.answer(200, run(body["inputs"]))
        except PixieError as refused:  # every missing secret is named in it
            self.answer(422, {"detail": f"{refused.message}: {refused.hint}"})
        except Exception:
            log.exception("the run failed")
            self.answer(500, {"detail": "internal error, see the tool's log"})

    def answer(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """No access log: /healthz is polled."""


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    with ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Requests) as server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
