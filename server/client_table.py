"""The tables of clients with what was seen of each, for README, docs/clients.md and docs/leaks.md, from what the tests
recorded.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pixie_secrets.clients import CLIENTS

ROOT = Path(__file__).resolve().parent.parent
SEEN = ROOT / "tests/e2e/client_lab/seen.json"
BEGIN, END = "<!-- made by server/generate.py from what the tests saw -->\n", "<!-- end -->\n"
HEAD = "| client | seen as | lists | sets | value in no transcript | guarded |\n|---|---|---|---|---|---|\n"
LEAKS_HEAD = (
    "| client | seen as | a value stood in | cleaned | left, with its command | the session goes on |\n"
    "|---|---|---|---|---|---|\n"
)
GUARD = ("denied", "masked", "stopped")
NOT_SEEN = {
    "cursor": "not run: a desktop program behind an account; connected by its documents",
    "vscode": "not run: a desktop program; connected by its documents",
}


def table() -> str:
    """One row for each client; what was not seen says why."""
    seen: dict[str, dict[str, Any]] = json.loads(SEEN.read_text(encoding="utf-8"))
    rows = []
    for client in CLIENTS:
        row = seen.get(client.name)
        if row is None:
            cells = ["-", NOT_SEEN.get(client.name, "not in the tests yet"), "", "", ""]
        else:
            guarded = ", ".join(each for each in GUARD if row.get(each)) or "no"
            version = f"{row['version']}, {row['date']}"
            cells = [version, _yes(row.get("lists")), row.get("sets") or "no", _yes(row.get("nowhere")), guarded]
        rows.append(f"| {' | '.join([client.title, *cells])} |\n")
    return HEAD + "".join(rows)


def leaks_table() -> str:
    """One row for each client that keeps sessions: where a value stood, and what became of it."""
    seen: dict[str, dict[str, Any]] = json.loads(SEEN.read_text(encoding="utf-8"))
    rows = []
    for client in CLIENTS:
        leaks = seen.get(client.name, {}).get("leaks")
        if leaks:
            cleaned = [place for place in leaks["places"] if place not in leaks["by_hand"]]
            cells = [seen[client.name]["version"], ", ".join(leaks["places"]), ", ".join(cleaned)]
            cells += [", ".join(leaks["by_hand"]) or "nothing", _yes(leaks["resumed"])]
        elif client.name == "inspector":
            continue  # it keeps nothing
        else:
            cells = ["-", NOT_SEEN.get(client.name, "not in the tests yet"), "", "", ""]
        rows.append(f"| {' | '.join([client.title, *cells])} |\n")
    return LEAKS_HEAD + "".join(rows)


def with_table(path: Path) -> str:
    """The document with its table between the two marks."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin
    assert end
    return before + BEGIN + (leaks_table() if path.name == "leaks.md" else table()) + END + after


def _yes(what: object) -> str:
    return "yes" if what else "no"
