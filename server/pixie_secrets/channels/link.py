"""The client shows its user a link to our page (URL elicitation), in whichever era of the protocol it speaks.

2025: asked within the call; the client answers when its user agrees to open the link, and the page is waited for.
2026: the link is the answer, and the client calls again once its user has dealt with it.

A no that comes faster than anybody can read was given by the client alone: the link was not shown, so it is made
worthless and the next way is tried.
"""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio

from pixie_secrets.channels.channel import AskResult, LinkToShow, Medium, Outcome, shows_links

if TYPE_CHECKING:
    from pixie_secrets.channels.channel import Answer, Caller, Question
    from pixie_secrets.channels.page.host import Pages
    from pixie_secrets.channels.page.question import PageQuestion
    from pixie_secrets.channels.wait import Wait
    from pixie_secrets.where import Where

SHOWN_MAX = 64  # links in answers that are remembered
ACCEPT, DECLINE = "accept", "decline"
NOTE = "Waiting for you: the link leads to the page that asks."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownLink:
    """A link that went out in an answer."""

    question: Question
    elicitation: PageQuestion
    url: str = field(repr=False)
    since: float = field(default_factory=time.monotonic)


class LinkChannel:
    """Asks by a link. pages: where it leads; instant_seconds: in which no person can have answered."""

    def __init__(self, pages: Pages, instant_seconds: float) -> None:
        self._pages = pages
        self._instant_seconds = instant_seconds
        self._shown: dict[str, ShownLink] = {}

    def available(self, _where: Where, caller: Caller) -> bool:
        return shows_links(caller)

    async def ask(self, question: Question, caller: Caller, wait: Wait) -> Answer | None:
        elicitation = await self._pages.open(question)
        url = elicitation.link()
        if not caller.takes_links_in_answers:
            return await self._in_dialog(question, elicitation, url, caller, wait)
        self._shown[elicitation.id] = ShownLink(question, elicitation, url)
        while len(self._shown) > SHOWN_MAX:
            del self._shown[next(iter(self._shown))]
        return LinkToShow(state=elicitation.id, message=question.dialog, url=url)

    def shown(self, state: str) -> ShownLink | None:
        """The link that an earlier call was answered with."""
        return self._shown.get(state)

    async def after(self, shown: ShownLink, action: str) -> AskResult | None:
        """How it ended, once the client called again with its user's answer.

        Accept is said after the page was dealt with ("I'm done"): nothing is waited for.
        """
        return await self._ended(shown.elicitation, shown.url, action, time.monotonic() - shown.since)

    async def _in_dialog(
        self, question: Question, elicitation: PageQuestion, url: str, caller: Caller, wait: Wait
    ) -> AskResult | None:
        dialog_id = secrets.token_hex(16)
        since = time.monotonic()
        answers: list[str | None] = []
        async with anyio.create_task_group() as both:

            async def until_saved() -> None:
                await wait.until(elicitation.wait, NOTE)
                both.cancel_scope.cancel()

            both.start_soon(until_saved)
            answers.append(await caller.show_link(question.dialog, url, dialog_id))
            both.cancel_scope.cancel()
        if answers == [None]:
            elicitation.revoke(url)
            return None
        if answers and answers != [ACCEPT]:
            return await self._ended(elicitation, url, str(answers[0]), time.monotonic() - since)
        ending = await wait.until(elicitation.wait, NOTE)
        await caller.close_dialog(dialog_id)
        return AskResult.on_page(ending)

    async def _ended(self, elicitation: PageQuestion, url: str, action: str, seconds: float) -> AskResult | None:
        ending = await elicitation.wait(0)
        if ending is not None:
            return AskResult.on_page(ending)
        if action == ACCEPT:
            return AskResult(Outcome.PENDING, Medium.BROWSER, said_done=True)
        if seconds < self._instant_seconds:
            log.info("the client answered for its user, after %.0f ms", seconds * 1000)
            elicitation.revoke(url)
            return None
        elicitation.withdraw()
        return AskResult(Outcome.DECLINED if action == DECLINE else Outcome.CANCELLED, Medium.BROWSER)
