"""`canary`: what was done, and which there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets import masking
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, Operand, command
from pixie_secrets.cli.owners import owner_and_keys
from pixie_secrets.cli.usage import UsageRefused, check_keys
from pixie_secrets.errors import DONE
from pixie_secrets.operations.canary import ACTIONS, CanaryRequest, canary
from pixie_secrets.operations.context import Context

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.canary import CanariesListed


def run(invocation: Invocation, request: CanaryRequest, *, as_json: bool) -> int:
    see = "see pixie-secrets canary --help"
    if request.action not in ACTIONS:
        raise UsageRefused("that is nothing that can be done with a canary: add, list or remove", see)
    masking.install()
    project = invocation.project()
    words = tuple(filter(None, (request.tool_id, request.key)))
    if request.action == "list":
        if words:
            raise UsageRefused("list takes no tool: it shows all canaries of the project", see)
    else:
        check_keys(words[1:])
        tool_id, keys = owner_and_keys(project, words[0], words[1:]) if words else ("", ())
        if len(keys) != 1:
            raise UsageRefused("KEY is missing", see)
        request = request._replace(tool_id=tool_id, key=keys[0])
    answer = canary(Context(project), request._replace(tool_id=request.tool_id or "", key=request.key or ""))
    surface.result(_text(answer), answer, as_json=as_json)
    if answer.ignored:
        surface.note(answer.ignored)
    return DONE


def _text(answer: CanariesListed) -> str:
    if answer.done:
        return answer.done
    if not answer.canaries:
        return "there are no canaries in this project"
    rows: list[tuple[str, ...]] = [
        (
            each.key,
            each.tool_id,
            each.path,
            f"since {each.made[:10]}",
            f"SEEN in {', '.join(each.seen)}"
            if each.seen
            else "not seen"
            if each.is_there
            else "its file has it no more",
        )
        for each in answer.canaries
    ]
    return surface.table(rows, indent="")


COMMAND = command(
    Operand("action", "add|list|remove"),
    Operand("tool_id", "[TOOL]", is_required=False),
    Operand("key", "[KEY]", is_required=False),
    request=CanaryRequest,
    options=(JSON,),
    more="""\
A canary is a made-up value that looks like one of KEY. It lies in .env.backup beside the tool's .env, which nothing
that runs reads; whoever has it has read what they should not. It is masked, given to no program and sent nowhere.
Where it is seen, in an output, a prompt, a transcript, a share or by lint, is a line in the audit record and in doctor.
Adding it again makes a new one.""",
    examples=("pixie-secrets canary add whisper-transcription OPENAI_API_KEY", "pixie-secrets canary list"),
)(run)
