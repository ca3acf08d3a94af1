"""A value planted in each kind of message that an MCP server sends, in each form: none leaves."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest
from mcp_types import ErrorData, JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from pixie_secrets.known_values import KnownValues
from pixie_secrets.mcp_server.stdio import masked_message

VALUE = "sk-live/47+11 \"quoted\" & 'more' é"
FORMS = {
    "itself": VALUE,
    "json": json.dumps(VALUE)[1:-1],
    "repr": repr(VALUE)[1:-1],
    "html": html.escape(VALUE),
    "url": quote(VALUE, safe=""),
    "base64": b64encode(VALUE.encode()).decode(),
    "hex": VALUE.encode().hex(),
}


def kinds(planted: str) -> dict[str, Any]:
    """One message of each kind with `planted` in it, as the SDK and our own code make them."""
    text = f"failed with {planted}"
    content = [{"type": "text", "text": text}, {"type": "text", "text": json.dumps({"error": text})}]
    return {
        "result": JSONRPCResponse(jsonrpc="2.0", id=1, result={"content": content, "isError": True}),
        "structured": JSONRPCResponse(
            jsonrpc="2.0", id=1, result={"content": [], "structuredContent": {"status": text, "deep": [{"type": text}]}}
        ),
        "error": JSONRPCError(
            jsonrpc="2.0", id=1, error=ErrorData(code=-32603, message=text, data={"trace": [text, {"cause": text}]})
        ),
        "log": JSONRPCNotification(
            jsonrpc="2.0", method="notifications/message", params={"level": "error", "logger": text, "data": [text]}
        ),
        "progress": JSONRPCNotification(
            jsonrpc="2.0", method="notifications/progress", params={"progressToken": 1, "progress": 1, "message": text}
        ),
        "cancelled": JSONRPCNotification(
            jsonrpc="2.0", method="notifications/cancelled", params={"requestId": 1, "reason": text}
        ),
        "question": JSONRPCRequest(
            jsonrpc="2.0", id=2, method="elicitation/create",
            params={"mode": "url", "message": text, "url": "http://127.0.0.1:1/", "elicitationId": "1"},
        ),
    }  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", kinds(""))
def test_no_kind_of_message_carries_a_value(kind: str, form: str) -> None:
    known = KnownValues()
    known.add(VALUE, key="K", tool="t")
    message = kinds(FORMS[form])[kind]
    sent = masked_message(message, known).model_dump_json(by_alias=True, exclude_unset=True)
    assert "failed with ***" in sent
    assert known.find(sent) == []
    assert not [planted for planted in FORMS.values() if planted in sent]
