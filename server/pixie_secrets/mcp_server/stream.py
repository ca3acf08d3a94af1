"""What the SDK reads and writes in place of files: whole messages, and none that it would pass over in silence.

The SDK drops a line that is no message of the protocol, and its client waits for an answer until it gives up. Here it
gets the error that JSON-RPC has for that. Nothing of the line is repeated but its id.
"""

from __future__ import annotations

import json
import logging
import os
from collections import deque
from typing import TYPE_CHECKING, Any, Self

import anyio
import anyio.to_thread
from mcp_types import INVALID_REQUEST, PARSE_ERROR, jsonrpc_message_adapter

from pixie_secrets.mcp_server.opening import CHUNK, write_all

if TYPE_CHECKING:
    from pixie_secrets.mcp_server.framing import Framing
    from pixie_secrets.mcp_server.opening import Opened

log = logging.getLogger(__name__)


class Outgoing:
    """The SDK's output: one JSON document a call of `write`."""

    def __init__(self, descriptor: int, opened: Opened) -> None:
        self._descriptor = descriptor
        self._framing = opened.framing
        self._answered = set(opened.answered)
        self._lock = anyio.Lock()

    async def write(self, text: str) -> None:
        """Write one message, unless it is the answer to a request that was answered before."""
        if self._answered and self._is_answered(text):
            return
        data = self._framing.frame(text.rstrip("\n").encode("utf-8", "replace"))
        async with self._lock:
            await anyio.to_thread.run_sync(write_all, self._descriptor, data)

    async def flush(self) -> None:
        pass

    def _is_answered(self, text: str) -> bool:
        message = json.loads(text)
        if "method" in message or message.get("id") not in self._answered:
            return False
        self._answered.discard(message["id"])
        return True


class Incoming:
    """The SDK's input: the messages that the opening has kept, then those of the descriptor."""

    def __init__(self, descriptor: int, opened: Opened, outgoing: Outgoing) -> None:
        self._descriptor = descriptor
        self._framing: Framing = opened.framing
        self._has_ended = opened.has_ended
        self._waiting = deque(opened.messages)
        self._outgoing = outgoing

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        while True:
            while self._waiting:
                line = self._waiting.popleft()
                refusal = refused(line)
                if refusal is None:
                    return line.decode("utf-8", "replace")
                if refusal:
                    await self._outgoing.write(json.dumps(refusal))
            if self._has_ended:
                raise StopAsyncIteration
            data = await anyio.to_thread.run_sync(os.read, self._descriptor, CHUNK)
            self._has_ended = not data
            self._waiting.extend(self._framing.feed(data or b"\n"))  # what has no line end is a message too


def refused(line: bytes) -> dict[str, Any] | None:
    """None for a message of the protocol; else what to answer: nothing where nobody waits for an answer."""
    text = line.decode("utf-8", "replace")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return _error(None, PARSE_ERROR, "parse error")
    fields = message if isinstance(message, dict) else {}
    number = fields.get("id")
    known = isinstance(number, (int, str)) and not isinstance(number, bool) and _is_text(str(number))
    if (known or "id" not in fields) and _is_message(text):
        return None
    if "method" in fields and "id" not in fields:
        log.warning("a notification was not understood")
        return {}
    if "method" not in fields and ("result" in fields or "error" in fields):
        log.warning("a response was not understood")
        return {}
    return _error(number if known else None, INVALID_REQUEST, "invalid request")


def _is_message(text: str) -> bool:
    """Whether the SDK takes it; but where the id is of no type that it knows, it takes a request for a notification."""
    try:
        jsonrpc_message_adapter.validate_json(text, by_name=False)
    except ValueError:
        return False
    return True


def _is_text(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _error(number: Any, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}
