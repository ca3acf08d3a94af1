"""The web server of one process: on 127.0.0.1 only, inside the caller's event loop, and silent.

It lives next to a protocol on stdout and a person's terminal, so it installs no signal handlers, configures no logging
and keeps no access log (a link's token would be in it). Every request has a deadline, from its first byte to the last
one of its answer, so a connection that dawdles is dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Generator

    from starlette.types import ASGIApp

REQUEST_SECONDS = 30.0
_IDLE_SECONDS = 5
_CONNECTIONS_MAX = 64
_HEAD_BYTES_MAX = 32 * 1024


class _Deadlined(H11Protocol):
    """uvicorn bounds idle connections only; this bounds the time until a request is answered."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        self._start_clock()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_clock()

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
    """Serves one app on a free port of 127.0.0.1 until stopped."""

    def __init__(self, app: ASGIApp) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind(("127.0.0.1", 0))
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
                limit_concurrency=_CONNECTIONS_MAX,
                h11_max_incomplete_event_size=_HEAD_BYTES_MAX,
            )
        )
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))

    async def stop(self) -> None:
        """Stop listening, let answers under way finish, close."""
        self._server.should_exit = True
        await self._task
        self._socket.close()
