"""A question about the clipboard: may this value go there? Yes once, or no."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pixie_secrets.channels.channel import Outcome
from pixie_secrets.channels.page.question import Ending, PageQuestion
from pixie_secrets.errors import PixieError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.channels.page.question import Surroundings
    from pixie_secrets.operations.copy_secret import CopySecretRequest, SecretCopied


class Copying(PageQuestion):
    """Asks for a yes. Made by `PageHost.open_copying`.

    copy: does it, in a thread. seconds: for which it then stays there. copied: what was, once it was.
    """

    def __init__(
        self, request: CopySecretRequest, copy: Callable[[], SecretCopied], seconds: int, host: Surroundings
    ) -> None:
        super().__init__(host)
        self.request = request
        self.seconds = seconds
        self.copied: SecretCopied | None = None
        self._copy = copy

    @property
    def subject(self) -> str:
        return self.request.tool_id

    async def confirm(self) -> None:
        """The person said yes.

        Raises:
            ChannelClosed: it has ended, perhaps by an earlier yes.
            PixieError: it could not be copied; that is how it ended.
        """
        async with self._writing:
            self._check_open()
            try:
                self.copied = await asyncio.to_thread(self._copy)
                self._conclude(Ending(Outcome.SAVED))
            except PixieError as problem:
                self._conclude(Ending(Outcome.CANCELLED, problem=problem))
                raise
