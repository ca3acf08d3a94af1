"""`seal-tool`: which values went where, who can open them, and what stays in clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.audit.entry import Way
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, TOOL, Option, command
from pixie_secrets.errors import DONE
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.seal_tool import SealToolRequest, seal_tool

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.seal_tool import ToolSealed


def run(invocation: Invocation, request: SealToolRequest, *, to: tuple[str, ...], as_json: bool) -> int:
    sealed = seal_tool(Context(invocation.project(), channel=Way.COMMAND), request, to)
    surface.result(_text(sealed), sealed, as_json=as_json)
    if not as_json:
        for line in sealed.left:
            surface.warn(line)
        for kind in sealed.passed_over:
            surface.warn(f"a key in that list was passed over, because age takes no {kind}")
        for note in sealed.notes:
            surface.note(note)
    return DONE


def _text(sealed: ToolSealed) -> str:
    done = "would seal" if sealed.dry_run else "sealed"
    keys = ", ".join(sealed.keys) or "nothing new"
    return "\n".join([f"{done} {keys} into {sealed.path}, for", *(f"  {one}" for one in sealed.recipients)])


COMMAND = command(
    TOOL,
    request=SealToolRequest,
    options=(
        Option(
            "--to", "seal for them too: a public key, or a file with some", name="to", metavar="RECIPIENT", is_many=True
        ),
        JSON,
    ),
    more="""\
The values of TOOL move from its .env into secrets.enc.json, in sops' format with age recipients, which may be
committed. It is read back by a fresh process before they leave the .env. A key of yours is made where there is none.
RECIPIENT is an age key (age1…), an ssh-ed25519 or ssh-rsa public key, or a file that lists some.""",
    examples=(
        "pixie-secrets seal-tool whisper-transcription --dry-run",
        "pixie-secrets seal-tool whisper-transcription --to ada.pub --to age1…",
    ),
)(run)
