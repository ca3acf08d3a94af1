"""`unseal-tool`: where the values are in clear again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.audit.entry import Way
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, TOOL, command
from pixie_secrets.errors import DONE
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.unseal_tool import UnsealToolRequest, unseal_tool

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(invocation: Invocation, request: UnsealToolRequest, *, as_json: bool) -> int:
    unsealed = unseal_tool(Context(invocation.project(), channel=Way.COMMAND), request)
    done = "would move" if unsealed.dry_run else "moved"
    keys = ", ".join(unsealed.keys) or "no value"
    surface.result(f"{done} {keys} to {unsealed.path}, in clear", unsealed, as_json=as_json)
    if unsealed.ignored and not as_json:
        surface.note(f"git now ignores it: {unsealed.ignored}")
    return DONE


COMMAND = command(
    TOOL,
    request=UnsealToolRequest,
    options=(JSON,),
    more="The values are in the .env, and read back there, before the sealed file goes. Older versions of it stay in"
    " git, and whoever has a key opens them.",
    examples=("pixie-secrets unseal-tool whisper-transcription",),
)(run)
