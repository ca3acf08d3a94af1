"""Stand-ins on loopback for the model APIs of other coding agents: OpenAI Responses, Chat Completions, Gemini.

They do what the person's own words script, `@@NAME {json}@@` for each call, and keep every request. A tool is known by
the end of its name, however the client spells it; one that waits behind a search is searched for first.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from tests.e2e.claude_lab.scripted_model import CALL

if TYPE_CHECKING:
    from types import TracebackType

Json = dict[str, Any]
DONE = "done."
SENTENCE = re.compile(r"\bSet the ([A-Z][A-Z0-9_]+) for ([a-z0-9-]+)")
SEARCH, CALL_FOUND = "tool_search", "tool_call"  # qwen-code's


class Said(NamedTuple):
    """A piece of the conversation: what the user said, or which tool was called."""

    kind: str
    text: str


class Use(NamedTuple):
    """The call to make next."""

    name: str
    arguments: Json


class ScriptedModels:
    """The server, and in `bodies` every request body it was sent, oldest first."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        kept = self.bodies

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                models = [{"id": "fake-model", "object": "model", "created": 1, "owned_by": "nobody"}]
                self._answer("application/json", json.dumps({"object": "list", "data": models}))

            def do_POST(self) -> None:
                raw = self._body()
                kept.append(raw)
                path = self.path.partition("?")[0]
                body = json.loads(raw or b"{}")
                if path.endswith("/responses"):
                    self._answer("text/event-stream", _responses(body))
                elif path.endswith("/chat/completions"):
                    streamed = bool(body.get("stream"))
                    self._answer("text/event-stream" if streamed else "application/json", _chat(body, streamed))
                elif "enerateContent" in path:
                    streamed = "stream" in path
                    self._answer("text/event-stream" if streamed else "application/json", _gemini(body, streamed))
                else:
                    self._answer("application/json", '{"totalTokens": 10}')

            def _body(self) -> bytes:
                if "chunked" in self.headers.get("Transfer-Encoding", ""):
                    raw = b""
                    while size := int(self.rfile.readline().split(b";")[0], 16):
                        raw += self.rfile.read(size)
                        self.rfile.readline()
                    return raw
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                return gzip.decompress(raw) if self.headers.get("Content-Encoding") == "gzip" else raw

            def _answer(self, kind: str, content: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(content.encode())

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
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


def next_use(history: list[Said], offered: list[str], everything: str) -> Use | None:
    """The next call of the script; None when it is done. everything: the whole request, for what a search found."""
    made = 0
    for said in reversed(history):
        if said.kind == "call" and said.text != SEARCH:
            made += 1
        if said.kind != "user" or not (script := scripted(said.text)):
            continue
        if made >= len(script):
            return None
        name, arguments = script[made]
        plain = _plain(name)
        full = next((tool for tool in offered if _plain(tool).endswith(plain)), None)
        if full or SEARCH not in offered:
            return Use(full or name, arguments)
        found = re.findall(rf"mcp__[A-Za-z0-9_-]*__{re.escape(name)}(?![A-Za-z0-9_-])", everything)
        if not found:
            return Use(SEARCH, {"query": name})
        return Use(CALL_FOUND, {"name": found[-1], "arguments": arguments})
    return None


def scripted(prompt: str) -> list[tuple[str, Json]]:
    """The calls of a prompt: those it scripts, or the one that its plain sentence asks for."""
    sentence = SENTENCE.search(prompt)
    calls = [(call[1], json.loads(call[2] or "{}")) for call in CALL.finditer(prompt.replace('\\"', '"'))]
    return calls or ([("set-secret", {"tool_id": sentence[2], "key": sentence[1]})] if sentence else [])


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower())


def _id(kind: str) -> str:
    return f"{kind}_{uuid.uuid4().hex[:20]}"


def _text(content: str | list[Json] | None) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content or [])


