"""The files of a new tool: the smallest that runs, has its secrets, and is what lint asks of one.

Whoever made it goes on from there: `run` in `main.py`, the inputs and outputs in `tool.json`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pixie_secrets.manifest.checks import CURRENT_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixie_secrets.manifest.essentials import DeclaredSecret

_MAIN = '''"""Serves this tool to its host: GET /healthz, GET /schema and POST /run, on 127.0.0.1 only."""

from __future__ import annotations

import argparse
import json
import os
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from dotenv import load_dotenv

load_dotenv()  # this folder's .env

SCHEMA = json.loads((Path(__file__).parent / "tool.json").read_text(encoding="utf-8"))
BODY_MAX = 40 * 1024 * 1024
{secrets}

def run(inputs: dict[str, Any]) -> dict[str, Any]:
    """What the tool does: inputs and outputs by the keys that tool.json gives them."""
    return {{"result": str(inputs.get("text", ""))}}


class Requests(BaseHTTPRequestHandler):
    """One request. A refusal is a 4xx or 5xx with `detail`, which the host shows to the user."""

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._answer(200, {{"ok": True}})
        elif self.path == "/schema":
            self._answer(200, SCHEMA)
        else:
            self._answer(404, {{"detail": "there is GET /healthz, GET /schema and POST /run"}})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if self.path != "/run" or self.headers.get_content_type() != "application/json" or length > BODY_MAX:
            self.close_connection = True
            self._answer(400, {{"detail": "POST /run takes a JSON document of at most 40 MiB"}})
            return
        try:
            body = json.loads(self.rfile.read(length))
            inputs = body.get("inputs", body)
        except (ValueError, AttributeError):
            self._answer(400, {{"detail": "the body is not a JSON object"}})
            return
        try:
            self._answer(200, run(inputs))
        except Exception:
            traceback.print_exc()
            self._answer(500, {{"detail": "internal error, see the log of the tool"}})

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
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    with ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Requests) as server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
'''
_SECRETS = '''

def secrets() -> dict[str, str]:
    """What tool.json declares, as the environment has it; empty where it is not set."""
    return {{
{lines}
    }}

'''


def files(tool_id: str, secrets: Iterable[DeclaredSecret]) -> dict[str, str]:
    """The text of each file, by its name; `tool.json`, which makes a folder a tool, comes last."""
    secrets = tuple(secrets)
    name = " ".join(word.capitalize() for word in tool_id.replace("_", "-").split("-") if word) or tool_id
    lines = "\n".join(f'        "{secret.key}": os.environ.get("{secret.key}", ""),' for secret in secrets)
    main = _MAIN.format(secrets=_SECRETS.format(lines=lines) if secrets else "\n")
    return {
        "main.py": main if secrets else main.replace("import os\n", "").replace("\n\n\n\n", "\n\n\n"),
        "pyproject.toml": (
            f'[project]\nname = "{tool_id}"\nversion = "0.1.0"\nrequires-python = ">=3.11"\n'
            'dependencies = ["python-dotenv>=1.0"]\n'
        ),
        "README.md": f"# {name}\nWhat it does, in a sentence. `pixie-secrets run-tool {tool_id}` runs it.\n",
        "tool.json": json.dumps(_manifest(tool_id, name, secrets), indent=2, ensure_ascii=False) + "\n",
    }


def _manifest(tool_id: str, name: str, secrets: tuple[DeclaredSecret, ...]) -> dict[str, Any]:
    return {
        "schema_version": CURRENT_VERSION,
        "id": tool_id,
        "name": name,
        "description": "What it does, in a sentence.",
        "version": "0.1.0",
        "category": "other",
        "icon": "wrench",
        "max_memory_mb": 512,
        "max_runtime_seconds": 60,
        "secrets": [_secret(secret) for secret in secrets],
        "inputs": [{"key": "text", "type": "text", "label": "Text"}],
        "outputs": [{"key": "result", "type": "text", "label": "Result"}],
    }


def _secret(secret: DeclaredSecret) -> dict[str, Any]:
    """As it is written in a manifest; lint asks for a description."""
    said: dict[str, Any] = {"key": secret.key, "description": secret.description or f"The {secret.key} of this tool"}
    if secret.type != "string":
        said["type"] = secret.type
    if secret.obtain and secret.obtain.url:
        said["obtain"] = {"url": secret.obtain.url}
    return said | ({"required": True} if secret.required else {})
