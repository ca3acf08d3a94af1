"""The first questions are answered before the SDK is there; nothing is lost; what is malformed is refused."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Self

import pytest
from tests.mcp.client import LEGACY, MODERN, Client

from pixie_secrets.mcp_server.tools import TOOLS

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project

META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
HELLO = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
# The import of the SDK waits until the file is there: an answer that comes earlier came without it.
GATED = """
import importlib, os, sys, time
def load(name, package=None, real=importlib.import_module):
    while name.endswith("mcp_server.server") and not os.path.exists({gate!r}):
        time.sleep(0.01)
    return real(name, package)
importlib.import_module = load
from pixie_secrets.mcp_server import main
sys.exit(main())
"""


class Raw:
    """The server behind a gate, and bytes."""

    def __init__(self, project: Project, gate: Path) -> None:
        self.gate = gate
        self.process = subprocess.Popen(
            [sys.executable, "-c", GATED.format(gate=str(gate))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=project.root,
            bufsize=0,
            env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream
            stream.close()

    def send(self, data: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(data)

    def tell(self, **message: Any) -> None:
        self.send(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    def line(self) -> bytes:
        assert self.process.stdout
        assert select.select([self.process.stdout], [], [], 60)[0], "no answer"
        return self.process.stdout.readline()

    def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.line())
        return message

    def leave(self) -> tuple[int, bytes]:
        """Close stdin: the exit status, and what was still said."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        rest = self.process.stdout.read()
        return self.process.wait(60), rest


@pytest.fixture
def raw(project: Project, tmp_path: Path) -> Raw:
    return Raw(project, tmp_path / "gate")


def test_the_handshake_and_the_list_come_before_the_library(raw: Raw) -> None:
    with raw:
        raw.tell(id=1, method="initialize", params=HELLO)
        assert raw.hear()["result"]["serverInfo"]["name"] == "secrets"
        raw.tell(method="notifications/initialized")
        raw.tell(id=2, method="tools/list")
        listed = raw.hear()
        assert (listed["id"], listed["result"]["tools"][0]["name"]) == (2, "set-secret")
        raw.tell(id="three", method="tools/call", params={"name": "list-secrets", "arguments": {}})
        raw.send(b'{"jsonrpc": "2.0", "id": 4, "meth')  # the gate opens in the middle of a message
        raw.gate.touch()
        answer = raw.hear()
        assert answer["id"] == "three"
        assert answer["result"]["structuredContent"]["tools"]
        raw.send(b'od": "ping"}\n')
        assert raw.hear() == {"jsonrpc": "2.0", "id": 4, "result": {}}
        assert raw.leave() == (0, b"")  # the handshake was not answered a second time


def test_the_newer_era_too(raw: Raw) -> None:
    with raw:
        raw.tell(id=0, method="server/discover", params={"_meta": META})
        assert MODERN in raw.hear()["result"]["supportedVersions"]
        raw.tell(id=1, method="tools/list", params={"_meta": META})
        assert raw.hear()["result"]["tools"]
        raw.tell(id=2, method="tools/call", params={"name": "list-secrets", "arguments": {}, "_meta": META})
        raw.gate.touch()
        assert raw.hear()["result"]["structuredContent"]["tools"]
        raw.tell(id=3, method="tools/list", params={"_meta": META})
        assert raw.hear()["result"]["tools"]
        assert raw.leave() == (0, b"")


def test_a_client_that_leaves_at_once_waits_for_nothing(raw: Raw) -> None:
    with raw:
        raw.tell(id=1, method="initialize", params=HELLO)
        assert raw.hear()["id"] == 1
        raw.gate.touch()
        assert raw.leave() == (0, b"")