def _responses(body: Json) -> str:
    history, offered, spaces, free = [], [], {}, set()
    for item in body.get("input", []):
        kind = item.get("type", "message")
        if kind == "message" and item.get("role") == "user":
            history.append(Said("user", _text(item["content"])))
        elif kind.endswith("_call"):
            history.append(Said("call", item.get("name", kind)))
    for tool in [*(body.get("tools") or []), *(tool for item in body["input"] for tool in item.get("tools") or [])]:
        for inner in tool.get("tools") or [tool]:
            offered.append(name := inner.get("name") or inner.get("type", ""))
            if inner is not tool:
                spaces[name] = tool.get("name")
            if inner.get("type") == "custom":  # it takes text, and no arguments
                free.add(name)
    use = next_use(history, offered, "") if offered else None
    turn: Json = {"type": "message", "id": _id("msg"), "role": "assistant", "status": "completed"}
    turn["content"] = [{"type": "output_text", "text": DONE, "annotations": []}]
    if use:
        turn = {"type": "function_call", "id": _id("fc"), "call_id": _id("call"), "name": use.name}
        turn |= {"arguments": json.dumps(use.arguments), "status": "completed"}
        turn |= {"namespace": spaces[use.name]} if use.name in spaces else {}
        if use.name in free:
            turn = {"type": "custom_tool_call", "id": _id("ctc"), "call_id": _id("call"), "name": use.name}
            turn |= {"input": use.arguments["input"], "status": "completed"}
    usage = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
    response = {"id": _id("resp"), "object": "response", "created_at": 1, "model": body.get("model"), "output": [turn]}
    events: list[Json] = [
        {"type": "response.created", "response": {**response, "status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": turn},
        {"type": "response.output_item.done", "output_index": 0, "item": turn},
        {"type": "response.completed", "response": {**response, "status": "completed", "usage": usage}},
    ]
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)


def _chat(body: Json, streamed: bool) -> str:
    history = []
    for message in body.get("messages", []):
        if message["role"] == "user":
            history.append(Said("user", _text(message.get("content"))))
        history += [Said("call", call["function"]["name"]) for call in message.get("tool_calls") or []]
    offered = [tool.get("function", tool).get("name", "") for tool in body.get("tools") or []]
    use = next_use(history, offered, json.dumps(body["messages"])) if offered else None
    turn: Json = {"role": "assistant", "content": None if use else DONE}
    if use:
        function = {"name": use.name, "arguments": json.dumps(use.arguments)}
        turn["tool_calls"] = [{"index": 0, "id": _id("call"), "type": "function", "function": function}]
    base = {"id": _id("chatcmpl"), "created": 1, "model": body.get("model")}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    reason = "tool_calls" if use else "stop"
    if not streamed:
        choice = {"index": 0, "message": turn, "finish_reason": reason}
        return json.dumps({**base, "object": "chat.completion", "choices": [choice], "usage": usage})
    pieces: list[Json] = [
        {"choices": [{"index": 0, "delta": turn, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]},
        {"choices": [], "usage": usage},
    ]
    chunks = [json.dumps({**base, "object": "chat.completion.chunk", **piece}) for piece in pieces]
    return "".join(f"data: {chunk}\n\n" for chunk in [*chunks, "[DONE]"])


def _gemini(body: Json, streamed: bool) -> str:
    history = []
    for content in body.get("contents", []):
        for part in content.get("parts", []):
            if "functionCall" in part:
                history.append(Said("call", part["functionCall"]["name"]))
            elif content.get("role") in {None, "user"} and part.get("text"):
                history.append(Said("user", part["text"]))
    tools = [function for tool in body.get("tools") or [] for function in tool.get("functionDeclarations", [])]
    use = next_use(history, [tool["name"] for tool in tools], "") if tools else None
    turn: Json = {"text": DONE}
    if use:
        call = {"id": uuid.uuid4().hex[:8], "name": use.name, "args": use.arguments}
        turn = {"functionCall": call, "thoughtSignature": "c2ln"}
    elif (body.get("generationConfig") or {}).get("responseMimeType") == "application/json":
        scores = {"model_choice": "flash", "complexity_score": 1, "complexity_reasoning": "-"}  # which model to take
        turn = {"text": json.dumps({"next_speaker": "user", "reasoning": "-", **scores})}
    candidate = {"content": {"role": "model", "parts": [turn]}, "finishReason": "STOP", "index": 0}
    counts = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
    answer = json.dumps({"candidates": [candidate], "usageMetadata": counts, "modelVersion": "fake-model"})
    return f"data: {answer}\r\n\r\n" if streamed else answer
