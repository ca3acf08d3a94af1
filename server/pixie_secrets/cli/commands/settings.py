"""`settings`: keeps the page open while the person works with it.

Its link is a key for one visit. It goes to the browser, or onto the screen of the person's terminal: never to a pipe,
a file, or an agent that runs this command.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

from pixie_secrets import masking
from pixie_secrets.channels.api.token_file import token_file
from pixie_secrets.channels.browser import open_url
from pixie_secrets.channels.page.host import PageHost
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import ANY_TOOL, Option, command
from pixie_secrets.errors import DONE, ChannelClosed
from pixie_secrets.layouts.project import Project
from pixie_secrets.where import Where

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(invocation: Invocation, *, tool_id: str | None, api: bool) -> int:
    """Serve the page of one tool, or the index of all, until Ctrl-C or SIGTERM; or the API of the same.

    Raises:
        UnknownTool: no such tool.
        ChannelClosed: neither a browser nor a terminal to show the link at.
        FileRefused: the API's token cannot be written.
    """
    masking.install()
    project = invocation.project()
    gc.enable()  # this command stays
    with contextlib.suppress(KeyboardInterrupt):  # the ordinary end
        asyncio.run(_serve_api(project, tool_id) if api else _serve(project, tool_id))
    return DONE


async def _serve_api(project: Project, tool_id: str | None) -> None:
    from pixie_secrets.channels.api.app import build_api
    from pixie_secrets.channels.page.server import LoopbackServer

    only = project.owner(tool_id).id if tool_id is not None else None
    with token_file() as token:
        server = LoopbackServer(build_api(lambda: Project(project.root), token.token, only))
        try:
            surface.page(f"http://127.0.0.1:{server.port}/v1/secrets {token.path}")
            await _until_ended(None, None, ask_enter=False)
        finally:
            await server.stop()


async def _serve(project: Project, tool_id: str | None) -> None:
    if tool_id is not None:
        project.owner(tool_id)
    at_terminal = surface.before_a_person()
    has_desktop = Where.here().desktop
    if not at_terminal and not has_desktop:
        raise ChannelClosed(
            "neither a browser nor a terminal to show the link at", "run this in a terminal of your own"
        )
    host = PageHost(project)
    try:
        opened = has_desktop and await asyncio.to_thread(open_url, await host.open_settings(tool_id))
        if not opened and not at_terminal:
            raise ChannelClosed("the browser could not be opened", "run this in a terminal of your own")
        if opened:
            surface.note("The settings page is open in your browser.")
        else:
            await _show_link(host, tool_id)
        surface.note("Ctrl-C closes the page." + (" Enter shows a link for another visit." if at_terminal else ""))
        await _until_ended(host, tool_id, ask_enter=at_terminal)
    finally:
        await host.close()


async def _show_link(host: PageHost, tool_id: str | None) -> None:
    surface.note(f"Open this link, it works once:\n  {await host.open_settings(tool_id)}")


async def _until_ended(host: PageHost | None, tool_id: str | None, *, ask_enter: bool) -> None:
    """Until SIGTERM; Ctrl-C arrives as a cancellation. Each Enter shows a fresh link."""
    loop = asyncio.get_running_loop()
    ended, entered = asyncio.Event(), asyncio.Event()
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGTERM, ended.set)
        loop.add_signal_handler(signal.SIGHUP, ended.set)
        if ask_enter and sys.stdin is not None and sys.stdin.isatty():
            loop.add_reader(sys.stdin.fileno(), _read_enter, entered, ended)
    while not ended.is_set():
        waits = [asyncio.ensure_future(event.wait()) for event in (ended, entered)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if entered.is_set() and host:
            entered.clear()
            await _show_link(host, tool_id)


def _read_enter(entered: asyncio.Event, ended: asyncio.Event) -> None:
    """A line was typed, or the terminal is gone."""
    try:
        typed = os.read(sys.stdin.fileno(), 4096)
    except OSError:
        typed = b""
    if typed:
        entered.set()
    else:
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        ended.set()


COMMAND = command(
    ANY_TOOL,
    options=(
        Option("--api", "serve the verbs as JSON for your own scripts, and print the URL and the token's file instead"),
    ),
    more="Ctrl-C closes it. The page is served to this machine alone; its link works once and is shown at this terminal"
    " only.",
    examples=("pixie-secrets settings", "pixie-secrets settings whisper-transcription", "pixie-secrets settings --api"),
)(run)
