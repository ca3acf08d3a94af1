"""Records what the real server says before it is asked to do anything, in both eras of the protocol."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from pixie_secrets.clients import CLIENTS

SERVER = Path(__file__).parent
SERVE = "import sys; sys.path.insert(0, {!r}); from pixie_secrets.mcp_server import main; main(answer_first=False)"
CLIENT = {"name": "first-start", "version": "1"}
MODERN, LEGACY = "2026-07-28", "2025-11-25"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": CLIENT,
    "io.modelcontextprotocol/clientCapabilities": {},
}
# A client asks for a list only where the server has declared it.
LISTS = {
    "tools": ["tools/list"],
    "prompts": ["prompts/list"],
    "resources": ["resources/list", "resources/templates/list"],
}


def recorded() -> dict[str, Any]:
    """The answers of the server as it is now."""
    with Server() as server:
        modern = {"server/discover": server.ask("server/discover", {"_meta": META})}
        for method in lists(modern["server/discover"]):
            modern[method] = server.ask(method, {"_meta": META})
    with Server() as server:
        hello = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": CLIENT}
        legacy = {"initialize": server.ask("initialize", hello)}
        server.tell("notifications/initialized")
        for method in ["ping", *lists(legacy["initialize"])]:
            legacy[method] = server.ask(method)
    return {
        "handshake_only": [name for client in CLIENTS if not client.understands_discover for name in client.handshake],
        "legacy": legacy,
        "legacy_versions": sorted(HANDSHAKE_PROTOCOL_VERSIONS),
        "modern": modern,
    }


def lists(greeting: dict[str, Any]) -> list[str]:
    return [method for kind, methods in LISTS.items() if kind in greeting["capabilities"] for method in methods]


class Server:
    """The real server, one line at a time."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", SERVE.format(str(SERVER))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def tell(self, method: str, params: dict[str, Any] | None = None, **more: Any) -> None:
        assert self._process.stdin
        message = {"jsonrpc": "2.0", **more, "method": method, **({"params": params} if params else {})}
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        self.tell(method, params, id=1)
        assert self._process.stdout
        result: dict[str, Any] = json.loads(self._process.stdout.readline())["result"]
        return result


def text(answers: dict[str, Any]) -> str:
    """As it stands in the file."""
    return json.dumps(answers, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
