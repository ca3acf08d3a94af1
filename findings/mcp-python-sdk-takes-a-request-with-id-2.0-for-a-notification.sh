#!/usr/bin/env bash
# mcp 2.3.0 (mcp-types 2.3.0, pydantic 2.14.4): a server answers a request with `"id": 2`, and is silent on the same
# request with `"id": 2.0`: no result, no error, no log line. The id must be a Python int or str; what is not falls
# through to the next form of message that fits, a notification, whose model ignores the extra `id`. JSON makes no
# difference between 2 and 2.0, JSON Schema calls both an integer, and JSON-RPC 2.0 allows even 1.5 ("SHOULD NOT contain
# fractional parts"). A client in a language with one kind of number may write 2.0, and then waits for ever.
# Seen: answered 1, "2", 3; not answered 2.0, 1.5; nothing on stderr.
# Needs: python3 (3.10 or later) with venv. Talks to nothing once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0 mcp-types==2.3.0 pydantic==2.14.4

cat > server.py <<'PY'
from mcp.server.mcpserver import MCPServer

MCPServer("quiet").run()
PY
env/bin/python - <<'PY'
import json
import subprocess

server = subprocess.Popen(["env/bin/python", "server.py"], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)

def send(line):
    server.stdin.write(line + "\n")
    server.stdin.flush()

send('{"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": "2025-06-18",'
     ' "capabilities": {}, "clientInfo": {"name": "asking", "version": "1"}}}')
assert json.loads(server.stdout.readline())["id"] == 0
send('{"jsonrpc": "2.0", "method": "notifications/initialized"}')
for number in ("1", '"2"', "2.0", "1.5", "3"):
    send('{"jsonrpc": "2.0", "id": %s, "method": "ping"}' % number)
answered = []
while 3 not in answered:
    answered.append(json.loads(server.stdout.readline())["id"])
rest, errors = server.communicate()
print("answered:", answered, "after the last:", repr(rest), "stderr:", repr(errors))
assert answered == [1, "2", 3] and rest == "", "2.0 or 1.5 is answered now"
assert errors == "", "it says something about them now"
PY
echo "as described"
