"""A question for values: these secrets of this tool, once.

It ends saved, declined, expired after ten minutes, or withdrawn by whoever asked. Saved means that nothing required is
missing: a save that leaves a required secret out keeps it open, and it ends as saved however it ends then. What the
person types passes through `save` on its way to `set_secret`, and is not kept.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pixie_secrets.audit.entry import Way
from pixie_secrets.channels.channel import Outcome
from pixie_secrets.channels.page.question import Ending, PageQuestion
from pixie_secrets.errors import PixieError
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.set_secret import asked_secrets, set_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from pixie_secrets.channels.page.question import Surroundings
    from pixie_secrets.operations.set_secret import SecretSaved, SecretsToAsk, SetSecretRequest
    from pixie_secrets.secret.text import SecretStr


class Elicitation(PageQuestion):
    """Asks for values. Made by `PageHost.open`. client: the coding agent that asks."""

    def __init__(self, request: SetSecretRequest, asked: SecretsToAsk, host: Surroundings, client: str = "") -> None:
        super().__init__(host)
        self.request = request
        self.asked = asked
        self._client = client
        self.partly: SecretSaved | None = None  # what was stored so far, while something required is missing

    @property
    def subject(self) -> str:
        return self.asked.tool_name

    def asks_all_of(self, request: SetSecretRequest) -> bool:
        """Whether this page asks for every key of `request`, which names them; declared or not counts too."""
        mine = self.request
        return mine._replace(keys=()) == request._replace(keys=()) and set(request.keys) <= set(mine.keys)

    def asks_any_of(self, request: SetSecretRequest) -> bool:
        """Whether this page asks for a key of `request`."""
        mine = self.request
        same = (mine.tool_id, mine.file) == (request.tool_id, request.file)
        return same and not set(request.keys).isdisjoint(mine.keys)

    async def save(
        self,
        values: Mapping[str, SecretStr],
        expires: Mapping[str, date],
        then: Callable[[], None] | None = None,
    ) -> SecretSaved:
        """Store what the person typed; the question has ended then, unless something required is still missing.

        expires: by key, the last day that its new value is good for. then: called in a thread once they are stored and
        before it ends, so that the page stays to show what came of it.

        Raises:
            ChannelClosed: it has ended, perhaps by an earlier save.
            PixieError: refused, nothing written, and the question stays open.
        """
        async with self._writing:
            self._check_open()
            try:
                context = Context(self._host.project(), channel=Way.PAGE, client=self._client)
                saved = await asyncio.to_thread(set_secret, context, self.request, values, expires)
                self.partly = saved if self.partly is None else self.partly.and_then(saved)
                if then is not None:
                    await asyncio.to_thread(then)
                if not await asyncio.to_thread(self._missing):
                    self._conclude(self._ended_as(Outcome.SAVED))
            finally:
                if self._ending:  # declined, withdrawn or expired while a write was under way
                    self._conclude(self._ended_as(self._ending))
        return saved

    def _missing(self) -> bool:
        """Whether a required secret that is asked for is not set; nobody is kept when that cannot be read any more."""
        try:
            asked = asked_secrets(self._host.project(), self.request)
        except PixieError:
            return False
        return any(secret.required and not secret.status.is_there for secret in asked.secrets)

    def _ended_as(self, outcome: Outcome) -> Ending:
        return Ending(Outcome.SAVED if self.partly else outcome, self.partly)
