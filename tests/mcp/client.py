"""An MCP client that hides nothing: JSON lines to a real server process, in either era, every line kept."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MODERN = "2026-07-28"
LEGACY = "2025-11-25"
ERAS = (MODERN, LEGACY)
LINKS: dict[str, Any] = {"elicitation": {"form": {}, "url": {}}}
PATIENCE = 60.0
_META = "io.modelcontextprotocol/"

Message = dict[str, Any]


@dataclass
class Dialog:
    """What the client shows its user: a message and a link, and how the user's answer goes back."""

    client: Client
    call: int
    message: str
    link: str
    reply: Any
    state: str | None = None

    def answer(self, action: str) -> int:
        """Send the user's answer; returns the id of the call that will have the result."""
        if self.client.era == LEGACY:
            self.client.send({"id": self.reply, "result": {"action": action}})
            return self.call
        name, arguments = self.reply
        responses = {"inputResponses": {"page": {"action": action}}, "requestState": self.state}
        return self.client.start(name, arguments, **responses)


class Client:
    """Starts the server and speaks one era with it.

    hold, note_every, instant: the chooser's patience, seconds; the person of a test answers faster than any real one.
    capabilities: what the client declares. name: what it calls itself; None: it does not say.
    """

    def __init__(
        self,
        folder: Path,
        era: str = MODERN,
        *,
        capabilities: Mapping[str, Any] = LINKS,
        name: str | None = "claude-code",
        hold: float | None = None,
        note_every: float = 15.0,
        instant: float = 0.0,
        environment: Mapping[str, str] | None = None,
        command: list[str] | None = None,
    ) -> None:
        self.era = era
        self.sent: list[str] = []
        self.received: list[str] = []
        self.notifications: list[Message] = []
        self._capabilities = capabilities
        self._name = name
        self._ids = 0
        self._arrived = threading.Condition()
        self._answers: dict[int, Message] = {}
        self._gone = False
        self._requests: queue.SimpleQueue[Message] = queue.SimpleQueue()
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in {"PATH", "HOME", "TMPDIR", "PYTHONPATH"} or name.startswith("COV")
        }
        self.errors = b""
        self.process = subprocess.Popen(
            command or _command(hold=hold, note_every=note_every, instant=instant),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**kept, **(environment or {})},
        )
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        try:
            self.opening = self.open()
        except BaseException:
            self.process.kill()
            self.close()
            raise
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        status = self.close()
        if kind is None:
            assert status == 0, self.errors.decode()

    def open(self) -> Message:
        """Say hello the era's way; returns what the server says of itself."""
        if self.era == MODERN:
            return self.result(self.request("server/discover", {}))
        hello = {
            "protocolVersion": LEGACY,
            "capabilities": self._capabilities,
            "clientInfo": {"name": self._name or "test", "version": "1"},
        }
        result = self.result(self.request("initialize", hello))
        self.send({"method": "notifications/initialized"})
        return result

    def close(self, timeout: float = PATIENCE) -> int:
        """Leave as clients do: close stdin and wait."""
        assert self.process.stdin
        self.process.stdin.close()
        status = self.process.wait(timeout)
        for thread in self._threads:
            thread.join()
        assert self.process.stdout
        assert self.process.stderr
        self.process.stdout.close()
        self.process.stderr.close()
        return status

    def send(self, message: Message) -> None:
        self.send_line(json.dumps({"jsonrpc": "2.0", **message}))

    def send_line(self, line: str) -> None:
        assert self.process.stdin
        self.sent.append(line)
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def request(self, method: str, params: Mapping[str, Any]) -> int:
        """Send a request; returns its id."""
        self._ids += 1
        if self.era == MODERN:
            info: dict[str, Any] = {f"{_META}protocolVersion": MODERN, f"{_META}clientCapabilities": self._capabilities}
            if self._name:
                info[f"{_META}clientInfo"] = {"name": self._name, "version": "1"}
            params = {**params, "_meta": {**params.get("_meta", {}), **info}}
        self.send({"id": self._ids, "method": method, "params": params})
        return self._ids

    def start(self, name: str, arguments: Mapping[str, Any], **more: Any) -> int:
        """Send a tool call; returns its id."""
        return self.request("tools/call", {"name": name, "arguments": arguments, **more})

    def call(self, name: str, **arguments: Any) -> Message:
        """A tool call that asks nobody, and its result."""
        return self.result(self.start(name, arguments))

    def ask(self, **arguments: Any) -> Dialog:
        """Call set-secret up to where the user sees the dialog."""
        return self.ask_by("set-secret", arguments)

    def ask_by(self, tool: str, arguments: Mapping[str, Any]) -> Dialog:
        """Call a tool that asks the user, up to where they see the dialog."""
        call = self.start(tool, arguments)
        if self.era == LEGACY:
            request = self._requests.get(timeout=PATIENCE)
            assert request["method"] == "elicitation/create"
            params = request["params"]
            assert params["mode"] == "url"
            return Dialog(self, call, params["message"], params["url"], request["id"])
        result = self.result(call)
        assert result["resultType"] == "input_required", result
        [(name, request)] = result["inputRequests"].items()
        assert (name, request["method"]) == ("page", "elicitation/create")
        params = request["params"]
        assert params["mode"] == "url"
        return Dialog(self, call, params["message"], params["url"], (tool, arguments), result["requestState"])

    def answer(self, request: int, timeout: float = PATIENCE) -> Message:
        """The response to a request, result or error."""
        with self._arrived:
            self._arrived.wait_for(lambda: request in self._answers or self._gone, timeout)
            assert request in self._answers, f"no answer; {self.errors.decode()}"
            return self._answers[request]

    def answered(self, request: int) -> bool:
        return request in self._answers

    def result(self, request: int) -> Message:
        answer = self.answer(request)
        assert "result" in answer, answer
        result: Message = answer["result"]
        return result

    def outcome(self, request: int) -> Message:
        """The structured content of a call that was not refused."""
        result = self.result(request)
        assert not result.get("isError"), result
        assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
        content: Message = result["structuredContent"]
        return content

    def refusal(self, request: int) -> str:
        """The text of a call that was refused."""
        result = self.result(request)
        assert result["isError"] is True, result
        assert "structuredContent" not in result
        [block] = result["content"]
        text: str = block["text"]
        return text

    def cancel(self, request: int) -> None:
        self.send({"method": "notifications/cancelled", "params": {"requestId": request}})

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.received.append(line.decode())
            message = json.loads(line)
            with self._arrived:
                if "method" not in message:
                    self._answers[message["id"]] = message
                elif "id" in message:
                    self._requests.put(message)
                else:
                    self.notifications.append(message)
                self._arrived.notify_all()
        with self._arrived:
            self._gone = True
            self._arrived.notify_all()

    def _read_errors(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.errors += line


def _command(**patience: float | None) -> list[str]:
    code = (
        "from pixie_secrets.channels.chooser import Patience; from pixie_secrets.mcp_server import main; "
        f"raise SystemExit(main(Patience(**{patience!r})))"
    )
    return [sys.executable, "-c", code]
