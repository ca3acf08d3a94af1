"""`find-leaks`: what leaked, by key; where it stands; and what to do."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import ANY_TOOL, JSON, command
from pixie_secrets.cli.progress import erase, progress
from pixie_secrets.errors import DONE, REFUSED
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.find_leaks import FindLeaksRequest, find_leaks

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.operations.find_leaks import Leak, LeaksFound


def run(invocation: Invocation, request: FindLeaksRequest, *, as_json: bool) -> int:
    project = invocation.project(warn=False)  # what cannot be read is part of the answer
    found = find_leaks(Context(project, progress(lambda step: f"{step.done} files")), request)
    erase()
    surface.result(_text(found), found, as_json=as_json)
    if not as_json:
        for place in found.not_read:
            surface.warn(f"{place.path} was not looked into: {place.message}")
    return REFUSED if found.keys else DONE


def _text(found: LeaksFound) -> str:
    if not found.keys:
        return f"no known value stands in the {found.looked_at} files and git objects that were looked at"
    by_owner = {owner: list(some) for owner, some in groupby(found.leaks, lambda leak: (leak.tool_id, leak.key))}
    blocks = []
    for key in found.keys:
        places = "1 place" if key.places == 1 else f"{key.places} places"
        since = f", since {key.oldest}" if key.oldest else ""
        rows = [_row(leak) for leak in by_owner.get((key.tool_id, key.key), [])]
        where = f" ({key.obtain})" if key.obtain else ""
        blocks.append(
            f"{key.key} of {key.tool_id}: {places}{since}\n{surface.table(rows)}\n"
            f"  {key.next_step.replace('it was issued,', f'it was issued{where},')}"
        )
    more = [f"and {found.left_out} more places"] if found.left_out else []
    return "\n\n".join([*blocks, *more])


def _row(leak: Leak) -> tuple[str, ...]:
    place = f"{leak.path}:{leak.line}" if leak.line else f"{leak.path} {leak.part}".rstrip()
    often = f"{leak.times} times" if leak.times > 1 else ""
    return leak.program, leak.what, place, leak.role or "", leak.when or "", often


COMMAND = command(
    ANY_TOOL,
    request=FindLeaksRequest,
    options=(JSON,),
    more="It looks for the values that the tools have now: in the transcripts and prompt histories of coding agents, "
    "in shell histories, in patches that commit hooks kept, and in every file the repository ever had. It says where, "
    "never what, and changes nothing. Status 1 when there is any.",
    examples=("pixie-secrets find-leaks", "pixie-secrets find-leaks whisper-transcription --json"),
)(run)
