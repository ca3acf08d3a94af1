"""`git-merge`: which keys conflict, for whoever merges; git reads the exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets.cli import surface
from pixie_secrets.cli.command import JSON, Operand, command
from pixie_secrets.errors import DONE, REFUSED
from pixie_secrets.operations.git_merge import GitMergeRequest, git_merge
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pixie_secrets.cli.command import Invocation


def run(_invocation: Invocation, request: GitMergeRequest, *, as_json: bool) -> int:
    merged = git_merge(None, request)
    if as_json:
        surface.result("", merged, as_json=True)
    for key in merged.conflicts:
        surface.note(f"conflict: both sides changed {shown(key)}; ours stays until you set it again or take theirs")
    return REFUSED if merged.conflicts else DONE


COMMAND = command(
    Operand("base", "BASE"),
    Operand("ours", "OURS"),
    Operand("theirs", "THEIRS"),
    request=GitMergeRequest,
    options=(JSON,),
    more="""\
A merge driver: git config merge.pixie-secrets.driver 'pixie-secrets git-merge %O %A %B', and in .gitattributes the line
*.enc.json merge=pixie-secrets. Both sides are opened with your key; what one of them changed is taken. A key that both
changed is a conflict that names the key, never a value; every other key is merged all the same.""",
    examples=("git config merge.pixie-secrets.driver 'pixie-secrets git-merge %O %A %B'",),
)(run)
