"""Runs one command line and says how it ended: the exit statuses are in `errors`."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from pixie_secrets.cli import anywhere, file_names, plain, surface
from pixie_secrets.cli.command import Invocation
from pixie_secrets.errors import CANCELLED, NO_READER, REFUSED, PixieError
from pixie_secrets.extras import missing

if TYPE_CHECKING:
    from collections.abc import Callable


COMPLETING = "_PIXIE_SECRETS_COMPLETE"  # set by a shell that completes a line


def run_command_line(arguments: list[str], serve: Callable[[str | None], int]) -> int:
    """Run `arguments` and return the exit status; `serve` is what `mcp` does."""
    if file_names.FLAG in arguments:
        arguments = file_names.marked(arguments)
    arguments = anywhere.ordered(arguments)
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
        if instruction := os.environ.get(COMPLETING):
            return int(import_module("pixie_secrets.cli.parser").complete(instruction))
        if asked := plain.read(arguments):
            return _called(asked, serve)
        status: int = import_module("pixie_secrets.cli.parser").invoke(arguments, serve)
    except PixieError as problem:
        surface.error(problem, as_json=as_json)
        return problem.status
    except KeyboardInterrupt:
        surface.error(PixieError("interrupted"), as_json=as_json)
        return CANCELLED
    except BrokenPipeError:
        raise
    except Exception as fault:  # noqa: BLE001  the last line of defence: no traceback on the screen
        surface.error(_unexpected(fault), as_json=as_json)
        return REFUSED
    return status


def _unexpected(fault: Exception) -> PixieError:
    """What to say of something that nobody meant to happen, or of a package that was not installed."""
    if isinstance(fault, ModuleNotFoundError) and (lacking := missing(fault)):
        return lacking
    log = import_module("pixie_secrets.cli.fault_log").record(fault)
    hint = f"it is in {log}, with known values masked" if log else "and the log could not be written"
    return PixieError("internal error, see the log", hint)


def _called(asked: plain.ParsedCommand, serve: Callable[[str | None], int]) -> int:
    try:
        return asked.command.call(Invocation(asked.project, serve), asked.words)
    except KeyboardInterrupt:
        surface.note("")  # as click does: the terminal shows ^C in this line
        raise


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
