"""A FastAPI tool as people write them, that leaks its secret in every way it can think of."""

import argparse
import base64
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI, HTTPException

app = FastAPI()
KEY = os.environ.get("API_KEY", "")
NUMBER = os.environ.get("ACCOUNT", "0")


@app.get("/healthz")
def healthz() -> dict[str, bool]:
    return {"ok": True}


@app.get("/schema")
def schema() -> Any:
    return json.loads(Path("tool.json").read_text(encoding="utf-8"))


@app.post("/run")
def run(body: dict[str, Any]) -> dict[str, Any]:
    if not KEY:
        raise HTTPException(422, "API_KEY is not set")
    if body["way"] == "detail":
        raise HTTPException(502, {"upstream": f"refused {KEY}"})
    if body["way"] == "traceback":
        raise RuntimeError(f"could not log in with {KEY}")
    for part in (KEY[:9], KEY[9:], "\n"):  # a value in two writes
        sys.stdout.write(part)
        sys.stdout.flush()
    print(f"Authorization: Bearer {KEY}", file=sys.stderr)
    logging.getLogger("leaky").warning("using %r", KEY)
    Path(body["_pixie"]["artefacts_dir"], "dump.txt").write_text(f"env: {KEY}\n", encoding="utf-8")
    return {
        "raw": KEY,
        "within": {"value": f"key={KEY};"},
        "nested": [{"deep": {"deeper": [KEY]}}],
        "as_a_key": {KEY: 1, f"{KEY}!": 2},
        "base64": base64.b64encode(f"user:{KEY}".encode()).decode(),
        "hex": KEY.encode().hex(),
        "in_a_url": f"https://api.example/?key={quote(KEY, safe='')}",
        "json_in_text": json.dumps({"key": KEY}),
        "number": int(NUMBER),
        "environment": dict(os.environ),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port)
