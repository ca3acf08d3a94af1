"""A share as a call: how far it is becomes progress, and a cancelled call leaves no archive behind."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.from_thread
import anyio.lowlevel
import anyio.to_thread

from pixie_secrets.archives.refusals import ShareRefused
from pixie_secrets.operations.share_tool import share_tool

if TYPE_CHECKING:
    from pixie_secrets.mcp_server.question import Call
    from pixie_secrets.operations.share_tool import ShareToolRequest, ToolShared

SECONDS_BETWEEN = 0.5


async def share(call: Call, request: ShareToolRequest) -> ToolShared:
    """Share in a thread."""
    cancelled = threading.Event()
    token = anyio.lowlevel.current_token()
    told = time.monotonic()

    async def tell(done: int, total: int) -> None:
        await call.context.session.report_progress(done, total, f"packed {done * 100 // max(total, 1)}%")

    def progress(done: int, total: int) -> None:
        nonlocal told
        if cancelled.is_set():
            raise ShareRefused("cancelled, nothing was written")
        if time.monotonic() - told >= SECONDS_BETWEEN:
            told = time.monotonic()
            with suppress(Exception):  # nobody listens any more
                anyio.from_thread.run(tell, done, total, token=token)

    try:
        return await anyio.to_thread.run_sync(
            partial(share_tool, call.project, request, progress=progress), abandon_on_cancel=True
        )
    except anyio.get_cancelled_exc_class():
        cancelled.set()
        raise
