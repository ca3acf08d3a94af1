#!/usr/bin/env bash
# @openai/codex 0.171.0 declares `elicitation: {form: {}, url: {}}` in its handshake. A server that then asks its user
# to open a loopback page (`elicitation/create`, mode url, http://127.0.0.1:…) is answered `decline` within
# milliseconds: nobody was shown anything. The protocol has no other word for "I do not show this", so a server that
# takes the answer at its word reports that the user declined. Seen: declared True, answer decline, after under 100 ms.
# Needs: node 18 or later, npm, python3. Talks to loopback only once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${model:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/home" "$work/project" "$work/home/.codex"
cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-fund --no-audit @openai/codex@0.171.0

cat > server.py <<'PY'
"""An MCP server with one tool, which asks the client's user to open a page and notes how that was answered."""
import json, sys, time

def send(**message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)

declared, call, asked = None, None, 0.0
for line in sys.stdin:
    message = json.loads(line)
    method = message.get("method")
    if method == "initialize":
        declared = "url" in message["params"]["capabilities"].get("elicitation", {})
        send(id=message["id"], result={"protocolVersion": message["params"]["protocolVersion"],
             "capabilities": {"tools": {}}, "serverInfo": {"name": "asking", "version": "1"}})
    elif method == "tools/list":
        send(id=message["id"], result={"tools": [{"name": "ask", "description": "asks", "inputSchema": {"type": "object"}}]})
    elif method == "tools/call":
        call, asked = message["id"], time.monotonic()
        send(id="q", method="elicitation/create", params={"mode": "url", "message": "please open",
             "url": "http://127.0.0.1:9/page", "elicitationId": "one"})
    elif message.get("id") == "q":
        took = (time.monotonic() - asked) * 1000
        answer = message.get("result", {}).get("action", message.get("error"))
        open(sys.argv[1], "w").write(json.dumps({"declared": declared, "answer": answer, "ms": took}))
        send(id=call, result={"content": [{"type": "text", "text": "asked"}]})
PY

cat > model.py <<'PY'
"""A model that calls the tool once, then says done: just enough of the Responses API."""
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Model(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer("application/json", '{"object": "list", "data": []}')

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        spaces = [t["name"] for t in body.get("tools", []) if any(i.get("name") == "ask" for i in t.get("tools", []))]
        item = {"type": "message", "id": "m", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": "done.", "annotations": []}]}
        if not any(i.get("type") == "function_call" for i in body["input"]):
            item = {"type": "function_call", "id": "f", "call_id": "c", "name": "ask", "arguments": "{}",
                    "status": "completed", **({"namespace": spaces[0]} if spaces else {})}
        response = {"id": "r", "object": "response", "created_at": 1, "model": "m", "output": [item]}
        events = [{"type": "response.created", "response": {**response, "output": [], "status": "in_progress"}},
                  {"type": "response.output_item.done", "output_index": 0, "item": item},
                  {"type": "response.completed", "response": {**response, "status": "completed",
                   "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}}}]
        self.answer("text/event-stream", "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events))

    def answer(self, kind, text):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

server = HTTPServer(("127.0.0.1", 0), Model)
open(sys.argv[1], "w").write(str(server.server_port))
server.serve_forever()
PY
python3 model.py "$work/port" & model=$!
until [ -s "$work/port" ]; do sleep 0.1; done

cat > home/.codex/config.toml <<TOML
model = "m"
model_provider = "scripted"
approval_policy = "never"
sandbox_mode = "danger-full-access"
[model_providers.scripted]
name = "scripted"
base_url = "http://127.0.0.1:$(cat port)/v1"
env_key = "SCRIPTED_KEY"
wire_api = "responses"
[mcp_servers.asking]
command = "python3"
args = ["$work/server.py", "$work/seen"]
required = true
TOML
(cd project && HOME="$work/home" SCRIPTED_KEY=x "$work/node_modules/.bin/codex" exec --skip-git-repo-check ask \
    </dev/null >"$work/out" 2>&1) || { cat "$work/out"; exit 1; }
cat seen
echo
python3 - seen <<'PY'
import json, sys
seen = json.load(open(sys.argv[1]))
assert seen["declared"] is True, "it no longer declares url elicitation"
assert seen["answer"] == "decline" and seen["ms"] < 100, "it no longer declines at once"
PY
echo "as described"
