"""`mask`: a filter. Ctrl-C is for whoever writes to us, whose last words are masked too."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from pixie_secrets.cli.command import Operand, command
from pixie_secrets.errors import DONE
from pixie_secrets.known_values import KNOWN
from pixie_secrets.known_values.stream import run_filter
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(invocation: Invocation, *, tools: tuple[str, ...]) -> int:
    project = invocation.project()
    for tool_id in tools:
        store_of(project.owner(tool_id)).values()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run_filter(KNOWN, 0, 1)
    return DONE


COMMAND = command(
    Operand("tools", "[TOOL]...", is_required=False, is_many=True),
    more="Known are the values of all tools of the project; of a tool that is named they must be, or this is refused.",
    examples=("make test 2>&1 | pixie-secrets mask", "pixie-secrets mask < app.log"),
)(run)
