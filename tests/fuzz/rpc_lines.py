"""Lines to the MCP server, a real process: requests, notifications and answers in every state of repair."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fuzz.kind import VALUE, Broken, Kind, anything, changed, json_line, project, text

if TYPE_CHECKING:
    from random import Random

PATIENCE = 60.0  # seconds until an answer that does not come is missed
LEGACY, MODERN = "2025-11-25", "2026-07-28"
HELLO = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "fuzz", "version": "1"}}
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": {"name": "fuzz", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("list-secrets", {}),
    ("list-secrets", {"tool_id": "a"}),
    ("set-secret", {"tool_id": "a", "key": "K"}),
    ("set-secret", {"tool_id": "a", "value": VALUE}),
    ("unset-secret", {"tool_id": "b", "key": "K"}),
    ("lint-tool", {"explain": "HS001"}),
    ("preview-migration", {"tool_id": "a"}),
    ("preview-import", {"path": "nowhere.zip"}),
    ("preview-share", {"tool_id": "nowhere"}),
    ("run-tool", {"tool_id": "nowhere", "inputs": {"a": 1}}),
)
METHODS = (
    "initialize", "ping", "tools/list", "server/discover", "notifications/initialized", "notifications/cancelled",
    "notifications/progress", "resources/list", "prompts/get", "logging/setLevel", "completion/complete", "", "rpc.x",
    "tools/call/", "sampling/createMessage",
)  # fmt: skip


class RpcLines(Kind):
    def __init__(self, folder: Path) -> None:
        self._root = project(folder / "proj")
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._errors = b""
        self._pings = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pixie_secrets", "mcp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._root,
            env={**kept, "PIXIE_SECRETS_CHANNEL": "command"},
        )
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()
        self._send(json.dumps({"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": HELLO}).encode())
        self._send(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
        self._until("hello")

    def attempt(self, random: Random) -> str:
        line = _line(random)
        self._send(line)
        self._pings += 1
        ping = f"after {self._pings}"
        self._send(json.dumps({"jsonrpc": "2.0", "id": ping, "method": "ping"}).encode())
        said = self._until(ping, *_answers(line))
        if b"Traceback" in self._errors:
            errors, self._errors = self._errors, b""
            raise Broken(errors.decode("utf-8", "replace")[-1500:])
        return said + self._errors.decode("utf-8", "replace")

    def spent(self) -> float:
        try:
            status = Path(f"/proc/{self._process.pid}/stat").read_text()
        except OSError:  # it has ended, or this is no Linux
            return 0.0
        fields = status.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()
            for thread in self._threads:
                thread.join()
            self._process.stdout.close()
            self._process.stderr.close()

    def _send(self, line: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def _until(self, *wanted: Any) -> str:
        """All that is said until all that is `wanted` is answered, by id."""
        said, missing = [], list(wanted)
        while missing:
            try:
                line = self._said.get(timeout=PATIENCE)
            except queue.Empty:
                raise Broken(f"no answer; {self._errors.decode('utf-8', 'replace')[-500:]}") from None
            if not line:
                raise Broken(f"the server has ended; {self._errors.decode('utf-8', 'replace')[-500:]}")
            message = json.loads(line)
            number = message.pop("id", None)  # as the client has sent it, whatever it is
            said.append(json.dumps(message))
            if "method" not in message and number in missing:
                missing.remove(number)
        return "\n".join(said)

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._said.put(line)
        self._said.put(b"")

    def _read_errors(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self._errors += line


def _line(random: Random) -> bytes:
    kind = random.random()
    if kind < 0.05:
        return text(random).encode("utf-8", "surrogatepass").replace(b"\n", b" ") or b"{"
    if kind < 0.1:
        return json_line(random, anything(random))
    message: dict[str, Any] = {"jsonrpc": "2.0", "id": random.choice([1, "x", 2**60, random.randrange(10**6)])}
    if kind < 0.6:
        name, arguments = random.choice(CALLS)
        message |= {"method": "tools/call", "params": {"name": name, "arguments": arguments}}
    elif kind < 0.9:
        message |= {"method": random.choice(METHODS), "params": {"protocolVersion": LEGACY, "name": text(random)}}
    else:
        message |= random.choice(
            [{"result": {}}, {"error": {"code": 1, "message": text(random)}}, {"result": anything(random)}]
        )
    if random.random() < 0.1 and isinstance(message.get("params"), dict):
        message["params"]["_meta"] = META
    if random.random() < 0.1:
        del message["id"]
    return json_line(random, changed(random, message, random.choice([0.0, 0.0, 0.02, 0.1])))


def _answers(line: bytes) -> list[Any]:
    """The id of the answer that JSON-RPC promises for `line`: null where it has none; none for what is no request."""
    try:
        message = json.loads(line.decode("utf-8", "replace"))
    except ValueError:
        return [None] if line.strip() else []
    if not isinstance(message, dict):
        return [None]
    number = message.get("id")
    if "id" not in message and "method" in message:
        return []
    if "method" not in message and ("result" in message or "error" in message):
        return []
    is_plain = isinstance(number, (int, str)) and not isinstance(number, bool)
    return [number if is_plain and not any("\ud800" <= each <= "\udfff" for each in str(number)) else None]
