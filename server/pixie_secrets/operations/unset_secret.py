"""Unset a secret: its lines leave the `.env` of a tool or an app, every other line stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.audit import record
from pixie_secrets.audit.entry import Change
from pixie_secrets.errors import FileRefused, KeyRefused
from pixie_secrets.operations.status import Status
from pixie_secrets.secret.key import KeyName
from pixie_secrets.stores.store import store_of
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from pixie_secrets.operations.context import Context


class UnsetSecretRequest(NamedTuple):
    """Which secret to remove. tool_id: "" where only one can be meant."""

    key: str
    tool_id: Annotated[str, "left out: the only one that declares the key, else the nearest"] = ""
    file: Annotated[
        str | None, "of an app: the only file to take it out of, such as .env.production; left out: every file it reads"
    ] = None


class SecretUnset(NamedTuple):
    """was_set: whether there was a value to remove. The value stays masked until this process ends."""

    tool_id: str
    key: KeyName
    status: Status
    was_set: bool
    warnings: tuple[str, ...] = ()


def unset_secret(context: Context, request: UnsetSecretRequest) -> SecretUnset:
    """Remove every line that sets `key`. A key that is neither declared nor in the file is refused.

    Raises:
        UnknownTool: no such tool or app in the project, or none was named and several could be meant.
        KeyRefused: the tool neither declares nor has that key; names those it has.
        FileRefused: the file is not one to write to, or would not hold still.
    """
    tool = context.project.owner(request.tool_id, (request.key,), request.file)
    store = store_of(tool)
    keys = {*store.values(), *(secret.key for secret in tool.secrets)}
    if request.key not in keys and not any(request.key in line.keys for line in store.unreadable_lines()):
        raise KeyRefused(f"{tool.id} has no such secret", one_of(request.key, keys, "its secrets"))
    was_set = store.unset(request.key)
    warnings = _leaked(context, tool.id, request.key) if was_set else ()
    if was_set:
        warnings += context.record(Change.UNSET, tool.id, (request.key,), request.file or "")
    return SecretUnset(tool.id, request.key, Status.NOT_SET, was_set, warnings)


def _leaked(context: Context, owner_id: str, key: str) -> tuple[str, ...]:
    """What is still to be done about a value that is gone from here."""
    try:
        known = record.keys(context.project.root).get((owner_id, key))
    except FileRefused:
        return ()
    where = f" ({known.where})" if known and known.where else ""
    return (f"its value had leaked{where}: revoke it at its service, too",) if known and known.leaked else ()
