"""The table of services that can be asked about a key, for docs/probe.md, from what the program ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.services.table import services

if TYPE_CHECKING:
    from pathlib import Path

BEGIN, END = "<!-- made by server/generate.py from services.toml -->\n", "<!-- end -->\n"
HEAD = "| name | service | its keys are called |\n|---|---|---|\n"


def table() -> str:
    """One row for each service, with the page that documents how it is asked."""
    rows = []
    for service in services().values():
        keys = ", ".join(f"`{key}`" for key in service.keys)
        rows.append(f"| `{service.name}` | [{service.title}]({service.source}) | {keys} |\n")
    return HEAD + "".join(rows)


def with_table(path: Path) -> str:
    """The document with the table between its two marks."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin
    assert end
    return before + BEGIN + table() + END + after
