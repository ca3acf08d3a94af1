"""Answers the protocol: which tools there are, and calls, each with a fresh look at the project.

What an SDK, a library or a defect of ours has to say about a call goes to the log, masked; to the client go our own
words. That holds for every way out: results, refusals, protocol errors.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.caching import CacheHint
from mcp.server.lowlevel import Server
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from pixie_secrets import __version__, masking
from pixie_secrets.channels.chooser import Patience
from pixie_secrets.errors import PixieError
from pixie_secrets.known_values import KNOWN
from pixie_secrets.layouts.project import find_project
from pixie_secrets.mcp_server import arguments, calls, results
from pixie_secrets.mcp_server.asking import Asking
from pixie_secrets.mcp_server.authorize_secret import AuthorizeArguments
from pixie_secrets.mcp_server.eras import DiscoverFilter
from pixie_secrets.mcp_server.question import Call
from pixie_secrets.mcp_server.set_secret import SetSecretArguments
from pixie_secrets.mcp_server.stdio import MaskedWriter
from pixie_secrets.mcp_server.stream import Incoming, Outgoing
from pixie_secrets.mcp_server.tools import INSTRUCTIONS, TOOLS
from pixie_secrets.stores.canaries import doing
from pixie_secrets.stores.learn import learn

if TYPE_CHECKING:
    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.mcp_server.opening import Opened
    from pixie_secrets.mcp_server.stdio import Wire

NAME = "secrets"
LIST_FRESH_MS = 3_600_000  # the list never changes while this process lives
STATE_SECONDS = 900.0  # longer than a page lives, so that a late answer is told about the page and not about the state

log = logging.getLogger(__name__)
_BY_NAME = {tool.name: tool for tool in TOOLS}


def serve(wire: Wire, patience: Patience | None, opened: Opened) -> int:
    """Serve until stdin ends or a signal says so. opened: what was said before."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    masking.install()
    anyio.run(_serve, wire, patience or Patience(), opened)
    return 0


async def _serve(wire: Wire, patience: Patience, opened: Opened) -> None:
    outgoing = Outgoing(wire.outgoing, opened)
    incoming = Incoming(wire.incoming, opened, outgoing)
    async with Asking(patience) as asking, anyio.create_task_group() as signals:
        if sys.platform != "win32":  # there a client ends us for good at once
            signals.start_soon(_leave_on_signal, asking)
        masked: set[types.RequestId] = set()
        server = build(asking, masked)
        async with stdio_server(cast("Any", incoming), cast("Any", outgoing)) as (read, write):
            writer = MaskedWriter(write, KNOWN, masked)
            await server.run(DiscoverFilter(read, writer), writer, server.create_initialization_options())
        signals.cancel_scope.cancel()


async def _leave_on_signal(asking: Asking) -> None:
    """Withdraw every question, then end as the signal would have: a thread is blocked on stdin and cannot be joined."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as received:
        async for number in received:
            await asking.close()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


def build(asking: Asking, masked: set[types.RequestId]) -> Server[Any]:
    """The server: its tools, and the boundary that nothing passes which it did not word itself.

    masked: gets the ids of calls whose results are masked already.
    """

    async def call_tool(
        context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        result = await _call(asking, context, params)
        if context.request_id is not None and getattr(result, "structured_content", None) is not None:
            masked.add(context.request_id)
        return result

    server: Server[Any] = Server(
        NAME,
        version=__version__,
        title="Pixie secrets",
        instructions=INSTRUCTIONS,
        cache_hints={"tools/list": CacheHint(LIST_FRESH_MS, "public")},
        on_list_tools=_list_tools,
        on_call_tool=call_tool,
    )
    state = RequestStateSecurity(keys=[os.urandom(32)], ttl=STATE_SECONDS)
    # In place of the SDK's own first one: it would put tool names and exception texts into telemetry.
    server.middleware[:] = [_in_our_words, RequestStateBoundary(state, default_audience=NAME)]
    return server


async def _list_tools(
    _context: ServerRequestContext[Any], _params: types.PaginatedRequestParams | None
) -> types.ListToolsResult:
    return _tools()


@cache
def _tools() -> types.ListToolsResult:
    return types.ListToolsResult(tools=[tool.tool() for tool in TOOLS])


async def _call(
    asking: Asking, context: ServerRequestContext[Any], params: types.CallToolRequestParams
) -> types.CallToolResult | types.InputRequiredResult:
    tool = _BY_NAME.get(params.name)
    if tool is None:
        raise MCPError(types.INVALID_PARAMS, f"unknown tool; there are {', '.join(_BY_NAME)}")
    doing(f"pixie-secrets {tool.name}")
    try:
        operation = await anyio.to_thread.run_sync(tool.source.load, abandon_on_cancel=True)
        request = arguments.parse(operation.request, params.arguments or {}, tool.fixed, tool.preview)
        call = Call(context, params, await anyio.to_thread.run_sync(_known_project, abandon_on_cancel=True))
        if isinstance(request, SetSecretArguments):
            return await asking.ask(call, request)
        if isinstance(request, AuthorizeArguments):
            from pixie_secrets.mcp_server.authorizing import authorize

            return await authorize(asking, call, request)
        return results.done(
            await calls.call_operation(call, operation, request, runs_programs=tool.about.runs_programs)
        )
    except PixieError as error:
        return results.refused(error)
    except MCPError:
        raise
    except Exception:
        log.exception("%s failed", tool.name)
        return results.failed()


def _known_project() -> Project:
    """The project as it is now, after its values became known: what is said about it from here on is masked."""
    project = find_project()
    for unread in learn(project):
        if unread.is_new:
            log.warning("%s; its values cannot be masked", unread.error.message)
    return project


async def _in_our_words(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Let no protocol error repeat what it is about."""
    try:
        return await call_next(ctx)
    except MCPError as error:
        if ctx.method == "tools/call" and error.error.data == {"reason": "invalid_request_state"}:
            # An answer to a question of an earlier process: without its state it is told that the page is gone.
            params = {name: value for name, value in (ctx.params or {}).items() if name != "requestState"}
            return await call_next(replace(ctx, params={"inputResponses": {}, **params}))
        if error.error.code == types.METHOD_NOT_FOUND:
            raise MCPError(types.METHOD_NOT_FOUND, "method not found") from None
        raise
    except ValidationError:
        raise MCPError(types.INVALID_PARAMS, "invalid request parameters") from None
    except Exception:
        log.exception("a request failed")
        raise MCPError(types.INTERNAL_ERROR, "internal error, see the log") from None
