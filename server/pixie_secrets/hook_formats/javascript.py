"""What our plugin for opencode and Kilo (clients/plugin.js) asks and is answered; seen in opencode 1.18.33.

Its events are the clients' own. A result is the whole object that the plugin was given, and goes back in its place.
"""

from __future__ import annotations

from pixie_secrets.hook_formats import patch
from pixie_secrets.hook_formats.request import (
    AFTER,
    BEFORE,
    FILE,
    NAMES,
    OTHER,
    PROMPT,
    SEARCH,
    SHELL,
    WRITE,
    Request,
    text_at,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

EVENTS = {"tool.execute.before": BEFORE, "tool.execute.after": AFTER, "chat.message": PROMPT}
KINDS = {
    "bash": SHELL,
    "read": FILE,
    "write": WRITE,
    "edit": WRITE,
    "grep": SEARCH,
    "glob": NAMES,
    "list": NAMES,
}


def request(_event: str, document: Mapping[str, Any]) -> Request:
    tool, given = text_at(document, "tool"), document.get("args")
    kind = KINDS.get(tool, OTHER)
    if kind == SEARCH and isinstance(given, dict):
        given = {"path": text_at(given, "path"), "glob": text_at(given, "include")}
    elif isinstance(given, dict) and isinstance(given.get("patchText"), str):
        given = {"edits": patch.edits(given["patchText"])}
    return Request(kind, given, text_at(document, "cwd"), document.get("result"), text_at(document, "prompt"))


def denied(reason: str) -> dict[str, Any]:
    return {"denied": reason}


def changed(_request: Request, _given: Mapping[str, Any]) -> None:
    """Its search takes one pattern and cannot be told what to leave out; what it finds is masked."""


def masked(_request: Request, result: Any, note: str) -> dict[str, Any]:
    """The note goes behind the text that the model reads, wherever this result has it."""
    if isinstance(result, dict) and isinstance(result.get("output"), str):
        result = {**result, "output": result["output"] + "\n\n" + note}
    elif isinstance(result, dict) and isinstance(result.get("content"), list):
        result = {**result, "content": [*result["content"], {"type": "text", "text": note}]}
    return {"result": result}


def stopped(reason: str) -> dict[str, Any]:
    return {"stopped": reason}
