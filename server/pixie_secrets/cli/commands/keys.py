"""`keys`: your public key to give to others, and copies of the other one for a safe place. It is never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, Operand, command
from pixie_secrets.cli.usage import UsageRefused
from pixie_secrets.errors import DONE
from pixie_secrets.operations.keys import KeysAction, KeysRequest, keys

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.keys import Keys

HELP = "see pixie-secrets keys --help"


def run(_invocation: Invocation, request: KeysRequest, *, as_json: bool) -> int:
    request = request._replace(action=request.action or KeysAction.SHOW, file=request.file or "")
    if request.action not in set(KeysAction):
        raise UsageRefused("ACTION is show, export or import", HELP)
    if (request.action == KeysAction.EXPORT) != (request.to is not None):
        raise UsageRefused("export needs --to FILE, and nothing else has it", HELP)
    if (request.action == KeysAction.IMPORT) != bool(request.file):
        raise UsageRefused("import needs a FILE, and nothing else has one", HELP)
    found = keys(None, request)
    surface.result(_text(request, found), found, as_json=as_json)
    if not as_json:
        surface.note(found.note)
    return DONE


def _text(request: KeysRequest, found: Keys) -> str:
    if request.action == KeysAction.EXPORT:
        return f"wrote {surface.from_here(found.file)} (mode 600): whoever has it opens what is sealed for you"
    done = f"kept in {found.place}"
    return "\n".join([*found.recipients, done])


COMMAND = command(
    Operand("action", "[ACTION]", is_required=False),
    Operand("file", "[FILE]", is_required=False),
    request=KeysRequest,
    metavars={"to": "FILE"},
    options=(JSON,),
    more="""\
ACTION is show, export or import. Without one: your public keys, which others seal for; one is made where there is none.
The key that opens is kept in a file of your own (mode 600) outside every project, or with PIXIE_SECRETS_KEY_STORE=
keychain in the system's keychain, and is never shown. SOPS_AGE_KEY_FILE and SOPS_AGE_KEY come before it.""",
    examples=(
        "pixie-secrets keys",
        "pixie-secrets keys export --to /media/usb/pixie.key",
        "pixie-secrets keys import /media/usb/pixie.key",
    ),
)(run)
