"""A tmux popup in front of the person runs our own command; its exit status is all that comes back.

A popup outlives the call that opened it: a later call for the same secrets joins it, and it closes after ten minutes.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from pixie_secrets.channels import tmux
from pixie_secrets.channels.channel import AskResult, Medium, Outcome
from pixie_secrets.channels.page.question import OPEN_SECONDS
from pixie_secrets.errors import DONE
from pixie_secrets.git import coverage

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    from pixie_secrets.channels.channel import Caller, Question
    from pixie_secrets.channels.wait import Wait
    from pixie_secrets.where import Where

CLOSE_SECONDS = 3.0
NOTE = "Waiting for you: the value goes into the popup in tmux."

log = logging.getLogger(__name__)


class PopupChannel:
    """Asks in tmux. where: whose environment leads to it."""

    def __init__(self, where: Where) -> None:
        self._where = where
        self._open: dict[tuple[Path, Hashable], asyncio.Task[Outcome | None]] = {}

    def available(self, where: Where, _caller: Caller) -> bool:
        return tmux.available(where.environment)

    async def ask(self, question: Question, _caller: Caller, wait: Wait) -> AskResult | None:
        popup = self._popup(question)

        async def ended(seconds: float) -> bool | None:
            await asyncio.wait({popup}, timeout=seconds)
            return popup.done() or None

        if not await wait.until(ended, NOTE):
            return AskResult(Outcome.PENDING, Medium.TERMINAL)
        outcome = popup.result()
        if outcome is None:
            return None
        if outcome is not Outcome.SAVED:
            return AskResult(outcome, Medium.TERMINAL)
        path = question.project.root / question.path
        warnings = await asyncio.to_thread(coverage.warnings, path)
        return AskResult(Outcome.SAVED, Medium.TERMINAL, tuple(warnings))

    async def close(self) -> None:
        """Take every popup away, and wait a moment until they are gone."""
        popups = {popup for popup in self._open.values() if not popup.done()}
        for popup in popups:
            popup.cancel()
        if popups:
            await asyncio.wait(popups, timeout=CLOSE_SECONDS)

    def _popup(self, question: Question) -> asyncio.Task[Outcome | None]:
        """The popup that asks this; a new one unless it is open already."""
        key = (question.project.root, question.request)
        popup = self._open.get(key)
        if popup is None or popup.done():
            popup = self._open[key] = asyncio.create_task(self._run(question))
        return popup

    async def _run(self, question: Question) -> Outcome | None:
        command = question.arguments(self._where.environment)
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                status = await tmux.run_popup(command, self._where.environment)
        except TimeoutError:
            return Outcome.EXPIRED
        except Exception:
            log.exception("the popup failed")
            return None
        if status is None:
            return None
        return Outcome.SAVED if status == DONE else Outcome.CANCELLED
