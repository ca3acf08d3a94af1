"""How long until the first MCP answer: ours against a bare five-tool `MCPServer`, with `python -c pass` as the limit.

A client starts the server with every session and its user waits for it. Runs are paired (one of each, in turn), so a
busy machine slows all alike; the figures that count are the ratios.

    python benchmarks/mcp_start.py [--runs 20]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

OURS = [sys.executable, "-m", "pixie_secrets", "mcp"]
PEER = '''
from mcp.server.mcpserver import MCPServer

server = MCPServer("peer")


@server.tool()
def set_secret(tool_id: str, key: str | None = None, allow_undeclared: bool = False) -> dict[str, str]:
    """Set a secret."""
    return {}


@server.tool()
def unset_secret(tool_id: str, key: str) -> dict[str, str]:
    """Unset a secret."""
    return {}


@server.tool()
def list_secrets(tool_id: str | None = None) -> dict[str, str]:
    """List secrets."""
    return {}


@server.tool()
def lint_tool(tool_id: str | None = None) -> dict[str, str]:
    """Lint a tool."""
    return {}


@server.tool()
def share_tool(tool_id: str, output: str | None = None) -> dict[str, str]:
    """Share a tool."""
    return {}


server.run()
'''
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "benchmark", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "benchmark", "version": "1"}}
ERAS: dict[str, list[dict[str, Any]]] = {
    "2026-07-28": [
        {"id": 1, "method": "server/discover", "params": {"_meta": ENVELOPE}},
        {"id": 2, "method": "tools/list", "params": {"_meta": ENVELOPE}},
    ],
    "2025-11-25": [
        {"id": 1, "method": "initialize", "params": HELLO},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/list"},
    ],
}


def first_answers(command: list[str], messages: list[dict[str, Any]], folder: Path) -> tuple[float, float, float]:
    """Seconds until the first answer, until the tools are listed, and until the process has gone."""
    begin = time.perf_counter()
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder, env=environment
    ) as process:
        assert process.stdin
        assert process.stdout
        answered = []
        for message in messages:
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
            process.stdin.flush()
            if "id" in message:
                answer = json.loads(process.stdout.readline())
                assert "result" in answer, answer
                answered.append(time.perf_counter() - begin)
        process.stdin.close()
        process.wait()
    return answered[0], answered[-1], time.perf_counter() - begin


def nothing() -> float:
    """Seconds for an interpreter that does nothing."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - begin


def main() -> None:
    """Print the medians of the paired ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peer = folder / "peer.py"
        peer.write_text(PEER)
        commands = {"ours": OURS, "peer": [sys.executable, str(peer)]}
        for era, messages in ERAS.items():
            for command in commands.values():  # once unmeasured: bytecode, file cache
                first_answers(command, messages, folder)
            against_peer: list[list[float]] = []
            against_nothing: list[list[float]] = []
            for run in range(runs):
                order = list(commands) if run % 2 else list(reversed(commands))
                taken = {which: first_answers(commands[which], messages, folder) for which in order}
                limit = nothing()
                against_peer.append([ours / peer for ours, peer in zip(taken["ours"], taken["peer"], strict=True)])
                against_nothing.append([seconds / limit for seconds in taken["ours"]])
            for what, column in (("first answer", 0), ("tools listed", 1), ("start to exit", 2)):
                peer_ratio = statistics.median(row[column] for row in against_peer)
                limit_ratio = statistics.median(row[column] for row in against_nothing)
                print(f"{era} {what:13}: {peer_ratio:.2f} x bare MCPServer, {limit_ratio:.1f} x python -c pass")


if __name__ == "__main__":
    main()
