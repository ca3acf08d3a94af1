"""Unseal a tool or an app: its values go back into the `.env`, in clear, and the sealed file goes."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pixie_secrets.audit.entry import Change
from pixie_secrets.git.ignore_rule import ensure_ignored
from pixie_secrets.operations.context import Context
from pixie_secrets.secret.key import KeyName
from pixie_secrets.stores.store import plain_store_of


class UnsealToolRequest(NamedTuple):
    """What to unseal. tool_id: "" where only one can be meant."""

    tool_id: str
    dry_run: Annotated[bool, "say what would be done, and change nothing"] = False


class ToolUnsealed(NamedTuple):
    """path: the `.env`, from the project's folder. ignored: which rule git was given first; empty: none."""

    tool_id: str
    path: str
    keys: tuple[KeyName, ...]
    ignored: str = ""
    dry_run: bool = False


def unseal_tool(context: Context, request: UnsealToolRequest) -> ToolUnsealed:
    """Move the values back. When each was set, and by which channel, is forgotten: a `.env` has no place for it.

    Raises:
        UnknownTool: as `seal_tool`.
        PixieError: it is not sealed, or has what no `.env` could hold.
        ValueRefused: a value that no `.env` could hold.
        FileRefused: a file cannot be read or written, or does not open; the values are where they were.
    """
    from pixie_secrets.stores.sealing import sealed_path, unseal

    owner = context.project.owner(request.tool_id)
    sealed_path(owner)
    path = plain_store_of(owner).path
    rule = None if request.dry_run else ensure_ignored(path)
    keys = unseal(owner, dry_run=request.dry_run)
    if not request.dry_run:
        context.record(Change.UNSEALED, owner.id, keys)
    shown = path.relative_to(context.project.root).as_posix()
    return ToolUnsealed(owner.id, shown, keys, rule.line if rule else "", request.dry_run)
