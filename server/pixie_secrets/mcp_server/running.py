"""A run of a tool as a call: what it streams becomes progress, a cancelled call ends it, a long answer is shortened."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache, partial
from itertools import count
from typing import TYPE_CHECKING, Any

import anyio
import anyio.from_thread
import anyio.lowlevel
import anyio.to_thread

from pixie_secrets.operations.run_tool import run_tool

if TYPE_CHECKING:
    from pixie_secrets.mcp_server.question import Call
    from pixie_secrets.operations.run_tool import RunToolRequest, ToolRun

RUNS_MAX = 16  # at once in this process; further calls wait, and other tools of ours do not wait for them
TEXT_MAX = 20_000  # characters of one output that a model is given
ITEMS_MAX = 500  # of one list in an output


async def run(call: Call, request: RunToolRequest) -> ToolRun:
    """Run the tool in a thread; a cancelled call ends the run and all of its processes."""
    cancelled = threading.Event()
    numbers = count(1)
    token = anyio.lowlevel.current_token()

    async def tell(text: str) -> None:
        await call.context.session.report_progress(next(numbers), None, text)

    def report(text: str) -> None:
        with suppress(Exception):  # nobody listens any more: the run goes on, or is being cancelled
            anyio.from_thread.run(tell, text, token=token)

    work = partial(run_tool, call.project, request, report=report, cancelled=cancelled)
    try:
        ended = await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=_limiter())
    except anyio.get_cancelled_exc_class():
        cancelled.set()
        raise
    return ended.model_copy(update={"outputs": shortened(ended.outputs)})


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


@cache
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(RUNS_MAX)
