"""`rotate-key`: whom the values are sealed for, with another data key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.audit.entry import Way
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, TOOL, command
from pixie_secrets.cli.commands.recipients import text
from pixie_secrets.errors import DONE
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.recipients import RotateKeyRequest, rotate_key

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(invocation: Invocation, request: RotateKeyRequest, *, as_json: bool) -> int:
    changed = rotate_key(Context(invocation.project(), channel=Way.COMMAND), request)
    surface.result(f"sealed anew: {text(changed)}", changed, as_json=as_json)
    if not as_json:
        for note in changed.notes:
            surface.warn(note)
    return DONE


COMMAND = command(
    TOOL,
    request=RotateKeyRequest,
    options=(JSON,),
    more="A new data key encrypts all values again, for the same recipients. The values stay what they are: one that"
    " leaked is replaced with set-secret.",
    examples=("pixie-secrets rotate-key whisper-transcription",),
)(run)
