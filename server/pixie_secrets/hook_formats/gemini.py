"""Gemini CLI's hooks (docs/hooks/reference.md in its package), seen in 0.61.0.

A result is replaced by the reason of a denial, for a failed command too, before it is written to the transcript.
"""

from __future__ import annotations

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

EVENTS = {"BeforeTool": BEFORE, "AfterTool": AFTER, "BeforeAgent": PROMPT}
KINDS = {
    "run_shell_command": SHELL,
    "read_file": FILE,
    "read_many_files": MANY,
    "write_file": WRITE,
    "replace": WRITE,
    "grep_search": SEARCH,
    "search_file_content": SEARCH,  # what it was called before
    "glob": NAMES,
    "list_directory": NAMES,
}
FOLDER, GLOBS = "dir_path", ("include_pattern", "include")


def request(_event: str, document: Mapping[str, Any]) -> Request:
    kind, given = KINDS.get(text_at(document, "tool_name"), OTHER), document.get("tool_input")
    if kind == SEARCH and isinstance(given, dict):
        given = {
            "path": text_at(given, FOLDER),
            "glob": next(filter(None, (text_at(given, each) for each in GLOBS)), ""),
        }
    if kind == MANY:
        given = patterns(given)
    return Request(kind, given, text_at(document, "cwd"), document.get("tool_response"), text_at(document, "prompt"))


def denied(reason: str) -> dict[str, Any]:
    return {"decision": "deny", "reason": reason}


def changed(_request: Request, _given: Mapping[str, Any]) -> None:
    """Its search takes one pattern and cannot be told what to leave out; what it finds is masked."""


def masked(_request: Request, result: Any, note: str) -> dict[str, Any]:
    content = result.get("llmContent") if isinstance(result, dict) else result
    return denied(texts(content) + "\n\n" + note)


def stopped(reason: str) -> dict[str, Any]:
    return denied(reason)
