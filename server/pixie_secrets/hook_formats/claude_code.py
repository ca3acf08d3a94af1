"""Claude Code's hooks (https://code.claude.com/docs/en/hooks), seen in 2.1.330.

A command that fails is no PostToolUse. A result of another shape is dropped, and the original shown.
"""

from __future__ import annotations

from pixie_secrets.hook_formats.request import (
    AFTER,
    BEFORE,
    FILE,
    NAMES,
    OTHER,
    OWN,
    PROMPT,
    SEARCH,
    SHELL,
    START,
    WRITE,
    Request,
    text_at,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

EVENTS = {"PreToolUse": BEFORE, "PostToolUse": AFTER, "UserPromptSubmit": PROMPT, "SessionStart": START}
OWN_TOOLS = "mcp__plugin_pixie_secrets__"  # of the plugin; any other server may call itself `secrets`
KINDS = {
    "Bash": SHELL,
    "Grep": SEARCH,
    "Glob": NAMES,
    "LS": NAMES,
    "Write": WRITE,
    "Edit": WRITE,
    "MultiEdit": WRITE,
    "NotebookEdit": WRITE,
}


def request(event: str, document: Mapping[str, Any]) -> Request:
    begun = {"transcript": text_at(document, "transcript_path")}
    return Request(
        kind_of(text_at(document, "tool_name")),
        begun if event == "SessionStart" else document.get("tool_input"),
        text_at(document, "cwd"),
        document.get("tool_response"),
        text_at(document, "prompt"),
    )


def kind_of(tool: str) -> str:
    if tool.startswith("mcp__"):
        return OWN if tool.startswith(OWN_TOOLS) else OTHER
    return KINDS.get(tool, FILE)


def denied(reason: str) -> dict[str, Any]:
    output = {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": reason}
    return {"hookSpecificOutput": output}


def changed(_request: Request, given: Mapping[str, Any]) -> dict[str, Any]:
    """Without a decision: the client asks the person as it would have."""
    return {"hookSpecificOutput": {"hookEventName": "PreToolUse", "updatedInput": given}}


def masked(_request: Request, result: Any, note: str) -> dict[str, Any]:
    output = {"hookEventName": "PostToolUse", "updatedToolOutput": result, "additionalContext": note}
    return {"hookSpecificOutput": output}


def stopped(reason: str) -> dict[str, Any]:
    output = {"hookEventName": "UserPromptSubmit", "suppressOriginalPrompt": True}
    return {"decision": "block", "reason": reason, "hookSpecificOutput": output}


def noticed(line: str) -> dict[str, Any]:
    return {"systemMessage": line}
