"""A channel: one way to put a question to a person. What each is asked, and what it can answer.

A value is in none of this: it goes from the person through the page, the popup or the prompt to the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from pixie_secrets.clients.client import Client, Links

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from pixie_secrets.channels.page.host import PageHost
    from pixie_secrets.channels.page.question import Ending, PageQuestion
    from pixie_secrets.channels.wait import Wait
    from pixie_secrets.errors import PixieError
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.where import Where


class Outcome(StrEnum):
    """What became of the question.

    PENDING: still open; the person may yet answer. EXPIRED: nobody answered in time, the link is dead.
    DECLINED and CANCELLED are the two answers of MCP's elicitation besides accept: a clear no, and a dialog closed
    without an answer.
    """

    SAVED = "saved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    PENDING = "pending"
    EXPIRED = "expired"


class Medium(StrEnum):
    """What the person typed into."""

    BROWSER = "browser"
    TERMINAL = "terminal"
    STDIN = "stdin"


class Question(Protocol):
    """What is put to a person, of which project; `questions` has the kinds there are."""

    @property
    def project(self) -> Project: ...

    @property
    def request(self) -> Hashable:
        """Tells it apart from other questions of its project."""

    @property
    def path(self) -> str:
        """The file that what comes of it goes to, from the project's folder."""

    @property
    def dialog(self) -> str:
        """For the person alone, beside a link to its page."""

    @property
    def on_page(self) -> str:
        """For the person, while its page is open in their browser."""

    def arguments(self, environment: Mapping[str, str]) -> list[str]:
        """The command that asks it in a terminal, as words."""

    async def open(self, host: PageHost) -> PageQuestion:
        """Put it on a page."""


@dataclass(frozen=True)
class AskResult:
    """How asking ended. medium: None when nobody was reached. warnings: those an agent may hear.

    said_done: the person said that they are done and nothing is saved, so they may have lost the page.
    closes: whether what is still open goes with this answer, because the client then ends the server; None: perhaps.
    problem: why a provider, where the person was sent to one, said no.
    """

    outcome: Outcome
    medium: Medium | None = None
    warnings: tuple[str, ...] = ()
    said_done: bool = False
    closes: bool | None = False
    problem: PixieError | None = None

    @classmethod
    def on_page(cls, ending: Ending | None) -> AskResult:
        """How the page ended; None: it is still open."""
        if ending is None:
            return cls(Outcome.PENDING, Medium.BROWSER)
        stored = ending.saved or ending.authorized
        warnings = stored.file_warnings if stored else ()  # those about the value are not the agent's
        return cls(ending.outcome, Medium.BROWSER, warnings, problem=ending.problem)


@dataclass(frozen=True)
class LinkToShow:
    """To be answered to the client, which shows the link and calls again with `state` (the 2026 protocol)."""

    state: str
    message: str
    url: str


Answer = AskResult | LinkToShow


class Caller(Protocol):
    """The client of one call, as a surface knows it."""

    @property
    def client(self) -> Client:
        """Who it is."""

    @property
    def declares_links(self) -> bool:
        """Whether it says that it can show its user a link."""

    @property
    def takes_links_in_answers(self) -> bool:
        """Whether a link would have to be in the answer (2026 protocol) and not in a request of ours."""

    @property
    def wants_progress(self) -> bool:
        """Whether the call has a progress token."""

    @property
    def call_meta(self) -> Mapping[str, Any]:
        """The `_meta` of the call."""

    async def show_link(self, message: str, url: str, dialog_id: str) -> str | None:
        """Ask it to show a link: what its user answered (accept, decline, cancel), or None when it cannot."""

    async def close_dialog(self, dialog_id: str) -> None:
        """Say that the link is done with."""

    async def report_progress(self, message: str) -> None:
        """Show the person a line while they are waited for; the model never sees it."""


class Channel(Protocol):
    """One way to ask."""

    def available(self, where: Where, caller: Caller) -> bool:
        """Whether a person can be reached by it, from here and through this client. May take seconds."""

    async def ask(self, question: Question, caller: Caller, wait: Wait) -> Answer | None:
        """Ask, and wait for the answer; None when nobody was reached after all."""


def shows_links(caller: Caller) -> bool:
    """Whether a link of ours reaches the user: declared, not only https, and not in an answer it cannot read."""
    if not caller.declares_links or caller.client.links is not Links.LOOPBACK:
        return False
    return caller.client.reads_input_required or not caller.takes_links_in_answers
