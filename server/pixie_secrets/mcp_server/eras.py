"""Has a client that cannot read `input_required` fall back to the handshake of 2025, where it can be asked properly.

Such a client opens with `server/discover`, says who it is, and would put the one-time link of an answer before its
model. It is told that there is no such method, as a server of 2025 would, before the SDK decides for the connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import METHOD_NOT_FOUND, ErrorData, JSONRPCError, JSONRPCRequest

from pixie_secrets import clients

if TYPE_CHECKING:
    from contextvars import Context
    from types import TracebackType
    from typing import Self

    from mcp.shared._stream_protocols import ReadStream, WriteStream

DISCOVER = "server/discover"
CLIENT_INFO = "io.modelcontextprotocol/clientInfo"


class DiscoverFilter:
    """The server's read stream, without the `server/discover` of a client that must not be answered."""

    def __init__(self, inner: ReadStream[SessionMessage | Exception], write: WriteStream[SessionMessage]) -> None:
        self._inner = inner
        self._write = write

    @property
    def last_context(self) -> Context | None:
        """Of the message that was received last; the SDK asks."""
        return getattr(self._inner, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        while True:
            item = await self._inner.receive()
            if not isinstance(item, SessionMessage) or not isinstance(item.message, JSONRPCRequest):
                return item
            if item.message.method != DISCOVER or understands_discover(item.message.params):
                return item
            error = ErrorData(code=METHOD_NOT_FOUND, message="method not found")
            refusal = JSONRPCError(jsonrpc="2.0", id=item.message.id, error=error)
            await self._write.send(SessionMessage(message=refusal))

    async def aclose(self) -> None:
        await self._inner.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def understands_discover(params: Any) -> bool:
    """Whether the client that sent these params of `server/discover` can be served in that era."""
    meta = params.get("_meta") if isinstance(params, dict) else None
    info = meta.get(CLIENT_INFO) if isinstance(meta, dict) else None
    name = info.get("name") if isinstance(info, dict) else None
    return clients.by_handshake(name if isinstance(name, str) else None).understands_discover
