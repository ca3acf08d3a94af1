"""Merges a sealed file key by key, as git asks for it: three texts, of which two came from the one.

What git does with lines fails at every merge, for each side has a digest of its own. Here both sides are opened, what
one of them changed is taken, and the digest is made anew. A key that both changed is a conflict that names the key
alone; a value is never written between markers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.recipients import shown_recipient
from pixie_secrets.sealed.refusals import StrangerRefused, UnknownKind
from pixie_secrets.sealed.sealed_file import Setting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pixie_secrets.sealed.sealed_file import SealedFile


class Merged(NamedTuple):
    """text: of the merged file; of ours, with what did not conflict, where there are conflicts.

    conflicts: keys that both sides changed, each otherwise.
    """

    text: bytes
    conflicts: tuple[str, ...]


def merged(base: SealedFile | None, ours: SealedFile, theirs: SealedFile) -> Merged:
    """Merge what each side made of `base`; None: both began the file.

    A recipient whom one side added is added with what that side sealed for them, and never sealed for here: the digest
    does not cover recipients, so a branch of somebody who can open nothing may name a key of theirs. Whom one side
    removed is removed, and then the values are sealed anew.

    Raises:
        StrangerRefused: somebody whom one side alone names would be sealed for.
        UnknownKind: a side has whole objects or lists that differ, which nothing here merges.
    """
    if any(theirs.nested.get(key) != ours.nested.get(key) for key in {*ours.nested, *theirs.nested}):
        raise UnknownKind("both sides have objects or lists, and they differ", "merge the file with sops")
    before = base.values if base else {}
    mine, other = ours.values, theirs.values
    settings: dict[str, Setting] = {}
    unset: list[str] = []
    conflicts: list[str] = []
    for key in _ordered((*before, *mine, *other)):
        was, now, then = before.get(key), mine.get(key), other.get(key)
        if then in {was, now}:
            continue
        if now != was:
            conflicts.append(key)
        elif then is None:
            unset.append(key)
        else:
            settings[key] = Setting(then, theirs.abouts.get(key, About()))
    text = ours.changed(settings, unset)
    recipients = _recipients(base, ours, theirs)
    if recipients != ours.recipients:
        after = ours.reopened(text)
        gone = {*ours.recipients} - {*recipients}
        _check_newcomers(base, ours, theirs, () if gone else after.recipients_kept(theirs), recipients)
        text = after.sealed_anew(recipients) if gone else after.sealed_for(recipients, theirs)
    return Merged(text, tuple(conflicts))


def _recipients(base: SealedFile | None, ours: SealedFile, theirs: SealedFile) -> tuple[str, ...]:
    before = {*base.recipients} if base else set()
    added = [key for key in theirs.recipients if key not in before]
    gone = before - {*theirs.recipients}
    return tuple(dict.fromkeys([*(key for key in ours.recipients if key not in gone), *added]))


def _check_newcomers(
    base: SealedFile | None,
    ours: SealedFile,
    theirs: SealedFile,
    kept: Collection[str],
    recipients: Collection[str],
) -> None:
    """kept: those who need nothing sealed for them here."""
    known = {*(base.recipients if base else ())} | ({*ours.recipients} & {*theirs.recipients}) | {*kept}
    if strangers := [key for key in recipients if key not in known]:
        raise StrangerRefused(
            f"one side alone is sealed for {', '.join(map(shown_recipient, strangers))}, and the sides have different "
            "data keys: merging would give them every value",
            "take one side; whom you know, add afterwards with pixie-secrets recipients add",
        )


def _ordered(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))
