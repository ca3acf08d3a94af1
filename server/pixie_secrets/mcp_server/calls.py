"""Runs an operation for a call: in a thread, with progress for the person, and stopped when the call is cancelled."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import cache, partial
from itertools import count
from typing import TYPE_CHECKING, Any

import anyio
import anyio.from_thread
import anyio.lowlevel
import anyio.to_thread

from pixie_secrets.audit.entry import Way
from pixie_secrets.operations.context import Context

if TYPE_CHECKING:
    from pixie_secrets.mcp_server.question import Call
    from pixie_secrets.operations.context import Progress
    from pixie_secrets.operations.table import Loaded

RUNS_MAX = 16  # programs at once in this process; further calls wait, and other tools of ours do not wait for them
SECONDS_BETWEEN = 0.5  # of steps that are told
TEXT_MAX = 20_000  # characters of one output that a model is given
ITEMS_MAX = 500  # of one list in an output


async def call_operation(call: Call, operation: Loaded, request: Any, *, runs_programs: bool) -> Any:
    """The operation's result. A cancelled call sets `cancelled`, and the operation ends by itself.

    Raises:
        PixieError: as the operation does.
    """
    cancelled = threading.Event()
    token = anyio.lowlevel.current_token()
    reported = time.monotonic()
    numbers = count(1)

    async def tell(done: float, total: float | None, message: str) -> None:
        await call.context.session.report_progress(done, total, message)

    def progress(step: Progress) -> None:
        nonlocal reported
        if step.text:
            message: tuple[int, int | None, str] = (next(numbers), None, step.text)
        elif time.monotonic() - reported >= SECONDS_BETWEEN and not cancelled.is_set():
            reported = time.monotonic()
            message = (step.done, step.total, _how_far(step))
        else:
            return
        with suppress(Exception):  # nobody listens any more: the operation goes on, or is being cancelled
            anyio.from_thread.run(tell, *message, token=token)

    assert operation.run  # noqa: S101  what asks a person does not come here
    context = Context(call.project, progress, cancelled, Way.TOOL_CALL, call.client.name)
    work = partial(operation.run, context, request)
    try:
        return await anyio.to_thread.run_sync(
            work, abandon_on_cancel=True, limiter=_limiter() if runs_programs else None
        )
    except anyio.get_cancelled_exc_class():
        cancelled.set()
        raise


def shortened(node: Any) -> Any:
    """`node`, a JSON document, with long texts and lists cut; what was cut says so."""
    if isinstance(node, str):
        return node if len(node) <= TEXT_MAX else f"{node[:TEXT_MAX]}… (cut, it is longer)"
    if isinstance(node, list):
        more = ["… (cut, there are more)"] if len(node) > ITEMS_MAX else []
        return [*map(shortened, node[:ITEMS_MAX]), *more]
    if isinstance(node, dict):
        return {key: shortened(item) for key, item in node.items()}
    return node


def _how_far(step: Progress) -> str:
    return f"{step.done * 100 // max(step.total, 1)}% done" if step.total is not None else f"{step.done} done"


@cache
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(RUNS_MAX)
