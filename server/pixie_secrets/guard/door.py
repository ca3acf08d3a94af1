"""One hook event: its document read, the right room asked, the answer written; and what happens when that fails.

A guard that fails must not stop somebody's work, nor fail unseen:

    before a call     one that names a .env is denied, any other goes ahead (its output is still masked)
    …out of time      the call is denied: nobody gets past the guard by the size of a call
    after a call      every text of the output is withheld; one nested too deep to be read is shown
    a prompt          goes ahead
    a session's start commands run unfiltered

Each failure is a line in the guard's log, which `pixie-secrets doctor` shows; it names the place, never the input.
"""

from __future__ import annotations

import os
import sys

from pixie_secrets import hook_formats
from pixie_secrets.core_dumps import forbid_core_dumps
from pixie_secrets.guard import payload
from pixie_secrets.hook_formats.request import AFTER, BEFORE, PROMPT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pixie_secrets.hook_formats import Format

MASK_SHELL = "mask-shell"
MOD = "mod"  # a question of hooks/register.js
CLIENT = "--client"
FAILED = "the guard failed on this call, and it names a .env; list-secrets says which keys are set, doctor what failed"
DEPTH_MAX = 20_000  # calls within calls while a result is masked; a client in JavaScript writes some 5,000 levels
LARGE = 1 << 14  # bytes of a document from which on it is looked at under an alarm


def main(arguments: list[str], packages: Callable[[], str] | None = None) -> int:
    """Answer one event: `EVENT [--client NAME]`; the exit status.

    packages: says where the plugin's packages are, "" for nowhere.
    """
    forbid_core_dumps()
    if arguments[:1] == [MASK_SHELL]:
        from pixie_secrets.guard import shell_filter

        return shell_filter.filter_output(arguments[1:], packages)
    if arguments == [MOD]:
        return questioned(packages)
    event, named, client = (*arguments, "", "", "")[:3]
    if not named:
        client = hook_formats.CLAUDE_CODE
    if len(arguments) > 3 or named not in {"", CLIENT}:
        return _misused(f"hook takes EVENT [{CLIENT} NAME]")
    try:
        form = hook_formats.format_of(client)
    except KeyError:
        return _misused("there are no hooks of a client of that name; connect says which clients there are")
    if event not in form.EVENTS:
        return _misused(f"hook takes one of {', '.join(form.EVENTS)}")
    if form.EVENTS[event] == AFTER:
        sys.setrecursionlimit(DEPTH_MAX)  # what is nested too deep to be read would be shown as it is
    data = b""
    try:
        data = sys.stdin.buffer.read()
        answer = bounded(form, event, data, os.environ, packages)
    except Exception as fault:
        from pixie_secrets.guard import record

        record.fault(event, fault)
        answer = after_failure(form, event, data)
    if answer is not None:
        sys.stdout.write(payload.written(answer) + "\n")
        sys.stdout.flush()
    return 0


def questioned(packages: Callable[[], str] | None) -> int:
    """Answer one question of the module in the client; a failure is its exit status, and the module withholds."""
    sys.setrecursionlimit(DEPTH_MAX)
    try:
        from pixie_secrets.guard import mod

        answer = mod.answer(payload.read(sys.stdin.buffer.read()), os.environ, packages)
    except Exception as fault:
        from pixie_secrets.guard import record

        record.fault(MOD, fault)
        return 1
    sys.stdout.write((payload.written(answer) if answer else "{}") + "\n")
    sys.stdout.flush()
    return 0


def _misused(message: str) -> int:
    sys.stderr.write(f"pixie-secrets: {message}\n")
    from pixie_secrets.errors import USAGE

    return USAGE


def after_failure(form: Format, event: str, data: bytes) -> dict[str, Any] | None:
    """What to tell the client when the guard itself failed; data: the document, as far as it was read."""
    return form.denied(FAILED) if form.EVENTS[event] == BEFORE and b".env" in data else None


def bounded(
    form: Format,
    event: str,
    data: bytes,
    environment: Mapping[str, str],
    packages: Callable[[], str] | None = None,
) -> dict[str, Any] | None:
    """As `answered`, and in time even where the document is large."""
    if form.EVENTS[event] != BEFORE:
        return answered(form, event, _document(event, data), environment, packages)
    from pixie_secrets.guard import budget, decide

    try:
        if len(data) < LARGE:
            return _before(form, event, data, environment, packages)
        with budget.Alarm():
            return _before(form, event, data, environment, packages)
    except (budget.TooLarge, RecursionError):
        return form.denied(decide.TOO_LARGE)


def _before(
    form: Format, event: str, data: bytes, environment: Mapping[str, str], packages: Callable[[], str] | None
) -> dict[str, Any] | None:
    document = _document(event, data)
    return answered(form, event, document, environment, packages) if document else after_failure(form, event, data)


def _document(event: str, data: bytes) -> dict[str, Any]:
    """What the client wrote; {} where that is no object, and then the log says so."""
    document = payload.read(data)
    if not document and data.strip() not in {b"", b"{}"}:
        from pixie_secrets.guard import record

        record.note(f"{event}: what the client wrote cannot be read")
    return document


def answered(
    form: Format,
    event: str,
    document: dict[str, Any],
    environment: Mapping[str, str],
    packages: Callable[[], str] | None = None,
) -> dict[str, Any] | None:
    """What to tell the client about `event`; None when there is nothing to say."""
    asked, request = form.EVENTS[event], form.request(event, document)
    if asked == BEFORE:
        from pixie_secrets.guard import decide

        decision = decide.decide(request, environment, packages)
        if decision.deny:
            return form.denied(decision.deny)
        return None if decision.changed is None else form.changed(request, decision.changed)
    if asked == AFTER:
        from pixie_secrets.guard import mask_output

        shown = mask_output.masked(request, environment, packages)
        return None if shown is None else form.masked(request, shown, mask_output.TOLD)
    if asked == PROMPT:
        from pixie_secrets.guard import prompt

        reason = prompt.reason(request, environment, packages)
        return form.stopped(reason) if reason else None
    from pixie_secrets.guard import earlier, shell_filter

    shell_filter.install(request, environment)
    line = earlier.line(request, environment, packages)
    return form.noticed(line) if line else None
