"""What the person reads in the client's dialog, and what the agent is to tell the person when nothing is saved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from pixie_secrets.channels.outcome import Outcome

if TYPE_CHECKING:
    from pixie_secrets.operations.set_secret import Asked


def dialog(asked: Asked) -> str:
    """For the person alone, beside the link. Short lines: Claude Code cuts each at the width of the terminal."""
    keys = ", ".join(secret.key for secret in asked.secrets)
    return (
        f"{asked.tool_name} ({asked.tool_id}) needs: {keys}\n"
        "Type it into the page that opens; the agent never sees it.\n"
        f"It goes to {asked.path}\n"
        "Page out of reach of your browser? Decline; you are given a command."
    )


def on_page(command: str) -> str:
    """For the person, while the page waits in a browser that we opened."""
    return f"A page is open in your browser: type the value there. Or run this in another terminal: {command}"


def nothing_to_ask(asked: Asked, *, declares_any: bool) -> str:
    """Why nobody was asked."""
    if declares_any:
        return f"every declared secret of {asked.tool_id} is already set, nothing was asked; name a key to replace it"
    return (
        f"{asked.tool_id} declares no secrets, nothing was asked; declare one in tool.json under secrets, or name a "
        "key with allow_undeclared"
    )


def next_step(outcome: Outcome, command: str, *, asked_somewhere: bool) -> str | None:
    """What the agent should tell the person; none when it is saved.

    asked_somewhere: a page or a terminal is open in front of the person.
    """
    in_terminal = f"in a terminal outside this chat: {command}"
    match outcome:
        case Outcome.SAVED:
            return None
        case Outcome.PENDING if asked_somewhere:
            return (
                "tell the user it is still open and waits for them for up to ten minutes, and that they can instead "
                f"run {in_terminal} - when they say it is done, check with list-secrets"
            )
        case Outcome.PENDING:
            return (
                f"nobody could be asked from here: tell the user to run {in_terminal} - when they say it is done, "
                "check with list-secrets"
            )
        case Outcome.DECLINED:
            return (
                "the user declined: do not ask again and do not ask for the value in chat; should they want it after "
                f"all, they can run {in_terminal}"
            )
        case Outcome.CANCELLED:
            return (
                "it was closed without an answer, or nobody was there to answer: tell the user they can run "
                f"{in_terminal} - or ask you to call set-secret again"
            )
        case Outcome.EXPIRED:
            return (
                "the page is closed and its link no longer works: tell the user so; call set-secret again when they "
                f"are ready, or they run {in_terminal}"
            )
        case _:
            assert_never(outcome)
