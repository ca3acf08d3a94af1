"""GitHub Copilot CLI's hooks (https://docs.github.com/copilot/reference/hooks-configuration), seen in 1.0.102.

A command that fails is a success to them, so its output is replaced as well; a tool that fails otherwise is not. What
the tool really said stays in the client's transcript.
"""

from __future__ import annotations

import json
from contextlib import suppress

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

EVENTS = {"preToolUse": BEFORE, "postToolUse": AFTER, "userPromptSubmitted": PROMPT}
TYPES_INTO_SHELL = "write_bash"
KINDS = {
    "bash": SHELL,
    TYPES_INTO_SHELL: SHELL,
    "view": FILE,
    "create": WRITE,
    "edit": WRITE,
    "grep": SEARCH,
    "glob": NAMES,
}


def request(_event: str, document: Mapping[str, Any]) -> Request:
    given = document.get("toolArgs")
    if isinstance(given, str):  # as its documents have it
        with suppress(ValueError):
            given = json.loads(given)
    if text_at(document, "toolName") == TYPES_INTO_SHELL and isinstance(given, dict):
        given = {"command": text_at(given, "input").replace("{enter}", "\n")}
    kind = KINDS.get(text_at(document, "toolName"), OTHER)
    return Request(kind, given, text_at(document, "cwd"), document.get("toolResult"), text_at(document, "prompt"))


def denied(reason: str) -> dict[str, Any]:
    return {"permissionDecision": "deny", "permissionDecisionReason": reason}


def changed(_request: Request, _given: Mapping[str, Any]) -> None:
    """Its search takes one pattern and cannot be told what to leave out; what it finds is masked."""


def masked(_request: Request, result: Any, note: str) -> dict[str, Any]:
    return {"modifiedResult": result, "additionalContext": note}


def stopped(reason: str) -> dict[str, Any]:
    return {"decision": "block", "reason": reason}
