#!/usr/bin/env bash
# opencode-ai 1.18.33 installs `@opencode-ai/plugin` from the npm registry into its configuration folder at its first
# start. Where a plugin stands in that folder, even one that imports nothing, the first prompt waits for the install;
# without one it does not. An installer that writes a plugin makes the first start as slow as the registry, and a test
# with a fresh home reaches out of the machine. A registry that fails at once is only a warning in the log.
# Seen: with a plugin the model is asked after the registry has answered, without one before.
# Needs: node 18 or later, npm, python3. Talks to loopback only once installed.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${servers:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "allowScripts": {"opencode-ai@1.18.33": true}}' > package.json
npm install --silent --no-fund --no-audit opencode-ai@1.18.33

cat > servers.py <<'PY'
"""A model that says done, and a registry that has nothing and says so after fifteen seconds; both note when."""
import json, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

def note(what):
    open(sys.argv[1], "a").write(what + "\n")

class Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

class Model(Quiet):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        note("model asked")
        base = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        parts = [{**base, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "done."}, "finish_reason": None}]},
                 {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write("".join(f"data: {json.dumps(p)}\n\n" for p in parts).encode() + b"data: [DONE]\n\n")

class Registry(Quiet):
    def do_GET(self):
        note("registry asked for " + self.path)
        time.sleep(15)
        note("registry answered")
        self.send_error(404)

model, registry = ThreadingHTTPServer(("127.0.0.1", 0), Model), ThreadingHTTPServer(("127.0.0.1", 0), Registry)
threading.Thread(target=registry.serve_forever, daemon=True).start()
open(sys.argv[2], "w").write(f"{model.server_port} {registry.server_port}\n")
model.serve_forever()
PY

first_asked() {  # the notes of a first start, with or without a plugin
    local name=$1 model registry
    mkdir -p "$work/$name/home/.config/opencode" "$work/$name/project"
    [ "$name" = without ] || { mkdir "$work/$name/home/.config/opencode/plugin"
        echo 'export const Nothing = async () => ({})' > "$work/$name/home/.config/opencode/plugin/nothing.js"; }
    python3 servers.py "$work/$name/notes" "$work/$name/ports" & servers=$!
    until [ -s "$work/$name/ports" ]; do sleep 0.1; done
    read -r model registry < "$work/$name/ports"
    cat > "$work/$name/project/opencode.json" <<JSON
{"provider": {"scripted": {"npm": "@ai-sdk/openai-compatible", "name": "scripted",
   "options": {"baseURL": "http://127.0.0.1:$model/v1", "apiKey": "x"}, "models": {"m": {"name": "m"}}}},
 "model": "scripted/m", "small_model": "scripted/m"}
JSON
    (cd "$work/$name/project" && HOME="$work/$name/home" XDG_DATA_HOME= XDG_CONFIG_HOME= XDG_CACHE_HOME= \
        npm_config_registry="http://127.0.0.1:$registry/" npm_config_fetch_retries=0 \
        "$work/node_modules/.bin/opencode" run "hello" </dev/null >"$work/out" 2>&1) || { cat "$work/out"; exit 1; }
    kill $servers
    echo "$name a plugin:"
    sed 's/^/  /' "$work/$name/notes"
}
first_asked with
first_asked without
python3 - "$work/with/notes" "$work/without/notes" <<'PY'
import sys
with_plugin, without = ([line.strip() for line in open(path)] for path in sys.argv[1:])
assert any("plugin" in line for line in with_plugin if line.startswith("registry asked")), "it installs nothing any more"
assert with_plugin.index("model asked") > with_plugin.index("registry answered"), "it no longer waits"
assert "registry answered" not in without[: without.index("model asked")], "it waits without a plugin, too"
PY
echo "as described"
