#!/usr/bin/env bash
# opencode-ai 1.18.33 sends `notifications/cancelled` for a tools/call whose result it already has, in a run in which
# nothing failed and nobody interrupted. The protocol lets a client cancel what it believes to be still in flight.
# A server that takes back on cancellation what the call had done (withdraws a page, rolls back) does so after success.
# Seen: the call answered, then cancelled under the same id with "AbortError: The operation was aborted."
# Needs: node 18 or later, npm, python3. Talks to loopback only once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${model:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/home" "$work/project"
cd "$work"
echo '{"private": true, "allowScripts": {"opencode-ai@1.18.33": true}}' > package.json
npm install --silent --no-fund --no-audit opencode-ai@1.18.33

cat > server.py <<'PY'
"""An MCP server with one tool that answers at once, and notes when its calls are answered and cancelled."""
import json, sys

def note(what, number):
    open(sys.argv[1], "a").write(f"{what} {number}\n")

for line in sys.stdin:
    message = json.loads(line)
    method = message.get("method")
    result = None
    if method == "initialize":
        result = {"protocolVersion": message["params"]["protocolVersion"], "capabilities": {"tools": {}},
                  "serverInfo": {"name": "quick", "version": "1"}}
    elif method == "tools/list":
        result = {"tools": [{"name": "now", "description": "answers", "inputSchema": {"type": "object", "properties": {}}}]}
    elif method == "tools/call":
        result = {"content": [{"type": "text", "text": "the answer"}]}
    elif method == "notifications/cancelled":
        note("cancelled", message["params"]["requestId"])
    if result is not None:
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
        if method == "tools/call":
            note("answered", message["id"])
PY

cat > model.py <<'PY'
"""A model that calls the tool once, then says done and notes that it has seen the answer: Chat Completions."""
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Model(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        tools = [t["function"]["name"] for t in body.get("tools", []) if t["function"]["name"].endswith("now")]
        delta, reason = {"role": "assistant", "content": "done."}, "stop"
        if any(m["role"] == "tool" and "the answer" in json.dumps(m) for m in body["messages"]):
            open(sys.argv[2], "w").write("the model has the answer\n")
        elif tools:
            call = {"index": 0, "id": "c", "type": "function", "function": {"name": tools[0], "arguments": "{}"}}
            delta, reason = {"role": "assistant", "tool_calls": [call]}, "tool_calls"
        base = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        parts = [{**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
                 {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write("".join(f"data: {json.dumps(p)}\n\n" for p in parts).encode() + b"data: [DONE]\n\n")

server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
open(sys.argv[1], "w").write(str(server.server_port))
server.serve_forever()
PY
python3 model.py "$work/port" "$work/heard" & model=$!
until [ -s "$work/port" ]; do sleep 0.1; done

cat > project/opencode.json <<JSON
{"provider": {"scripted": {"npm": "@ai-sdk/openai-compatible", "name": "scripted",
   "options": {"baseURL": "http://127.0.0.1:$(cat port)/v1", "apiKey": "x"}, "models": {"m": {"name": "m"}}}},
 "model": "scripted/m", "small_model": "scripted/m", "permission": "allow",
 "mcp": {"quick": {"type": "local", "command": ["python3", "$work/server.py", "$work/seen"], "enabled": true}}}
JSON
(cd project && HOME="$work/home" XDG_DATA_HOME= XDG_CONFIG_HOME= "$work/node_modules/.bin/opencode" run "what is it" \
    </dev/null >"$work/out" 2>&1) || { cat "$work/out"; exit 1; }
cat heard seen
python3 - seen <<'PY'
import sys
answered, cancelled = [line.split() for line in open(sys.argv[1])][:2]
assert (answered[0], cancelled[0]) == ("answered", "cancelled"), "it no longer cancels what was answered"
assert answered[1] == cancelled[1], "that was another request"
PY
echo "as described"
