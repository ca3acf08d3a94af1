"""Stdin and stdout: only protocol passes, and whatever leaves has passed the index of known values.

Descriptors 0 and 1 are taken away from the rest of the process before anything else is imported, and never given back:
a library that prints, prints to stderr; a child that reads, reads nothing.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pixie_secrets.known_values.json_documents import masked

if TYPE_CHECKING:
    from types import TracebackType

    from mcp.shared._stream_protocols import WriteStream
    from mcp.shared.message import SessionMessage
    from mcp_types import JSONRPCMessage, RequestId

    from pixie_secrets.known_values import KnownValues

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
    """The server's write stream: every string of every message, except the frame, is masked on its way out.

    results: ids of calls whose answer `results.done` has masked already; only there it is known which words are ours.
    """

    def __init__(self, inner: WriteStream[SessionMessage], known: KnownValues, results: set[RequestId]) -> None:
        self._inner = inner
        self._known = known
        self._results = results

    async def send(self, item: SessionMessage, /) -> None:
        request = getattr(item.message, "id", None)
        item.message = masked_message(item.message, self._known, is_masked=request in self._results)
        self._results.discard(request)
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


def masked_message(message: JSONRPCMessage, known: KnownValues, *, is_masked: bool = False) -> JSONRPCMessage:
    """A copy of `message` with its payload masked; id, method and version stay. is_masked: a result's content is."""
    fields = message.model_dump(include={"result", "params", "error"}, exclude_unset=True)
    result = fields.get("result")
    if isinstance(result, dict) and ("tools" in result or "capabilities" in result):
        # Constants of this program: a mask in them would tell a model that a value equals one of their words.
        return message
    kept = {}
    if is_masked and isinstance(result, dict) and "structuredContent" in result:
        kept = {name: result.pop(name) for name in ("structuredContent", "content") if name in result}
    safe = {name: _masked(part, known) for name, part in fields.items()}
    if kept:
        safe["result"] |= kept
    return type(message).model_validate({**message.model_dump(exclude_unset=True), **safe})


def _masked(node: Any, known: KnownValues) -> Any:
    """`node`, a part of a message, with every string in it masked; keys, and the leaves of the frame, stay."""
    if isinstance(node, list):
        return [_masked(item, known) for item in node]
    if isinstance(node, dict):
        return {key: _masked_member(node, key, known) for key in node}
    return masked(node, known) if isinstance(node, str) else node


def _masked_member(parent: dict[str, Any], key: str, known: KnownValues) -> Any:
    node = parent[key]
    if key == "structuredContent":
        return masked(node, known)
    if isinstance(node, str) and (key in _FRAME or (key == "url" and parent.get("mode") == "url")):
        return node
    return _masked(node, known)
