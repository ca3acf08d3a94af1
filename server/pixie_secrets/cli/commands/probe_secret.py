"""`probe-secret`: whether a key works, in a line; whose it is, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets import masking
from pixie_secrets.cli import probing, surface
from pixie_secrets.cli.command import JSON, TOOL, Operand, command
from pixie_secrets.cli.owners import owner_and_keys
from pixie_secrets.cli.usage import UsageRefused, check_keys
from pixie_secrets.errors import DONE, REFUSED
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.probe_secret import NotAgreed, ProbeSecretRequest, probe_secret
from pixie_secrets.services.service import Verdict

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(invocation: Invocation, request: ProbeSecretRequest, *, as_json: bool) -> int:
    check_keys((request.key,) if request.key else ())
    masking.install()
    project = invocation.project()
    tool_id, keys = owner_and_keys(project, request.tool_id, (request.key,) if request.key else ())
    if not keys:
        raise UsageRefused("KEY is missing", "see pixie-secrets probe-secret --help")
    request = request._replace(tool_id=tool_id, key=keys[0])
    try:
        probed = probe_secret(Context(project), request)
    except NotAgreed as refusal:
        probing.ask(refusal)
        probed = probe_secret(Context(project), request)
    surface.result(probing.text(probed), probed, as_json=as_json)
    return DONE if probed.verdict is Verdict.VALID else REFUSED


COMMAND = command(
    TOOL,
    Operand("key", "[KEY]", is_required=False),
    request=ProbeSecretRequest,
    metavars={"service": "NAME"},
    options=(JSON,),
    more="""\
The value is sent to the service's host and nowhere else, over TLS, and you are asked before the first time. Status 0
when it works; 1 when it is refused, and also when the service said nothing. TOOL, a tool or an app, can be left out as
with set-secret.""",
    examples=(
        "pixie-secrets probe-secret whisper-transcription OPENAI_API_KEY",
        "pixie-secrets probe-secret apps/web GH_TOKEN --service github",
    ),
)(run)
