"""Runs one command line and says how it ended.

| status | means |
|---|---|
| 0 | done |
| 1 | refused, or findings |
| 2 | not understood |
| 130 | the person left it; nothing was changed |
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pixie_secrets.cli import linting, listing, surface
from pixie_secrets.errors import PixieError

if TYPE_CHECKING:
    from collections.abc import Callable

DONE, REFUSED, USAGE, CANCELLED, NO_READER = 0, 1, 2, 130, 141


def run(arguments: list[str], serve: Callable[[str | None], int]) -> int:
    """Run `arguments` and return the exit status; `serve` is what `mcp` does."""
    ours = arguments[: arguments.index("--")] if "--" in arguments else arguments  # the rest is a command for `exec`
    as_json = "--json" in ours
    try:
        status = _status(arguments, serve, as_json=as_json)
        _flush()
    except BrokenPipeError:
        return NO_READER
    return status


def _status(arguments: list[str], serve: Callable[[str | None], int], *, as_json: bool) -> int:
    try:
        if asked := listing.plain(arguments):
            return listing.list_secrets(asked)
        if to_lint := linting.plain(arguments):
            return linting.lint(to_lint)
        from pixie_secrets.cli import commands  # noqa: PLC0415  click

        return commands.invoke(arguments, serve)
    except PixieError as problem:
        surface.error(problem, as_json=as_json)
        return _status_of(problem)
    except KeyboardInterrupt:
        surface.error(PixieError("interrupted"), as_json=as_json)
        return CANCELLED
    except BrokenPipeError:
        raise
    except Exception as fault:  # noqa: BLE001  the last line of defence: no traceback on the screen
        from pixie_secrets.cli import fault_log  # noqa: PLC0415  a fault is rare

        log = fault_log.record(fault)
        hint = f"it is in {log}, with known values masked" if log else "and the log could not be written"
        surface.error(PixieError("internal error, see the log", hint), as_json=as_json)
        return REFUSED


def _status_of(problem: PixieError) -> int:
    from pixie_secrets.channels.prompt import Cancelled  # noqa: PLC0415  not for a command that went well
    from pixie_secrets.cli.usage import UsageRefused  # noqa: PLC0415  as above

    if isinstance(problem, UsageRefused):
        return USAGE
    return CANCELLED if isinstance(problem, Cancelled) else REFUSED


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
