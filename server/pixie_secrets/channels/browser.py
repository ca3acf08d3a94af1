"""Opens our page in the person's own browser, where no client shows a link to it.

The standard library's `webbrowser` is not used: it may run a text browser on this terminal, print to stdout (which is
the protocol of the MCP server) and wait. Here the child has none of our streams and a session of its own.

The address carries a one-time token. It is an argument of the opener for the moment that lives, and of a browser that
was not yet running for longer; another user of the machine could read it there. What they would hold is dead once the
person's page has loaded, opens nothing that shows a value, and is refused to whoever comes second.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from threading import Thread
from typing import TYPE_CHECKING

import anyio.to_thread

from pixie_secrets.channels.channel import AskResult
from pixie_secrets.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.channels.channel import Caller, Question
    from pixie_secrets.channels.page.host import Pages
    from pixie_secrets.channels.wait import Wait
    from pixie_secrets.where import Where

PATIENCE = 3.0  # seconds in which an opener that cannot open says so; a browser it starts itself runs on


class BrowserChannel:
    """Asks on a page that this process opens. pages: where it is; where: whose browser."""

    def __init__(self, pages: Pages, where: Where) -> None:
        self._pages = pages
        self._where = where

    def available(self, where: Where, _caller: Caller) -> bool:
        return where.desktop

    async def ask(self, question: Question, _caller: Caller, wait: Wait) -> AskResult | None:
        elicitation = await self._pages.open(question)
        url = elicitation.link()
        opened = await anyio.to_thread.run_sync(
            open_url, url, self._where.environment, self._where.platform, abandon_on_cancel=True
        )
        if not opened:
            elicitation.revoke(url)
            return None
        return AskResult.on_page(await wait.until(elicitation.wait, question.on_page))


def open_url(url: str, environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Open `url`; False when there is no program for it or that program failed. Prints nothing, anywhere.

    Takes up to `PATIENCE` seconds: call it from a thread where others wait.
    """
    if platform == "win32" and sys.platform == "win32":
        os.startfile(url)  # no process of ours, no shell
        return True
    return any(_run(argv, environment) for argv in _openers(url, environment, platform))


def _openers(url: str, environment: Mapping[str, str], platform: str) -> list[list[str]]:
    """Commands to try in turn: those of `$BROWSER` (a list, `%s` stands for the address), then the platform's."""
    commands = [_words(item) for item in environment.get("BROWSER", "").split(os.pathsep) if item != "none"]
    commands.append(["open"] if platform == "darwin" else ["xdg-open"])
    openers = []
    for program, *words in filter(None, commands):
        placed = [word.replace("%s", url) for word in words] if any("%s" in word for word in words) else [*words, url]
        if found := find_program(program, environment):
            openers.append([found, *placed])
    return openers


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:  # a quote that is never closed: not a command
        return []


def _run(argv: list[str], environment: Mapping[str, str]) -> bool:
    nothing = subprocess.DEVNULL
    try:
        child = subprocess.Popen(
            argv, env=dict(environment), stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except OSError:
        return False
    try:
        return child.wait(PATIENCE) == 0
    except subprocess.TimeoutExpired:
        Thread(target=child.wait, name="browser", daemon=True).start()  # so that it is reaped
        return True