@pytest.mark.parametrize("early", [True, False], ids=["while importing", "afterwards"])
def test_a_client_that_writes_lengths_is_read_and_answered_with_lengths(raw: Raw, early: bool) -> None:
    def framed(**message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        raw.send(b"Content-Length: %d\r\nContent-Type: application/json\r\n\r\n%s" % (len(body), body))

    def heard() -> dict[str, Any]:
        name, length = raw.line().split(b": ")
        assert (name, raw.line()) == (b"Content-Length", b"\r\n")
        assert raw.process.stdout
        message: dict[str, Any] = json.loads(raw.process.stdout.read(int(length)))
        return message

    with raw:
        if not early:
            raw.tell(id=0, method="ping")
            assert raw.hear()["id"] == 0
            raw.gate.touch()
        framed(id=1, method="initialize", params=HELLO)
        assert heard()["result"]["serverInfo"]["name"] == "secrets"
        framed(method="notifications/initialized")
        raw.gate.touch()
        framed(id=2, method="tools/call", params={"name": "list-secrets", "arguments": {}})
        assert heard()["result"]["structuredContent"]["tools"]
        framed(id=3, method="tools/list")
        assert len(heard()["result"]["tools"]) == len(TOOLS)


MALFORMED = {
    b"{": (None, -32700),
    b'{"jsonrpc": "2.0", "id": 7, "method": "ping"': (None, -32700),
    b"hello": (None, -32700),
    b"\xff\xfe": (None, -32700),
    b"[" * 5000: (None, -32700),
    b"[]": (None, -32600),
    b"17": (None, -32600),
    b"null": (None, -32600),
    b'{"jsonrpc": "2.0", "id": 1.5, "method": "ping"}': (None, -32600),
    b'{"jsonrpc": "2.0", "id": null, "method": "ping"}': (None, -32600),
    b'{"jsonrpc": "2.0", "id": true, "method": "ping"}': (None, -32600),
    b'{"jsonrpc": "2.0", "id": [8], "method": "ping"}': (None, -32600),
    b'{"jsonrpc": "2.0", "id": 9, "method": "tools/list", "params": []}': (9, -32600),
    b'{"jsonrpc": "2.0", "id": "ten", "method": "tools/call", "params": "x"}': ("ten", -32600),
    b'{"jsonrpc": "2.0", "id": 11, "method": 5}': (11, -32600),
    b'{"jsonrpc": "1.0", "id": 12, "method": "tools/call"}': (12, -32600),
    b'{"id": 13, "method": "tools/call"}': (13, -32600),
    b'{"jsonrpc": "2.0", "id": 14, "method": "tools/call", "params": {"name": "\\ud800"}}': (14, -32600),
    b'{"jsonrpc": "2.0", "id": "\\ud834", "method": "tools/call"}': (None, -32600),
}


def test_what_is_no_message_of_the_protocol_is_answered_with_its_error(raw: Raw) -> None:
    with raw:
        raw.tell(id=1, method="initialize", params=HELLO)
        raw.hear()
        raw.tell(method="notifications/initialized")
        half = len(MALFORMED) // 2
        for number, line in enumerate(MALFORMED):
            if number == half:
                raw.gate.touch()  # those before are kept until then
            raw.send(line + b"\n")
        answers = [raw.hear() for _ in MALFORMED]
        assert [(answer["id"], answer["error"]["code"]) for answer in answers] == list(MALFORMED.values())
        raw.send(b'\n \r\n{"jsonrpc": "2.0", "method": "x", "params": []}\n{"jsonrpc": "2.0", "id": 99, "result": 1}\n')
        raw.tell(id=100, method="ping")
        assert raw.hear() == {"jsonrpc": "2.0", "id": 100, "result": {}}  # nothing was said to those before


def test_a_refusal_repeats_nothing_of_the_line(project: Project) -> None:
    value = "tok_3Vq-harbor-91"
    with Client(project.root, LEGACY) as client:
        client.send_line(json.dumps({"jsonrpc": "2.0", "id": 50, "method": "tools/call", "params": [value]}))
        client.send_line('{"' + value)
        client.request("ping", {})
        client.call("list-secrets")
    said = "".join(client.received) + client.errors.decode()
    assert '"code":-32600' in said.replace(" ", "")
    assert '"code":-32700' in said.replace(" ", "")
    assert value not in said
