#!/usr/bin/env bash
# @openai/codex 0.171.0 keeps a session as JSON lines in ~/.codex/sessions/…/rollout-*.jsonl, and beside it in
# ~/.codex/thread_history_1.sqlite at which byte of that file each turn begins and ends, and up to where it has read it
# (thread_turns.rollout_byte_offset, rollout_end_byte_offset, thread_history_projection_state.next_rollout_byte_offset).
# Who takes something out of a transcript, such as a key, moves every turn behind it: the line has to keep its length,
# for which JSON allows spaces at its end. Seen: both offsets of the turn are beginnings of lines, the last one the size.
# Needs: node 18 or later, npm, python3. Talks to loopback only once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${model:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/home" "$work/project" "$work/home/.codex"
cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-fund --no-audit @openai/codex@0.171.0

cat > model.py <<'PY'
"""A model that says done: just enough of the Responses API."""
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Model(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer("application/json", '{"object": "list", "data": []}')

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        item = {"type": "message", "id": "m", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": "done.", "annotations": []}]}
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
TOML
codex() {
    (cd project && HOME="$work/home" SCRIPTED_KEY=x "$work/node_modules/.bin/codex" exec "$@" --skip-git-repo-check hello \
        </dev/null >"$work/out" 2>&1) || { cat "$work/out"; exit 1; }
}
codex
codex resume --last
python3 - <<'PY'
import pathlib, sqlite3
home = pathlib.Path("home/.codex")
[rollout] = home.glob("sessions/*/*/*/rollout-*.jsonl")
data = rollout.read_bytes()
begins = {0, *(at + 1 for at, byte in enumerate(data) if byte == 10)}
database = sqlite3.connect(home / "thread_history_1.sqlite")
turns = database.execute("SELECT rollout_byte_offset, rollout_end_byte_offset FROM thread_turns ORDER BY 1").fetchall()
[(read,)] = database.execute("SELECT next_rollout_byte_offset FROM thread_history_projection_state").fetchall()
print("turns:", turns, "read up to:", read, "size:", len(data))
assert turns and all(begin in begins for begin, _ in turns if begin is not None), "no offsets of lines"
assert any(begin for begin, _ in turns), "no offset is kept"
assert read in begins, "it is not the beginning of a line"
PY
echo "as described"
