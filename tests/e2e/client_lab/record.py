"""What tests saw of each real client, kept in `seen.json` for the table in README and docs/clients.md.

A test tells what it saw; a record that says otherwise fails it. With `PIXIE_RECORD=1` the record is written instead,
and `server/generate.py` makes the table of it. So no row says what no run showed.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.e2e.client_lab.machine import MORE

SEEN = Path(__file__).with_name("seen.json")
MODULES = [Path(__file__).parents[1] / "node_modules", *([Path(MORE)] if MORE else [])]
PACKAGES = {
    "claude-code": "@anthropic-ai/claude-code",
    "codex": "@openai/codex",
    "gemini": "@google/gemini-cli",
    "opencode": "opencode-ai",
    "kilo": "@kilocode/cli-linux-x64",
    "qwen": "@qwen-code/qwen-code",
    "copilot": "@github/copilot",
    "continue": "@continuedev/cli",
    "cline": "cline",
    "kimi": "@moonshot-ai/kimi-code",
    "inspector": "@modelcontextprotocol/inspector",
}
RECORD = bool(os.environ.get("PIXIE_RECORD"))


def saw(client: str, **what: Any) -> None:
    """A test saw this of the client.

    what: lists, sets (`page` or `command`), nowhere (the value is in no request and in no file but `.env`), denied,
    masked, stopped (by the guard).
    """
    rows: dict[str, dict[str, Any]] = json.loads(SEEN.read_text(encoding="utf-8")) if SEEN.exists() else {}
    packages = (folder / PACKAGES[client] / "package.json" for folder in MODULES)
    version = json.loads(next(path for path in packages if path.exists()).read_text(encoding="utf-8"))["version"]
    row = rows.get(client, {})
    if not RECORD:
        assert {name: row.get(name) for name in ("version", *what)} == {"version": version, **what}, (
            f"see PIXIE_RECORD: {client} {what}"
        )
        return
    rows[client] = {**row, "version": version, "date": f"{datetime.now(tz=UTC):%Y-%m-%d}", **what}
    SEEN.write_text(json.dumps(rows, indent=2, sort_keys=True) + "\n", encoding="utf-8")
