"""What a call answers: structured content, and the same as text for clients that read only text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mcp_types import CallToolResult, TextContent

from pixie_secrets.known_values.json_documents import masked_result
from pixie_secrets.mcp_server.calls import shortened

if TYPE_CHECKING:
    from pixie_secrets.errors import PixieError


def done(result: Any) -> CallToolResult:
    """A result the model sees, whole in both forms: some clients hand on the structure, some only the text.

    A result that was asked for as one text has it as its `document`, which comes first in the text, as it is, and the
    rest as JSON after it; without one the field is not there.
    """
    without = ("document",) if getattr(result, "document", None) is None else ()
    content = masked_result(result, without=without)  # before JSON escapes hide a value
    if "outputs" in content:
        content["outputs"] = shortened(content["outputs"])
    document = content.get("document")
    rest = {name: value for name, value in content.items() if name != "document" or document is None}
    texts = [*([document] if document is not None else []), json.dumps(rest, ensure_ascii=False)]
    return CallToolResult(content=[TextContent(type="text", text=text) for text in texts], structured_content=content)


def refused(error: PixieError) -> CallToolResult:
    """A refusal the model sees: of an error, it is shown the text alone."""
    hint = error.hint_for_agent
    text = f"{error.message}. {hint}." if hint else f"{error.message}."
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def failed() -> CallToolResult:
    """A defect of ours; what happened is in the log and only there."""
    return CallToolResult(content=[TextContent(type="text", text="internal error, see the log.")], is_error=True)
