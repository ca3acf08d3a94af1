"""The key of this person that opens what is sealed for them: its public half, a copy for a safe place, and back.

The key itself is shown nowhere.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

from pixie_secrets.errors import FileRefused, PixieError
from pixie_secrets.files import edit_private
from pixie_secrets.operations.context import Context
from pixie_secrets.sealed.identities import (
    identities,
    in_keychain,
    keep,
    own_identities,
    own_recipient,
    parsed_identities,
    read_key_file,
)
from pixie_secrets.sealed.key_places import key_file
from pixie_secrets.sealed.refusals import NoKey
from pixie_secrets.wording import shown

LOST = "nobody can open what is sealed for this key without it: if it is lost, every value is to be set anew"


class KeysAction(StrEnum):
    """What to do with the key."""

    SHOW = "show"
    EXPORT = "export"
    IMPORT = "import"


class KeysRequest(NamedTuple):
    """action: show (make one, where there is none), export or import. file: to import from."""

    action: str = KeysAction.SHOW
    file: str = ""
    to: Annotated[str | None, "export to this file, which must not exist yet"] = None


class Keys(NamedTuple):
    """recipients: the public halves, to be given to others. place: where they are kept. note: what to know."""

    recipients: tuple[str, ...]
    place: str
    file: str = ""
    note: str = ""


def keys(_context: Context | None, request: KeysRequest) -> Keys:
    """Show the public half of the key, make a copy of it, or take one in.

    Raises:
        PixieError: a file is named that is not needed, or none that is.
        NoKey: the keychain does not open, or there is no key to export.
        FileRefused: a file cannot be read or written, or has no key; what was kept is as it was.
    """
    if request.action == KeysAction.EXPORT:
        return _exported(request)
    if request.action == KeysAction.IMPORT:
        return _imported(request)
    if request.action != KeysAction.SHOW:
        raise PixieError("that is nothing to do with keys", "it is show, export or import")
    first = own_recipient()
    every = {each.recipient: each.place for each in identities(()) if each.recipient}
    return Keys(tuple(every), every[first], note=LOST)


def _exported(request: KeysRequest) -> Keys:
    if request.to is None or request.file:
        raise PixieError("where to was not said", "pixie-secrets keys export --to FILE")
    found = tuple(own_identities())
    if not found:
        raise NoKey(
            "there is no key of ours to export", "pixie-secrets keys makes one; keys elsewhere are copied by hand"
        )
    target = Path(os.path.abspath(os.path.expanduser(request.to)))
    text = "".join(f"# public key: {each.recipient}\n{each.key}\n" for each in found).encode()

    def edit(before: bytes | None) -> bytes:
        if before is not None:
            raise FileRefused(f"{shown(str(target))} is there already", "name a file that does not exist yet")
        return text

    edit_private(target, edit)
    return Keys(tuple(each.recipient for each in found), key_file(), str(target), LOST)


def _imported(request: KeysRequest) -> Keys:
    if not request.file or request.to is not None:
        raise PixieError("which file was not said", "pixie-secrets keys import FILE")
    text = read_key_file(os.path.abspath(os.path.expanduser(request.file)))
    if text is None:
        raise FileRefused(f"{shown(request.file)} is not there", "name a file of age keys")
    new = tuple(parsed_identities(text, request.file))
    if any(not each.recipient.startswith("age1") for each in new):
        raise FileRefused(f"{shown(request.file)} is an ssh key", "it is used where it is, in ~/.ssh; import age keys")

    def merged(before: str | None) -> str:
        """Those that are there stay first: they are what new files are sealed for."""
        there = {each.recipient for each in parsed_identities(before, "the key file")} if before else set()
        more = "".join(f"# public key: {each.recipient}\n{each.key}\n" for each in new if each.recipient not in there)
        return (before or "") + more

    keep(merged)
    place = "the keychain" if in_keychain() else key_file()
    return Keys(tuple(each.recipient for each in own_identities()), place, request.file, LOST)
