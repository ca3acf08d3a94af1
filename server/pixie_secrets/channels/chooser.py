"""Which way a person is asked, for how long a call is held, and what is tried when nobody was there: the whole policy.

| where | first | then |
|---|---|---|
| a desktop | the client's own dialog, where it really shows a link | our browser, a popup in tmux |
| no desktop, or logged in from another machine | a popup in tmux: a link there cannot reach this loopback | the same |
| nothing of these | nothing is waited for: a command for another terminal | |

`PIXIE_SECRETS_CHANNEL` (or `PIXIE_CHANNEL`) is an order: browser, terminal, or none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import anyio.to_thread

from pixie_secrets.channels.browser import BrowserChannel
from pixie_secrets.channels.channel import AskResult, Medium, Outcome
from pixie_secrets.channels.link import LinkChannel
from pixie_secrets.channels.page.host import Pages
from pixie_secrets.channels.popup import PopupChannel
from pixie_secrets.channels.wait import Wait
from pixie_secrets.errors import PixieError

if TYPE_CHECKING:
    from pixie_secrets.channels.channel import Answer, Caller, Channel, Question
    from pixie_secrets.where import Where

CHANNEL = "CHANNEL"
CHANNEL_VARIABLE = f"PIXIE_SECRETS_{CHANNEL}"


class ChannelKind(StrEnum):
    """How the person will be asked."""

    LINK = "link"
    BROWSER = "browser"
    POPUP = "popup"


@dataclass(frozen=True)
class Patience:
    """Seconds. hold: of a call, where not the client's own; note_every: between two progress notes; instant: in which
    no person can have answered.
    """

    hold: float | None = None
    note_every: float = 15.0
    instant: float = 0.3


class Chooser:
    """Asks, by the ways there are. What it opened stays open for its ten minutes, whatever becomes of the call."""

    def __init__(self, where: Where, patience: Patience) -> None:
        self._where = where
        self._patience = patience
        self._pages = Pages()
        self._link = LinkChannel(self._pages, patience.instant)
        self._popup = PopupChannel(where)
        self._channels: dict[ChannelKind, Channel] = {
            ChannelKind.LINK: self._link,
            ChannelKind.BROWSER: BrowserChannel(self._pages, where),
            ChannelKind.POPUP: self._popup,
        }

    def ways(self, caller: Caller) -> tuple[ChannelKind, ...]:
        """The ways to try, in turn; none: nobody can be asked from here. May take seconds.

        Raises:
            PixieError: the override names no channel.
        """
        wanted = self._where.setting(CHANNEL).strip().lower()
        orders = {
            "": (ChannelKind.LINK, ChannelKind.BROWSER, ChannelKind.POPUP)
            if self._where.desktop and not self._where.remote
            else (ChannelKind.POPUP, ChannelKind.LINK, ChannelKind.BROWSER),
            "browser": (ChannelKind.LINK, ChannelKind.BROWSER),
            "terminal": (ChannelKind.POPUP,),
            "none": (),
        }
        if wanted not in orders:
            raise PixieError(f"{CHANNEL_VARIABLE} names no channel", "use browser, terminal or none, or leave it unset")
        return tuple(
            way
            for way in orders[wanted]
            if (wanted == way == ChannelKind.BROWSER) or self._channels[way].available(self._where, caller)
        )

    async def ask(self, question: Question, caller: Caller) -> Answer:
        """Put the question by the best way there is.

        Raises:
            PixieError: the override names no channel; the question cannot be put.
        """
        return await self._by(await self._ways(caller), question, caller)

    def asked(self, state: str) -> Question | None:
        """What was asked by the link that an earlier call was answered with."""
        shown = self._link.shown(state)
        return shown.question if shown else None

    async def resume(self, state: str, action: str, question: Question, caller: Caller) -> Answer:
        """Go on, once the client called again with `state` and its user's answer to the link."""
        shown = self._link.shown(state)
        if shown is None:
            return AskResult(Outcome.EXPIRED, Medium.BROWSER)
        ended = await self._link.after(shown, action)
        if ended is not None:
            return self._worded(ended, caller)
        return await self._by(
            [way for way in await self._ways(caller) if way is not ChannelKind.LINK], question, caller
        )

    async def close(self) -> None:
        """Withdraw everything; nothing can be written afterwards."""
        await self._popup.close()
        await self._pages.close()

    async def _by(self, ways: list[ChannelKind], question: Question, caller: Caller) -> Answer:
        held = self._patience.hold
        seconds = caller.client.hold(progress_token=caller.wants_progress) if held is None else held
        wait = Wait(seconds, caller, self._patience.note_every)
        for way in ways:
            answer = await self._channels[way].ask(question, caller, wait)
            if isinstance(answer, AskResult):
                return self._worded(answer, caller)
            if answer is not None:
                return answer
        return AskResult(Outcome.PENDING)

    async def _ways(self, caller: Caller) -> list[ChannelKind]:
        return list(await anyio.to_thread.run_sync(self.ways, caller, abandon_on_cancel=True))

    def _worded(self, ended: AskResult, caller: Caller) -> AskResult:
        """With what becomes of a page that is still open."""
        return replace(ended, closes=caller.client.ends_with_answer(self._where.environment, caller.call_meta))
