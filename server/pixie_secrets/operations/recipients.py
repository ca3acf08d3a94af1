"""Whom a sealed tool or app is sealed for: who they are, one more, one less, or all with a new data key."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, NamedTuple

from pixie_secrets.audit.entry import Change
from pixie_secrets.errors import PixieError
from pixie_secrets.operations.context import Context
from pixie_secrets.sealed.identities import identities
from pixie_secrets.sealed.recipients import recipients_of, shown_recipient
from pixie_secrets.secret.key import KeyName


class RecipientsAction(StrEnum):
    """What to do with them."""

    LIST = "list"
    ADD = "add"
    REMOVE = "remove"


class RecipientsRequest(NamedTuple):
    """action: list, add or remove. tool_id: "" where only one can be meant."""

    action: str
    tool_id: str
    recipients: Annotated[tuple[str, ...], "public keys, or files with some"] = ()


class RecipientsChanged(NamedTuple):
    """recipients: all there are now. yours: those of them whose key is on this machine.

    to_rotate: the keys whose values a removed recipient could read, and still has: they are to be replaced at their
    service. passed_over: kinds of keys in a list that nothing can be sealed for. notes: what whoever asked should know.
    """

    tool_id: str
    path: str
    recipients: tuple[str, ...]
    yours: tuple[str, ...]
    changed: tuple[str, ...] = ()
    to_rotate: tuple[KeyName, ...] = ()
    passed_over: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class RotateKeyRequest(NamedTuple):
    """What to seal with a new data key. tool_id: "" where only one can be meant."""

    tool_id: str


def recipients(context: Context, request: RecipientsRequest) -> RecipientsChanged:
    """Show, add or remove recipients. Who is added is given the data key; who is removed, the values are sealed anew.

    Raises:
        UnknownTool: as `seal_tool`.
        PixieError: it is not sealed, nobody was named, nobody would be left, or not you.
        RecipientRefused: one is no public key.
        FileRefused: the file cannot be read or written, or does not open; it is as it was.
    """
    from pixie_secrets.stores.sealing import reseal

    if request.action not in set(RecipientsAction):
        raise PixieError("that is nothing to do with recipients", "it is list, add or remove")
    named = recipients_of(request.recipients)
    if request.action != RecipientsAction.LIST and not named.keys:
        raise PixieError("nobody was named", "name public keys, or files with some")
    owner = context.project.owner(request.tool_id)
    mine = _mine()
    before = reseal(owner, lambda found: found.text)
    there, now, changed = before.recipients, before.recipients, tuple[str, ...]()
    if request.action == RecipientsAction.ADD:
        changed = tuple(key for key in named.keys if key not in there)
        now = (*there, *changed)
        if changed:
            reseal(owner, lambda found: found.sealed_for(tuple(dict.fromkeys((*found.recipients, *changed)))))
    elif request.action == RecipientsAction.REMOVE:
        changed = tuple(key for key in named.keys if key in there)
        now = tuple(key for key in there if key not in changed)
        _check_removal(changed, now, mine)
        reseal(owner, lambda found: found.sealed_anew(tuple(key for key in found.recipients if key not in changed)))
    is_removal = request.action == RecipientsAction.REMOVE
    change = Change.RECIPIENT_REMOVED if is_removal else Change.RECIPIENT_ADDED
    notes = (note for key in changed for note in context.record(change, owner.id, detail=shown_recipient(key)))
    return RecipientsChanged(
        tool_id=owner.id,
        path=_shown(context, owner.sealed_path),
        recipients=tuple(map(shown_recipient, now)),
        yours=tuple(shown_recipient(key) for key in now if key in mine),
        changed=tuple(map(shown_recipient, changed)),
        to_rotate=tuple(key for key, value in before.values.items() if value) if is_removal else (),
        passed_over=named.passed_over,
        notes=tuple(dict.fromkeys(notes)),
    )


def rotate_key(context: Context, request: RotateKeyRequest) -> RecipientsChanged:
    """Seal all values with a new data key, for the same recipients.

    Raises:
        UnknownTool, PixieError, FileRefused: as `recipients`.
    """
    from pixie_secrets.stores.sealing import reseal

    owner = context.project.owner(request.tool_id)
    found = reseal(owner, lambda found: found.sealed_anew(found.recipients))
    mine = _mine()
    return RecipientsChanged(
        tool_id=owner.id,
        path=_shown(context, owner.sealed_path),
        recipients=tuple(map(shown_recipient, found.recipients)),
        yours=tuple(shown_recipient(key) for key in found.recipients if key in mine),
        notes=context.record(Change.KEY_ROTATED, owner.id),
    )


def _check_removal(gone: tuple[str, ...], left: tuple[str, ...], mine: frozenset[str]) -> None:
    if not gone:
        raise PixieError("it is not sealed for them", "pixie-secrets recipients list names whom it is sealed for")
    if not left:
        raise PixieError("nobody would be left to open it", "add somebody first, or unseal it")
    if mine and not mine & {*left}:
        raise PixieError(
            "you could not open it any more", "have somebody else remove you, or add another key of yours first"
        )


def _mine() -> frozenset[str]:
    return frozenset(each.recipient for each in identities(("ssh-",)) if each.recipient)


def _shown(context: Context, path: object) -> str:
    return str(path).removeprefix(f"{context.project.root}/")
