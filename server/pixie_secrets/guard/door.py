"""One hook event: its document read, the right room asked, the answer written; and what happens when that fails.

A guard that fails must not stop somebody's work, nor fail unseen:

    PreToolUse        a call that names a .env is denied, any other goes ahead (its output is still masked)
    …out of time      the call is denied: nobody gets past the guard by the size of a call
    PostToolUse       every text of the output is withheld; one nested too deep to be read is shown
    UserPromptSubmit  the prompt goes ahead
    SessionStart      commands run unfiltered

Each failure is a line in the guard's log, which `pixie-secrets doctor` shows; it names the place, never the input.
"""

from __future__ import annotations

import os
import sys

from pixie_secrets.guard import payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

EVENTS = ("PreToolUse", "PostToolUse", "UserPromptSubmit", "SessionStart")
MASK_SHELL = "mask-shell"
FAILED = "the guard failed on this call, and it names a .env; list-secrets says which keys are set, doctor what failed"
DEPTH_MAX = (
    20_000  # nested calls while a result is masked; a client in JavaScript writes no more than some 5,000 levels
)
LARGE = 1 << 14  # bytes of a document from which on it is looked at under an alarm


def main(arguments: list[str], packages: Callable[[], str] | None = None) -> int:
    """Answer one event; the exit status. packages: says where the plugin's packages are, "" for nowhere."""
    event = arguments[0] if arguments else ""
    if event == MASK_SHELL:
        from pixie_secrets.guard import shell_filter

        return shell_filter.run(arguments[1:], packages)
    if event not in EVENTS:
        sys.stderr.write(f"pixie-secrets: hook takes one of {', '.join(EVENTS)}\n")
        from pixie_secrets.errors import USAGE

        return USAGE
    if event == "PostToolUse":
        sys.setrecursionlimit(DEPTH_MAX)  # what is nested too deep to be read would be shown as it is
    data = b""
    try:
        data = sys.stdin.buffer.read()
        answer = bounded(event, data, os.environ, packages)
    except Exception as fault:  # see above
        from pixie_secrets.guard import record

        record.fault(event, fault)
        answer = after_failure(event, data)
    if answer is not None:
        sys.stdout.write(payload.written(answer) + "\n")
        sys.stdout.flush()
    return 0


def after_failure(event: str, data: bytes) -> dict[str, Any] | None:
    """What to tell the client when the guard itself failed; data: the document, as far as it was read."""
    if event != "PreToolUse" or b".env" not in data:
        return None
    from pixie_secrets.guard import decide

    return decide.hook_output(decide.Answer(deny=FAILED))


def bounded(
    event: str, data: bytes, environment: Mapping[str, str], packages: Callable[[], str] | None = None
) -> dict[str, Any] | None:
    """As `answered`, and in time even where the document is large."""
    if event != "PreToolUse" or len(data) < LARGE:
        return answered(event, payload.read(data), environment, packages)
    from pixie_secrets.guard import budget, decide

    try:
        with budget.Alarm():
            return answered(event, payload.read(data), environment, packages)
    except (budget.TooLarge, RecursionError):
        return decide.hook_output(decide.Answer(deny=decide.TOO_LARGE))


def answered(
    event: str, document: dict[str, Any], environment: Mapping[str, str], packages: Callable[[], str] | None = None
) -> dict[str, Any] | None:
    """What to tell the client about `event`; None when there is nothing to say."""
    if event == "PreToolUse":
        from pixie_secrets.guard import decide

        return decide.hook_output(decide.decide(document, environment, packages))
    if event == "PostToolUse":
        from pixie_secrets.guard import mask_output

        return mask_output.hook_output(document, environment, packages)
    if event == "UserPromptSubmit":
        from pixie_secrets.guard import prompt

        return prompt.hook_output(document, environment, packages)
    from pixie_secrets.guard import shell_filter

    shell_filter.install(document, environment)
    return None
