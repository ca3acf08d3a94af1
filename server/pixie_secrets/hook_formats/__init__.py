"""Between a coding agent's hooks and the guard: one file for each way in which clients ask, none of which decides.

`request` is what the guard is asked and nothing more. Each other file is one format: which events of the client are
ours, what a document of it asks, and how the answer is said. `clients/` says which client speaks which.

A hook is a process before and after every call: the standard library only, and of that neither `json` nor `re`,
`pathlib` or `dataclasses`, in words that Python 3.8 understands.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Protocol

    from pixie_secrets.hook_formats.request import Request

    class Format(Protocol):
        """What a file of this room has.

        EVENTS: the client's events that the guard answers, and what each is to the guard.
        Each other function makes the document to write; None: there is nothing that the client would take.
        """

        EVENTS: dict[str, str]

        def request(self, event: str, document: Mapping[str, Any]) -> Request:
            """What a document of `event` asks."""

        def denied(self, reason: str) -> dict[str, Any]:
            """The call does not go ahead; the model is told why."""

        def changed(self, request: Request, given: Mapping[str, Any]) -> dict[str, Any] | None:
            """The call goes ahead with other arguments."""

        def masked(self, request: Request, result: Any, note: str) -> dict[str, Any] | None:
            """The result to show in the place of the real one. note: to the model, about the mask."""

        def stopped(self, reason: str) -> dict[str, Any]:
            """The prompt is not sent; the person is told why."""

        def noticed(self, line: str) -> dict[str, Any]:
            """At a session's start, a line to the person; of a client that has such an event."""


CLAUDE_CODE = "claude-code"
SHARED = {"opencode": "javascript", "kilo": "javascript"}  # they load one plugin of ours


def format_of(client: str) -> Format:
    """The format that `client` speaks: the file of its name, if it shares none. Raises KeyError where there is none."""
    name = SHARED.get(client, client.replace("-", "_"))
    if not name.isidentifier():
        raise KeyError(client)
    try:
        found: Format = __import__(f"{__name__}.{name}", fromlist=["EVENTS"])  # importlib takes longer
    except ModuleNotFoundError:
        raise KeyError(client) from None
    if not hasattr(found, "EVENTS"):  # what formats have in common
        raise KeyError(client)
    return found
