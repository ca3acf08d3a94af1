"""A stand-in for the Messages API on loopback: does what the person's own words script, and keeps every request.

`@@NAME {json}@@` in the last thing the person said is one call of that tool, several are several turns; "Set the KEY
for TOOL", or without a tool, is a call of set-secret; anything else is answered with "done.".
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

CALL = re.compile(r"@@([A-Za-z0-9_.-]+)\s*(\{.*?\})?\s*@@", re.DOTALL)
SENTENCE = re.compile(r"Set (?:the )?([A-Z][A-Z0-9_]+)\b(?: for ([a-z0-9-]+))?")
OWN_SEARCH = 3  # results that are asked for
NOT_THE_PERSON = re.compile(r"<system-reminder>.*?</system-reminder>|\[Request interrupted[^\]]*\]", re.DOTALL)

Json = dict[str, Any]


class ScriptedModel:
    """The server, and in `requests` what it was sent: path and raw body, oldest first."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, bytes]] = []
        kept = self.requests

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"  # a connection each: nothing to keep alive, nothing to frame

            def log_message(self, *_: object) -> None:
                pass

            def do_HEAD(self) -> None:
                self.send_response(200)
                self.end_headers()

            def do_GET(self) -> None:
                self._answer("application/json", b"{}", 404)

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = self.path.partition("?")[0]
                kept.append((path, raw))
                if path == "/v1/messages":
                    body = json.loads(raw)
                    said = message(body)
                    if body.get("stream"):
                        self._answer("text/event-stream", b"".join(events(said)))
                    else:
                        self._answer("application/json", json.dumps(said).encode())
                elif path == "/v1/messages/count_tokens":
                    self._answer("application/json", b'{"input_tokens": 100}')
                else:
                    self._answer("application/json", b'{"type": "error", "error": {"type": "not_found_error"}}', 404)

            def _answer(self, kind: str, content: bytes, status: int = 200) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(content)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def message(body: Json) -> Json:
    """The assistant's turn that answers a request."""
    content = turn(body)
    return {
        "id": f"msg_{uuid.uuid4().hex[:20]}",
        "type": "message",
        "role": "assistant",
        "model": body.get("model", "scripted"),
        "content": content,
        "stop_reason": "tool_use" if content[0]["type"] == "tool_use" else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 5},
    }


def turn(body: Json) -> list[Json]:
    """One call of the script, or the end of it."""
    script, made = scripted(body)
    offered = [tool.get("name", "") for tool in body.get("tools", [])]
    if not offered or made >= len(script):
        return [{"type": "text", "text": "done."}]
    name, arguments = script[made]
    full = next((tool for tool in offered if tool == name or tool.endswith(f"__{name}")), None)
    if full is None and "ToolSearch" in offered and not searched(body, name):
        return [use("ToolSearch", {"query": name, "max_results": OWN_SEARCH})]
    return [use(full or found(body, name), arguments)]


def use(name: str, arguments: Json) -> Json:
    return {"type": "tool_use", "id": f"toolu_{uuid.uuid4().hex[:20]}", "name": name, "input": arguments}


def scripted(body: Json) -> tuple[list[tuple[str, Json]], int]:
    """The calls in the last thing the person said, and how many of them were made since."""
    made = 0
    for said in reversed(body.get("messages", [])):
        parts = blocks(said)
        if said["role"] == "assistant":
            made += sum(part.get("type") == "tool_use" and not is_own_search(part) for part in parts)
        if said["role"] != "user":
            continue
        text = NOT_THE_PERSON.sub("", "\n".join(part["text"] for part in parts if part.get("type") == "text"))
        calls = [(call[1], json.loads(call[2] or "{}")) for call in CALL.finditer(text)]
        if not calls and (sentence := SENTENCE.search(text)):
            whose = {"tool_id": sentence[2]} if sentence[2] else {}
            calls = [("set-secret", {**whose, "key": sentence[1]})]
        if calls or (text.strip() and not any(part.get("type") == "tool_result" for part in parts)):
            return calls, made
    return [], made


def is_own_search(part: Json) -> bool:
    """Whether it looks for a tool that is scripted, and is not scripted itself."""
    return bool(part["name"] == "ToolSearch" and part["input"].get("max_results") == OWN_SEARCH)


def searched(body: Json, name: str) -> bool:
    """Whether the client's tool search was asked for this one already."""
    uses = (part for said in body["messages"] for part in blocks(said) if part.get("type") == "tool_use")
    return any(part["name"] == "ToolSearch" and part["input"].get("query") == name for part in uses)


def found(body: Json, name: str) -> str:
    """The full name that the search came back with."""
    full = re.search(rf"mcp__[A-Za-z0-9_-]*__{re.escape(name)}\b", json.dumps(body["messages"]))
    return full[0] if full else name


def blocks(said: Json) -> list[Json]:
    content = said.get("content") or []
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def events(said: Json) -> Iterator[bytes]:
    """The same turn as a stream."""
    yield event("message_start", {"message": {**said, "content": [], "stop_reason": None}})
    for index, block in enumerate(said["content"]):
        if block["type"] == "text":
            empty, delta = {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            empty = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield event("content_block_start", {"index": index, "content_block": empty})
        yield event("content_block_delta", {"index": index, "delta": delta})
        yield event("content_block_stop", {"index": index})
    ending = {"stop_reason": said["stop_reason"], "stop_sequence": None}
    yield event("message_delta", {"delta": ending, "usage": {"output_tokens": 5}})
    yield event("message_stop", {})


def event(name: str, data: Json) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()
