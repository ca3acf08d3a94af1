"""The one key of a file: encrypted for each recipient with age, armored, as sops keeps it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.sealed.cipher import KEY_SIZE
from pixie_secrets.sealed.identities import identities
from pixie_secrets.sealed.refusals import OLDER_VERSION, NoKey, SealedDamaged, WrongKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pixie_secrets.sealed.identities import Identity

LISTED_MAX = 10


class Wrapped(NamedTuple):
    """The data key for one recipient. recipient: a public key as `recipients` has it. text: what age made of it."""

    recipient: str
    text: str


def wrapped_keys(metadata: Mapping[str, object], where: str) -> tuple[Wrapped, ...]:
    """Those of a file.

    Raises:
        SealedDamaged: there is none, or they are not written as they should be.
    """
    entries = metadata.get("age")
    found: list[Wrapped] = []
    for entry in entries if isinstance(entries, list) else []:
        recipient, text = (entry.get("recipient"), entry.get("enc")) if isinstance(entry, dict) else (None, None)
        if not isinstance(recipient, str) or not isinstance(text, str) or not recipient.strip():
            raise SealedDamaged(f"{where} has an age recipient that is not written as sops does", OLDER_VERSION)
        words = recipient.split()
        found.append(Wrapped(" ".join(words[:2]), text))
    if not found:
        raise SealedDamaged(f"{where} is sealed for nobody: it has no age recipient", OLDER_VERSION)
    return tuple(found)


def new_data_key() -> bytes:
    """A random one."""
    return os.urandom(KEY_SIZE)


def wrapped_for(data_key: bytes, recipients: Iterable[str]) -> tuple[Wrapped, ...]:
    """The data key for each of them.

    Raises:
        RecipientRefused: one is no key that age takes.
    """
    from pixie_secrets.sealed.recipients import wrapping

    return tuple(Wrapped(recipient, wrapping(recipient)(data_key).decode()) for recipient in recipients)


def unwrapped(wrapped: tuple[Wrapped, ...], where: str, environment: Mapping[str, str] = os.environ) -> bytes:
    """The data key, opened with a key of this person. First what is said to be for it; then all, whatever is said.

    Raises:
        NoKey: there is no key here at all.
        WrongKey: it is sealed for others.
        SealedDamaged: it is sealed for a key that is here, and does not open.
    """
    mine: list[Identity] = []
    for identity in identities(tuple(each.recipient for each in wrapped), environment):
        mine.append(identity)
        for each in wrapped:
            if each.recipient == identity.recipient and (opened := _opened(each, identity)):
                return opened
    for identity in mine:
        for each in wrapped:
            if each.recipient != identity.recipient and (opened := _opened(each, identity)):
                return opened
    from pixie_secrets.sealed.recipients import shown_recipient

    named = _listed(each.recipient for each in wrapped)
    if not mine:
        raise NoKey(
            f"there is no key on this machine to open {where} with",
            f"it is sealed for {named}; pixie-secrets keys makes one of yours, and one of them adds it with"
            " pixie-secrets recipients",
        )
    have = {identity.recipient for identity in mine}
    if damaged := next((each for each in wrapped if each.recipient in have), None):
        raise SealedDamaged(
            f"what {where} has for {shown_recipient(damaged.recipient)} does not open: it is damaged", OLDER_VERSION
        )
    raise WrongKey(
        f"{where} is sealed for others: none of your keys opens it",
        f"it is sealed for {named}, and yours are {_listed(have)}; one of them adds yours with"
        " pixie-secrets recipients add",
    )


def _opened(wrapped: Wrapped, identity: Identity) -> bytes | None:
    import pyrage

    try:
        data_key = pyrage.decrypt(wrapped.text.encode(), [identity.key])
    except (pyrage.DecryptError, ValueError):
        return None
    return data_key if len(data_key) == KEY_SIZE else None


def _listed(recipients: Iterable[str]) -> str:
    from pixie_secrets.sealed.recipients import shown_recipient

    names = [shown_recipient(recipient) for recipient in recipients if recipient]
    more = f" and {len(names) - LISTED_MAX} more" if len(names) > LISTED_MAX else ""
    return (", ".join(names[:LISTED_MAX]) or "a key without a name") + more
