"""`mcp`: the server, for clients that start it by this command."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from pixie_secrets.cli.command import command

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(invocation: Invocation) -> int:
    gc.enable()  # this command stays
    return invocation.serve(invocation.named)


COMMAND = command(examples=("claude mcp add secrets -- pixie-secrets mcp",))(run)
