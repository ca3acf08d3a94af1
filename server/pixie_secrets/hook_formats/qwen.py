"""qwen-code's hooks (bundled/qc-helper/docs/features/hooks.md in its package), seen in 0.24.4: Claude Code's names.

A result is replaced by the reason to stop, before it is written to the transcript; the turn goes on. A command that
fails is no PostToolUse, and PostToolUseFailure changes nothing: its result can be replaced only as the last one of
a batch, which is what a single call is, too. The prompt's event also comes with every result of a tool, then empty.
"""

from __future__ import annotations

from pixie_secrets.hook_formats.claude_code import denied
from pixie_secrets.hook_formats.request import (
    AFTER,
    BEFORE,
    FILE,
    MANY,
    NAMES,
    OTHER,
    PROMPT,
    SEARCH,
    SHELL,
    WRITE,
    Request,
    patterns,
    text_at,
    texts,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["EVENTS", "changed", "denied", "masked", "request", "stopped"]

BATCH = "PostToolBatch"
EVENTS = {"PreToolUse": BEFORE, "PostToolUse": AFTER, BATCH: AFTER, "UserPromptSubmit": PROMPT}
KINDS = {
    "run_shell_command": SHELL,
    "read_file": FILE,
    "read_many_files": MANY,
    "write_file": WRITE,
    "edit": WRITE,
    "notebook_edit": WRITE,
    "grep_search": SEARCH,
    "glob": NAMES,
    "list_directory": NAMES,
}


def request(event: str, document: Mapping[str, Any]) -> Request:
    result = document.get("tool_response")
    if event == BATCH:
        calls = document.get("tool_calls")
        last = calls[-1] if isinstance(calls, list) and calls and isinstance(calls[-1], dict) else {}
        result = last.get("tool_response")
    kind, given = KINDS.get(text_at(document, "tool_name"), OTHER), document.get("tool_input")
    return Request(
        kind,
        patterns(given) if kind == MANY else given,
        text_at(document, "cwd"),
        result,
        text_at(document, "prompt"),
    )


def changed(_request: Request, _given: Mapping[str, Any]) -> None:
    """It takes no other arguments; what its search finds is masked."""


def masked(_request: Request, result: Any, note: str) -> dict[str, Any]:
    content = result
    if isinstance(result, dict):
        content = result["llmContent"] if "llmContent" in result else result.get("response_parts")
    text = texts(content) + "\n\n" + note
    return {"continue": False, "stopReason": text, "decision": "block", "reason": text}


def stopped(reason: str) -> dict[str, Any]:
    return {"decision": "block", "reason": reason}
