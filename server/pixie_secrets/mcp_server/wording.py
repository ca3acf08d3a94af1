"""What the agent is to tell the person when nothing is saved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from pixie_secrets.channels.channel import Outcome

if TYPE_CHECKING:
    from pixie_secrets.channels.channel import AskResult
    from pixie_secrets.operations.set_secret import SecretsToAsk

PAGE = "page"  # the name of our one request for input
CHECK = "when they say it is done, check with list-secrets"


def nothing_to_ask(asked: SecretsToAsk, *, declares_any: bool) -> str:
    """Why nobody was asked."""
    if declares_any:
        return f"every declared secret of {asked.tool_id} is already set, nothing was asked; name a key to replace it"
    return (
        f"{asked.tool_id} declares no secrets, nothing was asked; declare one in tool.json under secrets, or name a "
        "key with allow_undeclared"
    )


def partly_saved(done: int, asked: int, missing: list[str]) -> str:
    """That some are saved and required ones are not."""
    return f"{done} of {asked} saved, still missing: {', '.join(missing)}"


def next_step(ended: AskResult, command: str, partly: str = "") -> str | None:
    """What the agent should tell the person; none when it is saved. partly: how far it got (`partly_saved`)."""
    in_terminal = f"in a terminal outside this chat: {command}"
    if partly and ended.outcome is Outcome.SAVED:
        return f"{partly}: tell the user; call set-secret again when they are ready, or they run {in_terminal}"
    step = _next_step(ended, in_terminal)
    return f"{partly}. {step[0].upper()}{step[1:]}" if partly and step else step


def _next_step(ended: AskResult, in_terminal: str) -> str | None:
    match ended.outcome:
        case Outcome.SAVED:
            return None
        case Outcome.PENDING:
            return _pending(ended, in_terminal)
        case Outcome.DECLINED:
            return (
                "the user declined: do not ask again and do not ask for the value in chat; should they want it after "
                f"all, they can run {in_terminal}"
            )
        case Outcome.CANCELLED:
            return (
                f"it was closed without an answer: tell the user they can run {in_terminal} - or ask you to call "
                "set-secret again"
            )
        case Outcome.EXPIRED:
            return (
                "the page is closed and its link no longer works: tell the user so; call set-secret again when they "
                f"are ready, or they run {in_terminal}"
            )
        case _:
            assert_never(ended.outcome)


def next_step_to_consent(ended: AskResult, command: str) -> str | None:
    """The same where the person was to agree at a provider."""
    if ended.problem:
        return f"{ended.problem.message}; {ended.problem.hint_for_agent}"
    step = next_step(ended, command)
    if step is None:
        return f"nothing is kept: tell the user to run in a terminal outside this chat: {command}"
    return step.replace("set-secret again", "authorize-secret again").replace(
        "do not ask for the value in chat", "do not ask for a code or token in chat"
    )


def _pending(ended: AskResult, in_terminal: str) -> str:
    """Nothing here promises a page that goes with the answer."""
    if ended.medium is None:
        return f"nobody could be asked from here: tell the user to run {in_terminal} - {CHECK}"
    if ended.closes:
        return f"nobody answered in time, and what was opened closes now: tell the user to run {in_terminal}"
    if ended.said_done:
        return (
            "nothing is saved yet: tell the user that the page is still open, that you can open it again for them by "
            f"calling set-secret again, and that they can instead run {in_terminal} - {CHECK}"
        )
    session = "" if ended.closes is False else ", as long as this session runs"
    return (
        f"tell the user it is still open and waits for them for up to ten minutes{session}, and that they can instead "
        f"run {in_terminal} - {CHECK}"
    )
