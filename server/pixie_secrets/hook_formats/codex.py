"""Codex's hooks (https://developers.openai.com/codex/hooks), seen in 0.171.0: Claude Code's events and names.

A result is replaced by the reason of a block, for a failed command too; `updatedToolOutput` is ignored. What the tool
really said stays in the client's transcript. Hooks run once the person has trusted them.
"""

from __future__ import annotations

from pixie_secrets.hook_formats import patch
from pixie_secrets.hook_formats.claude_code import denied
from pixie_secrets.hook_formats.request import AFTER, BEFORE, OTHER, PROMPT, SHELL, Request, text_at, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

__all__ = ["EVENTS", "changed", "denied", "masked", "request", "stopped"]

TYPES_INTO_SHELL = "write_stdin"  # of a command that still runs, which may be a shell
EVENTS = {"PreToolUse": BEFORE, "PostToolUse": AFTER, "UserPromptSubmit": PROMPT}


def request(_event: str, document: Mapping[str, Any]) -> Request:
    tool, given = text_at(document, "tool_name"), document.get("tool_input")
    kind, command = OTHER, text_at(given, "command") if isinstance(given, dict) else ""
    if tool == "apply_patch":
        given = {"edits": [edit for text in _texts(given) for edit in patch.edits(text)]}
    elif tool == "Bash" and patch.BEGIN in command:  # `apply_patch <<EOF`, which the client takes for the tool
        given = {"command": command, "edits": patch.edits(command)}
    elif tool == "Bash":
        kind = SHELL
    elif tool == TYPES_INTO_SHELL and isinstance(given, dict):
        kind, given = SHELL, {"command": text_at(given, "chars")}
    return Request(kind, given, text_at(document, "cwd"), document.get("tool_response"), text_at(document, "prompt"))


def _texts(given: Any) -> Iterator[str]:
    """Of what a tool is given, each text: it may be one, or stand in a list of words."""
    if isinstance(given, str):
        yield given
    for each in given.values() if isinstance(given, dict) else given if isinstance(given, list) else ():
        yield from _texts(each)


def changed(_request: Request, _given: Mapping[str, Any]) -> None:
    """It has no tool whose search could be narrowed."""


def masked(_request: Request, result: Any, note: str) -> dict[str, Any]:
    """Of an MCP result, its content: `structuredContent` says the same."""
    content = result["content"] if isinstance(result, dict) and "content" in result else result
    return {"decision": "block", "reason": texts(content) + "\n\n" + note}


def stopped(reason: str) -> dict[str, Any]:
    return {"decision": "block", "reason": reason}
