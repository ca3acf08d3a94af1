"""The tmux popups that are open: each outlives the call that opened it, until the person ends it or nobody wants it."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Self

import anyio

from pixie_secrets.channels.command import set_secret_arguments
from pixie_secrets.channels.popup import run_popup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.set_secret import SetSecretRequest

CLOSE_SECONDS = 3.0

log = logging.getLogger(__name__)


class Popup:
    """One popup, and the exit status of the command in it."""

    def __init__(self) -> None:
        self.open = True
        self._status: int | None = None
        self._closed = anyio.Event()
        self._scope = anyio.CancelScope()
        self._waiting = 0

    async def run(self, command: Sequence[str]) -> None:
        """Show it until its command ends or it is withdrawn."""
        try:
            with self._scope:
                self._status = await run_popup(command, os.environ)
        except Exception:
            log.exception("the popup failed")
        finally:
            self.open = False
            self._closed.set()

    async def ended(self, timeout: float) -> int | None:  # noqa: ASYNC109  not an error: the popup stays
        """The exit status; None when it is still open, or could not be shown at all.

        The last call to be cancelled here takes the popup away.
        """
        self._waiting += 1
        try:
            with anyio.move_on_after(timeout):
                await self._closed.wait()
        except anyio.get_cancelled_exc_class():
            if self._waiting == 1:
                self.withdraw()
            raise
        finally:
            self._waiting -= 1
        return self._status

    def withdraw(self) -> None:
        self._scope.cancel()

    async def gone(self) -> None:
        await self._closed.wait()


class Popups:
    """Every open popup of this process, one for the same question."""

    def __init__(self) -> None:
        self._open: dict[tuple[Path, SetSecretRequest], Popup] = {}
        self._tasks = anyio.create_task_group()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._tasks.__aexit__(kind, error, trace)

    def open(self, project: Project, request: SetSecretRequest) -> Popup:
        """The popup that asks this; a new one unless it is open already."""
        question = (project.root, request)
        popup = self._open.get(question)
        if popup is None or not popup.open:
            popup = self._open[question] = Popup()
            self._tasks.start_soon(popup.run, set_secret_arguments(project, request))
        return popup

    async def close(self) -> None:
        """Take every popup away, and wait a moment until they are gone."""
        for popup in self._open.values():
            popup.withdraw()
        with anyio.move_on_after(CLOSE_SECONDS):
            for popup in self._open.values():
                await popup.gone()
