"""Stdin and stdout: only protocol passes, and whatever leaves has passed the index of known values.

Descriptors 0 and 1 are taken away from the rest of the process before anything else is imported, and never given back:
a library that prints, prints to stderr; a child that reads, reads nothing.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pixie_secrets.known_values.document import masked_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from mcp.shared._stream_protocols import WriteStream
    from mcp.shared.message import SessionMessage
    from mcp_types import JSONRPCMessage

# Leaves of the protocol that are closed vocabulary, or opaque: masking one would break the message and hide nothing.
_FRAME = frozenset({"action", "elicitationId", "mode", "progressToken", "requestState", "resultType", "type"})


class Wire(NamedTuple):
    """Private descriptors of what were stdin and stdout."""

    incoming: int
    outgoing: int


def claim_stdio() -> Wire:
    """Move the protocol to private descriptors; afterwards 0 is empty and 1 is stderr."""
    wire = Wire(os.dup(0), os.dup(1))  # not inheritable: no child sees them
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout.flush()
    os.dup2(2, 1)
    return wire


class MaskedWriter:
    """The server's write stream: every string of every message, except the frame, is masked on its way out."""

    def __init__(self, inner: WriteStream[SessionMessage], mask: Callable[[str], str]) -> None:
        self._inner = inner
        self._mask = mask

    async def send(self, item: SessionMessage, /) -> None:
        item.message = masked_message(item.message, self._mask)
        await self._inner.send(item)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool | None:
        await self.aclose()
        return None


def masked_message(message: JSONRPCMessage, mask: Callable[[str], str]) -> JSONRPCMessage:
    """A copy of `message` with its payload masked; id, method and version stay."""
    fields = message.model_dump(include={"result", "params", "error"}, exclude_unset=True)
    result = fields.get("result")
    if isinstance(result, dict) and ("tools" in result or "capabilities" in result):
        # Constants of this program: a mask in them would tell a model that a value equals one of their words.
        return message
    return type(message).model_validate(
        {**message.model_dump(exclude_unset=True), **{name: masked(part, mask) for name, part in fields.items()}}
    )


def masked(node: Any, mask: Callable[[str], str]) -> Any:
    """`node`, a part of a message, with every string in it masked; keys, and the leaves of the frame, stay."""
    if isinstance(node, list):
        return [masked(item, mask) for item in node]
    if isinstance(node, dict):
        return {key: _masked_member(node, key, mask) for key in node}
    return masked_document(node, mask)


def _masked_member(parent: dict[str, Any], key: str, mask: Callable[[str], str]) -> Any:
    node = parent[key]
    if key == "structuredContent":
        return masked_document(node, mask)
    if isinstance(node, str) and (key in _FRAME or (key == "url" and parent.get("mode") == "url")):
        return node
    return masked(node, mask)
