"""Runs a command as if nobody stood between it and whoever started it, but for the masking of what it writes.

Where nothing is known it takes our place; at a terminal that is ours to use it gets one of its own (`own_terminal`);
else it runs beside us, under what we have (`in_place`).
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from pixie_secrets.known_values import KNOWN
from pixie_secrets.running import in_place
from pixie_secrets.running.not_started import CommandNotStarted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def run_masked(command: Sequence[str], environment: Mapping[str, str], *, stay: bool = False) -> int:
    """Run `command` to its end; its exit status, or 128 and the number of the signal that ended it.

    stay: there is something to do afterwards, so that the command must not take our place.

    Raises:
        CommandNotStarted: it is not there, not a program, or its environment is too large.
    """
    if not len(KNOWN) and not stay:
        _become(command, environment)
    from pixie_secrets.running import own_terminal

    if own_terminal.has_terminal():
        return own_terminal.run_in_terminal(command, environment)
    return in_place.run_in_place(command, environment)


def _become(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Nothing is known, so nothing can be masked: step aside."""
    sys.stdout.flush()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execvpe(command[0], [*command], environment)  # no shell wanted
    except OSError as error:
        raise CommandNotStarted(command[0], error.errno or 0) from None
