"""`recipients`: who can open a sealed tool, and after somebody was removed, which values are to be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.audit.entry import Way
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import ANY_TOOL, JSON, Operand, command
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.errors import DONE
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.recipients import RecipientsAction, RecipientsRequest, recipients

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.recipients import RecipientsChanged

HELP = "see pixie-secrets recipients --help"


def run(invocation: Invocation, request: RecipientsRequest, *, as_json: bool) -> int:
    if request.action not in set(RecipientsAction):
        raise UsageRefused("ACTION is list, add or remove", HELP)
    if request.action != RecipientsAction.LIST and not request.recipients:
        raise UsageRefused("TOOL and RECIPIENT are both needed", HELP)
    changed = recipients(Context(invocation.project(), channel=Way.COMMAND), request)
    surface.result(text(changed), changed, as_json=as_json)
    if not as_json:
        for kind in changed.passed_over:
            surface.warn(f"a key in that list was passed over, because age takes no {kind}")
        if changed.to_rotate:
            surface.warn(
                f"who was removed could read {', '.join(changed.to_rotate)}, and has older versions of the file:"
                " replace each at its service, and set the new ones"
            )
        for note in changed.notes:
            surface.warn(note)
    return DONE


def text(changed: RecipientsChanged) -> str:
    """Whom a file is sealed for now."""
    lines = (f"  {one}{'  (yours)' if one in changed.yours else ''}" for one in changed.recipients)
    return "\n".join([f"{changed.path} is sealed for", *lines])


COMMAND = command(
    Operand("action", "ACTION"),
    ANY_TOOL,
    Operand("recipients", "[RECIPIENT]...", is_required=False, is_many=True),
    request=RecipientsRequest,
    options=(JSON,),
    more="""\
ACTION is list, add or remove. RECIPIENT is an age key (age1…), an ssh-ed25519 or ssh-rsa public key, or a file that
lists some. Who is added can open the file from then on. When somebody is removed the values are sealed with a new data
key; what they could read they may have kept, so each value is to be replaced at its service.""",
    examples=(
        "pixie-secrets recipients list whisper-transcription",
        "pixie-secrets recipients add whisper-transcription ada.pub",
        "pixie-secrets recipients remove whisper-transcription age1…",
    ),
)(run)
