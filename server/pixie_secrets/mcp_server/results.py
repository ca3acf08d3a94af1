"""What a call answers: structured content, and the same as text for clients that read only text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mcp_types import CallToolResult, TextContent
from pydantic import Field

from pixie_secrets.channels.channel import Medium, Outcome  # noqa: TC001  pydantic reads the annotations
from pixie_secrets.frozen import Frozen
from pixie_secrets.known_values.json_documents import masked_result
from pixie_secrets.operations.status import SecretStatus  # noqa: TC001  as above

if TYPE_CHECKING:
    from pixie_secrets.errors import PixieError


class SecretAsked(Frozen):
    """How asking a person ended. There is no field that could hold a value."""

    tool_id: str
    secrets: tuple[SecretStatus, ...] = Field(description="what was asked for, as it is now")
    outcome: Outcome | None = Field(description="null: nobody was asked, because there was nothing to ask for")
    channel: Medium | None = Field(description="how the person was reached; null when nobody was")
    warnings: tuple[str, ...] = Field(default=(), description="to pass on to the user")
    next_step: str | None = Field(default=None, description="what to tell the user when it is not saved")


class Documented(Frozen):
    """A result that can be asked for as one text, too; without one the field is not there."""

    document: str | None = Field(default=None, description="what was asked for as one text, such as a page or SARIF")


def done(result: Frozen) -> CallToolResult:
    """A result the model sees. A document is all the text there is: clients that read text hand it on as it is."""
    without = ("document",) if isinstance(result, Documented) and result.document is None else ()
    content = masked_result(result, without=without)  # before JSON escapes hide a value
    document = content.get("document") if isinstance(result, Documented) else None
    text = json.dumps(content, ensure_ascii=False) if document is None else document
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=content)


def refused(error: PixieError) -> CallToolResult:
    """A refusal the model sees: of an error, it is shown the text alone."""
    text = f"{error.message}. {error.hint}." if error.hint else f"{error.message}."
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def failed() -> CallToolResult:
    """A defect of ours; what happened is in the log and only there."""
    return CallToolResult(content=[TextContent(type="text", text="internal error, see the log.")], is_error=True)
