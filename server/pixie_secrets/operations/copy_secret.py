"""Copy a secret for a person: its value goes to what the surface hands over, and nowhere else. There is no `get`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.audit.entry import Change
from pixie_secrets.errors import KeyRefused
from pixie_secrets.operations.status import has_value
from pixie_secrets.secret.key import KeyName
from pixie_secrets.stores.store import store_of
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.operations.context import Context
    from pixie_secrets.secret.text import SecretStr


class CopySecretRequest(NamedTuple):
    """Which secret. tool_id: "" where only one can be meant."""

    tool_id: str
    key: str


class SecretCopied(NamedTuple):
    """It was on the clipboard; nothing of the value is known here any more."""

    tool_id: str
    key: KeyName
    warnings: tuple[str, ...] = ()


def asked_copy(context: Context, request: CopySecretRequest) -> CopySecretRequest:
    """The request with the tool's own id, once it is sure that there is something to copy.

    Raises:
        UnknownTool: no such tool or app, or several could be meant.
        KeyRefused: it has no value of that key.
        FileRefused: its file cannot be read.
    """
    owner = context.project.owner(request.tool_id, (request.key,))
    values = store_of(owner).values()
    if not has_value(request.key, values):
        there = [key for key in values if has_value(key, values)]
        raise KeyRefused(f"{owner.id} has no value of that key", one_of(request.key, there, "keys that are set"))
    return CopySecretRequest(owner.id, request.key)


def copy_secret(context: Context, request: CopySecretRequest, put: Callable[[SecretStr], None]) -> SecretCopied:
    """Hand the value as it is now to `put`; note in the audit record that it was copied.

    Raises: as `asked_copy`, and what `put` does.
    """
    exact = asked_copy(context, request)
    put(store_of(context.project.owner(exact.tool_id)).values()[exact.key])
    return SecretCopied(exact.tool_id, exact.key, context.record(Change.COPIED, exact.tool_id, (exact.key,)))
