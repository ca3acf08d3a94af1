"""`unset-secret`: what was removed, in a line."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from pixie_secrets.audit.entry import Way
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, TOOL, Operand, command
from pixie_secrets.cli.owners import owner_and_keys
from pixie_secrets.cli.usage import UsageRefused, check_keys
from pixie_secrets.errors import DONE
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.unset_secret import UnsetSecretRequest, can_revoke, unset_secret

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.layouts.project import Project


def run(invocation: Invocation, request: UnsetSecretRequest, *, as_json: bool) -> int:
    check_keys((request.key,) if request.key else ())
    project = invocation.project()
    tool_id, keys = owner_and_keys(project, request.tool_id, (request.key,) if request.key else ())
    if not keys:
        raise UsageRefused("KEY is missing", "see pixie-secrets unset-secret --help")
    request = request._replace(tool_id=tool_id, key=keys[0])
    if not request.revoke and not as_json and surface.before_a_person():
        request = request._replace(revoke=_wants_revoked(project, request))
    unset = unset_secret(Context(project, channel=Way.COMMAND), request)
    text = f"removed {unset.key} from {unset.tool_id}" if unset.was_set else f"{unset.key} was not set"
    surface.result(text + (", and revoked it" if unset.revoked else ""), unset, as_json=as_json)
    if unset.next_step:
        surface.note(unset.next_step)
    for warning in unset.warnings:
        surface.warn(warning)
    return DONE


def _wants_revoked(project: Project, request: UnsetSecretRequest) -> bool:
    """What the person says, where there is a token that can be given back."""
    host = can_revoke(Context(project), request) if sys.stdin is not None and sys.stdin.isatty() else ""
    if not host:
        return False
    ask = import_module("pixie_secrets.channels.agreement").agreed
    return bool(ask(f"Also revoke it at {host}, so that nobody can use it any more?"))


COMMAND = command(
    TOOL,
    Operand("key", "[KEY]", is_required=False),
    request=UnsetSecretRequest,
    metavars={"file": "FILE"},
    options=(JSON,),
    more="""\
Every other line of the file stays as it is. TOOL, a tool or an app, can be left out as with set-secret. A token that a
provider issued can be given back there first: you are asked, or say --revoke.""",
    examples=("pixie-secrets unset-secret whisper-transcription OPENAI_API_KEY",),
)(run)
