"""How an attempt to ask a person ended, and by which channel."""

from __future__ import annotations

from enum import StrEnum


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


class Channel(StrEnum):
    """The way a value came in."""

    BROWSER = "browser"
    TERMINAL = "terminal"
    STDIN = "stdin"
