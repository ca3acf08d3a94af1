"""Seal a tool or an app: its values leave the `.env` for a file that is encrypted and may be committed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.audit.entry import Change
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.history import histories
from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.recipients import recipients_of
from pixie_secrets.secret.key import KeyName

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from pixie_secrets.layouts.project import Owner, Project

NOT_SEEN = (
    "load_dotenv() alone does not see sealed values: start it with pixie-secrets exec or run-tool, let its code read"
    " them with pixie_secrets.tool, or unseal it again"
)
LOST = "whoever loses their key can open nothing: pixie-secrets keys export --to FILE makes a copy for a safe place"


class SealToolRequest(NamedTuple):
    """What to seal. tool_id: "" where only one can be meant."""

    tool_id: str
    dry_run: Annotated[bool, "say what would be done, and change nothing"] = False


class ToolSealed(NamedTuple):
    """What was sealed, or would be. path: the sealed file, from the project's. recipients: who can open it.

    left: what stays in clear, and why. passed_over: kinds of keys in a list that nothing can be sealed for.
    notes: what whoever asked should know now.
    """

    tool_id: str
    path: str
    keys: tuple[KeyName, ...]
    recipients: tuple[str, ...]
    left: tuple[str, ...]
    notes: tuple[str, ...]
    passed_over: tuple[str, ...] = ()
    dry_run: bool = False


def seal_tool(context: Context, request: SealToolRequest, to: Collection[str] = ()) -> ToolSealed:
    """Move the values of a tool or an app from its `.env` into its sealed file, which is read back first.

    to: whom to seal for besides this person: public keys, or files with some. No field of the request: an agent that
    was talked into it could seal for a stranger.

    Raises:
        UnknownTool: no such tool or app in the project, or none was named and several could be meant.
        PixieError: there is nothing to seal.
        RecipientRefused: one of `to` is no public key.
        FileRefused: a file cannot be read or written; the values are where they were.
    """
    from pixie_secrets.stores.sealing import seal

    owner = context.project.owner(request.tool_id)
    wanted = recipients_of(to)
    sealing = seal(owner, wanted.keys, _abouts(context.project, owner), dry_run=request.dry_run)
    not_recorded = () if request.dry_run else context.record(Change.SEALED, owner.id, sealing.keys)
    return ToolSealed(
        tool_id=owner.id,
        path=sealing.path.relative_to(context.project.root).as_posix(),
        keys=sealing.keys,
        recipients=sealing.recipients,
        left=sealing.left,
        notes=(NOT_SEEN, LOST, *not_recorded),
        passed_over=wanted.passed_over,
        dry_run=request.dry_run,
    )


def _abouts(project: Project, owner: Owner) -> dict[str, About]:
    """What the record says of its values; sealing sets none anew."""
    known = histories(project).keys
    declared = {secret.key: secret.metadata for secret in owner.secrets}
    return {
        key: About(_written(found.created), _written(found.updated), found.channel, declared.get(key))
        for (owner_id, key), found in known.items()
        if owner_id == owner.id
    }


def _written(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
