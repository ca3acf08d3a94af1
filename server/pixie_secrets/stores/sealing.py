"""Values from a `.env` into a sealed file and back, so that none is lost and none stands in clear twice.

The order makes it safe: what is to have the values is written and read back before they leave where they were. Whoever
is killed in between leaves them in both, and does the rest the next time.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import FileRefused, PixieError
from pixie_secrets.files import edit_plain, read_private
from pixie_secrets.sealed import identities, read_back
from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.recipients import shown_recipient
from pixie_secrets.sealed.sealed_file import Setting, new_sealed
from pixie_secrets.secret.key import PATTERN
from pixie_secrets.secret.setting import is_setting
from pixie_secrets.stores.env_files import EnvFilesStore
from pixie_secrets.stores.opened import opened
from pixie_secrets.stores.store import is_sealed, plain_store_of
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.sealed.sealed_file import SealedFile
    from pixie_secrets.secret.text import SecretStr


class Sealing(NamedTuple):
    """What was sealed, or would be. recipients: as they are shown. left: why something stays in clear."""

    path: Path
    keys: tuple[str, ...]
    recipients: tuple[str, ...]
    left: tuple[str, ...]


def sealed_path(owner: Owner) -> Path:
    """Where the sealed values of `owner` are.

    Raises:
        PixieError: it has none.
    """
    if owner.sealed_path is None or not is_sealed(owner):
        raise PixieError(f"{owner.id} is not sealed", f"pixie-secrets seal-tool {owner.id} seals it")
    return owner.sealed_path


def seal(
    owner: Owner,
    recipients: Collection[str] = (),
    abouts: Mapping[str, About] | None = None,
    *,
    dry_run: bool = False,
) -> Sealing:
    """Move the values of `owner` from its `.env` into its sealed file; plain settings of an app stay.

    recipients: whom to seal for besides this person, and besides those the file has already. abouts: what is known of
    when the values were set, by key.

    Raises:
        PixieError: there is nothing to seal, or several files have different values for a key.
        FileRefused: a file cannot be read or written, or does not open; values are where they were.
    """
    path = owner.sealed_path
    if path is None:
        raise PixieError("a file of values was named", "seal the app as a whole: leave the file out")
    store = plain_store_of(owner)
    if isinstance(store, EnvFilesStore) and (differing := store.differing_keys):
        raise PixieError(
            f"several files have different values for {', '.join(map(shown, differing))}",
            "a sealed file has one for each key: take out those that are not meant",
        )
    values = {
        key: value
        for key, value in store.values().items()
        if value.get_secret_value()
        and PATTERN.fullmatch(key)
        and (owner.is_closed or not is_setting(key, value.get_secret_value()))
    }
    there = _opened(owner, path)
    if not values and there is None:
        raise PixieError(f"{owner.id} has no value to seal", "set one first, with set-secret")
    if dry_run:
        mine = _own_recipient_if_any()
        planned = dict.fromkeys((*(there.recipients if there else [mine] if mine else []), *recipients))
        new = () if there or mine else ("a key of yours, which is made then",)
        return Sealing(path, tuple(values), (*new, *map(shown_recipient, planned)), _left(owner, values))
    own = () if there else (identities.own_recipient(),)
    wanted = tuple(dict.fromkeys((*(there.recipients if there else own), *recipients)))
    _write(owner, path, values, wanted, abouts or {})
    read_back.check(path, {key: value.get_secret_value() for key, value in values.items()})
    kept = store.remove(values)
    changed = tuple(f"{shown(key)}: its value in clear was changed meanwhile, and stays" for key in kept)
    return Sealing(path, tuple(values), tuple(map(shown_recipient, wanted)), (*changed, *_left(owner, values)))


def unseal(owner: Owner, *, dry_run: bool = False) -> tuple[str, ...]:
    """Move the values of `owner` back into its `.env`, and remove the sealed file; the keys.

    Raises:
        PixieError: it is not sealed, or has what no `.env` could hold.
        ValueRefused: a value that no `.env` could hold.
        FileRefused: a file cannot be read or written; values are where they were.
    """
    from pixie_secrets.stores.sealed import SealedStore

    path = sealed_path(owner)
    store = plain_store_of(owner)
    sealed = SealedStore(path, store, owner.id, is_app=not owner.is_closed)
    values = {key: value for key, value in sealed.sealed_values().items() if value.get_secret_value()}
    if others := sealed.other_keys:
        raise PixieError(
            f"{path.name} has more than names and values: {', '.join(map(shown, others))}",
            "a .env could not hold that; take it out with sops first",
        )
    if dry_run:
        return tuple(values)
    if values:
        store.set_values(values)

    def remove(before: bytes | None) -> bytes | None:
        """Unless somebody sealed another value since."""
        if before is None:
            return None
        now_there = opened(path, before, tool=owner.id, is_app=not owner.is_closed).values
        if any(values[key].get_secret_value() != value for key, value in now_there.items() if key in values):
            raise FileRefused(f"{path} was changed meanwhile", "unseal it again")
        return None

    edit_plain(path, remove)
    return tuple(values)


def reseal(owner: Owner, change: Callable[[SealedFile], bytes]) -> SealedFile:
    """Replace the sealed file of `owner` by what `change` makes of it, once that opens; the file as it was.

    Raises:
        PixieError: it is not sealed; or what `change` raises, with the file untouched.
        FileRefused: it cannot be read or written, or does not open.
    """
    path = sealed_path(owner)
    found: list[SealedFile] = []

    def edit(before: bytes | None) -> bytes:
        if before is None:
            raise FileRefused(f"{path} is gone", "take it from git, or set the values again")
        found[:] = [opened(path, before, tool=owner.id, is_app=not owner.is_closed)]
        after = change(found[0])
        again = opened(path, after, tool=owner.id, is_app=not owner.is_closed)
        if dict(again.every_value) != dict(found[0].every_value):
            raise FileRefused(f"{path} would not be read back as it is", "report it, without the values")
        return after

    edit_plain(path, edit)
    return found[0]


def _opened(owner: Owner, path: Path) -> SealedFile | None:
    data = read_private(path) if os.path.lexists(path) else None
    return None if data is None else opened(path, data, tool=owner.id, is_app=not owner.is_closed)


def _write(
    owner: Owner,
    path: Path,
    values: Mapping[str, SecretStr],
    recipients: tuple[str, ...],
    abouts: Mapping[str, About],
) -> None:
    def edit(before: bytes | None) -> bytes:
        there = None if before is None else opened(path, before, tool=owner.id, is_app=not owner.is_closed)
        settings = {
            key: Setting(value.get_secret_value(), abouts.get(key, About()))
            for key, value in values.items()
            if there is None or there.values.get(key) != value.get_secret_value()
        }
        if there is None:
            return new_sealed(settings, recipients)
        after = there.changed(settings) if settings else before or b""
        again = opened(path, after, tool=owner.id, is_app=not owner.is_closed)
        return after if again.recipients == recipients else again.sealed_for(recipients)

    edit_plain(path, edit)


def _own_recipient_if_any() -> str:
    return next((each.recipient for each in identities.identities(()) if each.recipient), "")


def _left(owner: Owner, values: Collection[str]) -> tuple[str, ...]:
    """What stays in clear beside the sealed file, and may be a secret all the same."""
    store = plain_store_of(owner)
    lines = [f"line {line.number} of a .env is read by no program, and stays" for line in store.unreadable_lines()]
    others = [path for path in owner.value_files if path not in owner.env_paths and os.path.lexists(path)]
    lines += [f"{path.name} is read in another mode, and stays" for path in others]
    stays = [shown(key) for key, value in store.values().items() if key not in values and value.get_secret_value()]
    return (*lines, *([f"plain settings, which stay: {', '.join(stays)}"] if stays else []))
