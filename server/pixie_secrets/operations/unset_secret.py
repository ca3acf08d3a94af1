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
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.operations.context import Context


STILL_GOOD = "the token is removed here and still good at its provider: end it in the settings of the account there"


class UnsetSecretRequest(NamedTuple):
    """Which secret to remove. tool_id: "" where only one can be meant."""

    key: str
    tool_id: Annotated[str, "left out: the only one that declares the key, else the nearest"] = ""
    file: Annotated[
        str | None, "of an app: the only file to take it out of, such as .env.production; left out: every file it reads"
    ] = None
    revoke: Annotated[
        bool, "of a token that a provider issued: first give it back there, so that nobody can use it any more"
    ] = False


class SecretUnset(NamedTuple):
    """was_set: whether there was a value to remove. The value stays masked until this process ends.

    revoked: whether it was given back to the provider that issued it. next_step: where it was not, and is still good.
    """

    tool_id: str
    key: KeyName
    status: Status
    was_set: bool
    warnings: tuple[str, ...] = ()
    revoked: bool = False
    next_step: Annotated[str | None, "what to tell the user of a token that is still good at its provider"] = None


def unset_secret(context: Context, request: UnsetSecretRequest) -> SecretUnset:
    """Remove every line that sets `key`. A key that is neither declared nor in the file is refused.

    Raises:
        UnknownTool: no such tool or app in the project, or none was named and several could be meant.
        KeyRefused: the tool neither declares nor has that key; names those it has.
        FileRefused: the file is not one to write to, or would not hold still.
        PixieError: it was to be revoked, and the provider did not do it; nothing was removed.
    """
    tool = context.project.owner(request.tool_id, (request.key,), request.file)
    store = store_of(tool)
    keys = {*store.values(), *(secret.key for secret in tool.secrets)}
    if request.key not in keys and not any(request.key in line.keys for line in store.unreadable_lines()):
        raise KeyRefused(f"{tool.id} has no such secret", one_of(request.key, keys, "its secrets"))
    is_token = any(secret.key == request.key and secret.oauth2 for secret in tool.secrets)
    revoked = is_token and request.revoke and _revoke(tool, request.key)
    was_set = store.unset(request.key)
    warnings = _leaked(context, tool.id, request.key) if was_set else ()
    if was_set:
        warnings += context.record(Change.UNSET, tool.id, (request.key,), request.file or "")
    next_step = STILL_GOOD if is_token and was_set and not revoked else None
    return SecretUnset(tool.id, request.key, Status.NOT_SET, was_set, warnings, revoked, next_step)


def _leaked(context: Context, owner_id: str, key: str) -> tuple[str, ...]:
    """What is still to be done about a value that is gone from here."""
    try:
        known = record.keys(context.project.root).get((owner_id, key))
    except FileRefused:
        return ()
    where = f" ({known.where})" if known and known.where else ""
    return (f"its value had leaked{where}: revoke it at its service, too",) if known and known.leaked else ()


def can_revoke(context: Context, request: UnsetSecretRequest) -> str:
    """The host that what is to be removed can be given back to; "" where it is no token, or has no address for that.

    Raises:
        UnknownTool: as `unset_secret`.
    """
    owner = context.project.owner(request.tool_id, (request.key,), request.file)
    if not any(secret.key == request.key and secret.oauth2 for secret in owner.secrets):
        return ""
    from pixie_secrets.oauth.refresh import token_entry

    entry = token_entry(owner, request.key)
    return entry.registration.revoke_host if entry and entry.read() else ""


def _revoke(tool: Owner, key: str) -> bool:
    from pixie_secrets.oauth.refresh import revoke, token_entry

    entry = token_entry(tool, key)
    return entry is not None and revoke(entry)
