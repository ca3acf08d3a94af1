"""The web server of one process: on 127.0.0.1 only, inside the caller's event loop, and silent.

It lives next to a protocol on stdout and a person's terminal, so it installs no signal handlers, configures no logging
and keeps no access log (a link's token would be in it). Every request has a deadline, from its first byte to the last
one of its answer, so a connection that dawdles is dropped. Any program of this machine can connect: where there are
many connections, those that have waited for their client longest give way, so that a person is let in.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from heapq import nsmallest
from typing import TYPE_CHECKING, cast

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Generator

    from starlette.types import ASGIApp
    from uvicorn.protocols.http.h11_impl import RequestResponseCycle

REQUEST_SECONDS = 30.0
_IDLE_SECONDS = 5
_CONNECTIONS_MAX = 128
_ACCEPTED_AT_ONCE = 64  # fewer than above: who has just come in is not pushed out before its request was looked at
_HEAD_BYTES_MAX = 32 * 1024


class _Deadlined(H11Protocol):
    """uvicorn bounds idle connections only; this bounds the time until a request is answered, and their number."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        self._start_clock()
        self._make_room()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_clock()

    def _make_room(self) -> None:
        """Let the connections beyond the maximum give way: of those that wait for their client, the longest first."""
        surplus = len(self.connections) - _CONNECTIONS_MAX
        if surplus > 0:
            others = (other for other in self.connections if isinstance(other, _Deadlined) and other is not self)
            for other in nsmallest(surplus, filter(_Deadlined._waits_for_client, others), key=_Deadlined._closes_at):
                self.connections.discard(other)  # closing takes until the loop's next turn
                other.transport.abort()  # without waiting until what was answered has been read

    def _waits_for_client(self) -> bool:
        """Whether nothing is asked, only a part of a request has come, or an answer is not read."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None until the first request
        return cycle is None or cycle.response_complete or cycle.more_body or self.flow.write_paused

    def _closes_at(self) -> float:
        """The loop's time of the deadline: the earlier, the longer this connection is open or answered."""
        return self._deadline.when() if self._deadline else 0.0

    def _start_clock(self) -> None:
        self._stop_clock()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()


class _Embedded(Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals belong to the program this server is a guest of."""
        yield


class LoopbackServer:
    """Serves one app on 127.0.0.1 until stopped; on a free port, unless one is named.

    Raises:
        OSError: the port that was named is taken.
    """

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if port:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # where one of ours has just ended
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError:
            self._socket.close()
            raise
        self._socket.listen()  # from here on a browser waits instead of being refused
        self.port: int = self._socket.getsockname()[1]
        self._server = _Embedded(
            Config(
                app,
                http=_Deadlined,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=_IDLE_SECONDS,
                timeout_graceful_shutdown=2,
                limit_concurrency=2 * _CONNECTIONS_MAX,  # beyond what gives way: so many are being answered just now
                backlog=_ACCEPTED_AT_ONCE,
                h11_max_incomplete_event_size=_HEAD_BYTES_MAX,
            )
        )
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))

    async def stop(self) -> None:
        """Stop listening, let answers under way finish, close."""
        self._server.should_exit = True
        await self._task
        self._socket.close()
