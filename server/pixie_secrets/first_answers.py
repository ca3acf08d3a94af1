"""What the server says before it is asked to do anything, known beforehand: who it is and which tools it has.

`answers.json` is recorded from the real server (`server/generate.py`), in both eras of the protocol. It is said while
the packages are being installed (first_start/stand_in.py), and while they are being imported (mcp_server/opening.py).
Nothing but the standard library, in words Python 3.8 understands: the first of the two may run there.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Message = dict[str, Any]

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mcp_server", "answers.json")
VERSION, CLIENT = "io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientInfo"
METHOD_NOT_FOUND = -32601


class FirstAnswers:
    """The recorded answers, and what of them fits a message."""

    def __init__(self) -> None:
        with open(PATH, encoding="utf-8") as file:
            self._recorded: dict[str, Any] = json.load(file)

    def response(self, message: Message) -> Message | None:
        """The whole response to `message`, a request that is a JSON object; None where only the real server knows."""
        number = message.get("id")
        if not isinstance(number, (int, str)) or isinstance(number, bool):
            return None
        if message.get("jsonrpc") != "2.0" or not isinstance(message.get("params", {}), dict):
            return None  # refused by the real one
        if message.get("method") == "server/discover" and client_of(message) in self._recorded["handshake_only"]:
            error = {"code": METHOD_NOT_FOUND, "message": "method not found"}
            return {"jsonrpc": "2.0", "id": number, "error": error}
        result = self._result(str(message.get("method")), message)
        return None if result is None else {"jsonrpc": "2.0", "id": number, "result": result}

    def _result(self, method: str, message: Message) -> Message | None:
        version = meta_of(message).get(VERSION)
        if version is not None:
            known = version in self._recorded["modern"]["server/discover"]["supportedVersions"]
            return self._recorded["modern"].get(method) if known else None
        result: Message | None = self._recorded["legacy"].get(method)
        asked = params_of(message).get("protocolVersion")
        if method == "initialize" and asked in self._recorded["legacy_versions"]:
            return {**(result or {}), "protocolVersion": asked}
        return result


def params_of(message: Message) -> Message:
    """Its parameters by name; none where they are something else, which is for the real server to refuse."""
    params = message.get("params")
    return params if isinstance(params, dict) else {}


def meta_of(message: Message) -> Message:
    meta = params_of(message).get("_meta")
    return meta if isinstance(meta, dict) else {}


def client_of(message: Message) -> Any:
    """What the client calls itself, in a message of the newer protocol."""
    info = meta_of(message).get(CLIENT)
    return info.get("name") if isinstance(info, dict) else None
